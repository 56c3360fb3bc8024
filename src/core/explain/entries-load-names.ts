import { bootLoaderLoad } from '../names/family-terms.ts';
import { parseLoadName } from '../names/load-name.ts';
import { type AskedPattern, type ExplainEntry, phoneEntry } from './entry.ts';

function asks(pattern: RegExp, about?: AskedPattern['about']): AskedPattern {
  return { pattern, about: about ?? null };
}

const stem = (name: string) => name.replace(/\.[a-z0-9]+$/i, '');
const TERM = /^term(\d\d)\.default\.loads$/i;

/** What it means that a phone asks for a file of firmware, by the form of its name. */
export const LOAD_NAMES: readonly ExplainEntry[] = [
  phoneEntry({
    code: 'P_ASKS_DEFAULT_LOADS',
    phones: 'java',
    title: 'A Java phone is in its boot loader: after a reset, or without a valid load.',
    server:
      '`termNN.default.loads`, NN being the last two digits of the model; older boot loaders spell it `TERMNN.DEFAULT.loads`.',
    asks: [
      asks(TERM, (name) => {
        const known = bootLoaderLoad(name);
        const digits = TERM.exec(name)?.[1] ?? '';
        const older = name.startsWith('TERM') ? ' It is spelled as older boot loaders spell it.' : '';
        return known === null ? `No phone that loadstep converts asks for it.${older}` : `It is a 79${digits}.${older}`;
      }),
    ],
    cause:
      'The boot loader reads no configuration. It wants this manifest, signed under this very name, and the archives that it lists.',
    advice: [
      'Put a package of the phone’s family into the store and enrol the phone: it is given the manifest of that package.',
      'Never rename or edit such a file: the name is signed with it.',
      'A phone that fetches it again and again refuses it: see P_MANIFEST_LOOP.',
    ],
    sources: ['C1', 'C9', 'K3', 'K6'],
    level: 'A',
  }),
  phoneEntry({
    code: 'P_RUNS_DEFAULT_LOAD',
    phones: 'java',
    title: 'The phone runs the load that its boot loader installed, under the name of the default manifest.',
    server: 'Registrations and alarms with `Load=termNN.default`; a second complete download may follow.',
    asks: [asks(/^term\d\d\.default$/i)],
    match: /\bLoad=\s*term\d\d\.default\b/i,
    cause:
      'After a recovery a load goes by the name of the manifest through which it came, not by its own. A call manager that expects another name complains; nothing is broken.',
    advice: [
      'Give the phone a load by its own name, such as a newer one: `loadstep enroll --mac MAC --target LOAD`. That also ends the alarm.',
      'The page of the phone shows which load it is, as App Load ID.',
    ],
    sources: ['K8', 'P5', 'N2'],
    level: 'A',
  }),
  phoneEntry({
    code: 'P_LOAD_NAME_BLANK',
    phones: '79x0',
    title: 'A blank stands in the load name of the configuration, and the phone asks for a file with the blank in it.',
    server: 'A name such as `P0S3-8-12-00 .loads`, refused.',
    asks: [asks(/^["' ]*P0[0SM]3\S* +\.loads$/i)],
    cause: 'The line says `image_version: " P0S3-8-12-00 "` or ends in a blank. Phones take the name literally.',
    advice: ['Write the name without blanks and quotes in the configuration that the phone fetches.'],
    sources: ['S12', 'FIELD'],
    level: 'A',
  }),
  phoneEntry({
    code: 'P_LOADER_NAMED_AS_LOAD',
    phones: '79x0',
    title: 'No release has this file: the loader was named where the application belongs.',
    server: '`P003-….loads` is asked for and refused.',
    asks: [
      asks(/^P003-\d{1,2}-\d{1,2}-\d{2}\.loads$/i, (name) => {
        return `The application that brings ${stem(name)} along is P0S3-${stem(name).slice(5)}.`;
      }),
    ],
    cause:
      'A phone with a loader reads the name of an application, which has a `.loads`. Names that begin with `P003-` are loaders; only `OS79XX.TXT` names one.',
    advice: [
      'Name the application in `image_version` or `loadInformation`: `P0S3-8-12-00` for the loader `P003-8-12-00`.',
    ],
    sources: ['S4', 'S16', 'S11'],
    level: 'A',
  }),
  phoneEntry({
    code: 'P_ASKS_LOADER',
    phones: '79x0',
    title: 'A 7940 or 7960 takes the loader, without which it runs no 7.x or 8.x application.',
    server:
      '`P003-….sbn`, from a phone that takes signed images; one on software before 5.x asks `.bin` (P_LOADER_TOO_EARLY).',
    asks: [
      asks(
        /^P003-\d{1,2}-\d{1,2}-\d{2}\.sbn$/i,
        () => 'It is the signed loader: a phone that takes signed images asks for it.',
      ),
    ],
    cause:
      '`OS79XX.TXT` named the loader, or the manifest of the application lists a loader that the phone does not have.',
    advice: ['Nothing to do. Leave the phone connected: after the loader it restarts and hunts.'],
    sources: ['S4', 'S10', 'BULK-2021'],
    level: 'A',
  }),
  phoneEntry({
    code: 'P_LOADER_TOO_EARLY',
    phones: '79x0',
    title: 'A 7940 or 7960 on software before 5.x was told to take 7.x or 8.x at once: the jump is too big.',
    server: '`P003-….bin`, `P00308….bin` or `P0S3-07-….bin`, mostly after `OS79XX.TXT`. Sent, nothing may follow.',
    asks: [
      asks(
        /^(P003-\d{1,2}-\d{1,2}-\d{2}|P0030[7-9]\d{2}[0-9A-Z]{4})\.bin$/i,
        (name) =>
          `It is the loader ${stem(name)} without a signature. A phone on software before 5.x asks for it when it is told that name; signed ones ask .sbn.`,
      ),
      asks(
        /^P0S3-0?7-\d{1,2}-\d{2}\.bin$/i,
        () =>
          'It is a 7.x application without a signature. A phone on software before 5.x asks for it when it is told that name.',
      ),
    ],
    cause:
      '`OS79XX.TXT` or the configuration names it too early. SCCP 3.x that was sent to 7.4 at once stayed in "Upgrading Software", and then called the load "Load ID Incorrect"; by way of 6.3 it worked. Cisco says that the loader’s `.bin` is for software before 5.x, but no report with details tells of a phone that took it so.',
    advice: [
      'Do not add the file. Take its name out of `OS79XX.TXT` or the configuration. Every old phone that reads a shared `OS79XX.TXT` follows it.',
      'If the phone has taken it and shows "Upgrading Software": wait 10 minutes after the last block, then unplug it once. The phone in the report survived this.',
      'SCCP 3.x: name `P0S3-06-3-00` or `P0S3-05-3-00` first, with its `.bin`. Name the loader, with its `.sbn`, only when the phone runs that.',
      'SIP 2.x to 4.x: go by 4.4, then 5.3, each named as `image_version`.',
      'Or let loadstep convert the phone, which takes these steps one by one; `loadstep plan` shows them.',
    ],
    keys: ['restart'],
    sources: ['S4', 'S5', 'S10'],
    level: 'B',
  }),
  phoneEntry({
    code: 'P_APP_SBN_ASKED',
    phones: '79x0',
    title: 'A phone on 5.x or 6.x was told to take the application of an 8.x or 7.x release.',
    server: '`P0S3-08-….sbn` is asked for and refused.',
    asks: [asks(/^P0S3-0?[78]-\d{1,2}-\d{2}\.sbn$/i)],
    cause:
      'Such software takes single images and appends `.sbn`. From 7.x on the application is an `.sb2`, which only the loader takes.',
    advice: [
      'Bring the phone to the loader first: `OS79XX.TXT` names `P003-…`, then the configuration names `P0S3-…`. `loadstep plan` shows that road.',
      'Look for a second TFTP server that names the application: loadstep does not.',
    ],
    sources: ['S4', 'S10', 'S16'],
    level: 'A',
  }),
  phoneEntry({
    code: 'P_ASKS_OLD_IMAGE',
    phones: '79x0',
    title: 'A 7940 or 7960 takes one whole image, as software before 7.x does.',
    server:
      '`P0S3-06-3-00.bin` and the like from a phone that takes unsigned images, `.sbn` from one that takes signed ones',
    asks: [
      asks(/^(P0[SM]3-0?[2-6]-\d{1,2}-\d{2}|P0[0S]3\d{4})\.(bin|sbn)$/i),
      asks(/^P0030[0-6]\d{2}[0-9A-Z]{4}\.(bin|sbn)$/i),
    ],
    cause: '`OS79XX.TXT` or the configuration named this image.',
    advice: ['Nothing to do. Leave the phone connected until it has restarted.'],
    sources: ['S4', 'S5', 'S10'],
    level: 'A',
  }),
  phoneEntry({
    code: 'P_ASKS_SCCP_LOADER',
    phones: '79x0',
    title: 'A 7940 or 7960 takes the loader of an SCCP release, which has the name of its application.',
    server: '`P00308….sbn`, beside `.sb2` and `.loads` of the same name',
    asks: [asks(/^P0030[7-9]\d{2}[0-9A-Z]{4}\.sbn$/i)],
    cause:
      'In SCCP packages the extension tells them apart: `.sbn` and `.bin` are the loader (`.bin`: see P_LOADER_TOO_EARLY), `.sb2` is the application.',
    advice: ['Nothing to do. Leave the phone connected: after the loader it restarts and takes the application.'],
    sources: ['S12', 'S19'],
    level: 'A',
  }),
  phoneEntry({
    code: 'P_ASKS_APPLICATION',
    phones: '79x0',
    title: 'The loader of a 7940 or 7960 takes the application.',
    server: '`….sb2` after its `….loads`',
    asks: [asks(/^P0[0SM]3[-0-9A-Z]+\.sb2$/i)],
    cause: 'The manifest lists an application that is not in the flash of the phone.',
    advice: ['Nothing to do. Do not unplug the phone: it writes its flash when it has the file.'],
    sources: ['BULK-2021', 'S16'],
    level: 'A',
  }),
  phoneEntry({
    code: 'P_ASKS_MANIFEST',
    title: 'A phone asks for the manifest of a load: it is about to take the load, or checks it.',
    server: '`….loads`; archives or images follow when something in it is not in the phone yet.',
    asks: [
      asks(
        /^(P0[SM]3-\d{1,2}-\d{1,2}-\d{2}|P003\d{4}[0-9A-Z]{4}|(SIP|SCCP|TERM)\d\d\.\d[0-9A-Za-z-]*)\.loads$/i,
        (name, words) => {
          const meant = words(stem(name));
          return meant === null ? null : `It is the manifest of ${meant}.`;
        },
      ),
    ],
    cause:
      'A configuration names this load. The loader of a 7940 or 7960 asks for it at every boot; a Java phone asks only when it runs something else.',
    advice: [
      'Nothing to do when it is sent. When it is refused, the package is not in the store, or not the one of the present step.',
      'Fetched again and again with nothing after it: see P_MANIFEST_LOOP.',
    ],
    sources: ['S4', 'S13', 'C1', 'K6'],
    level: 'A',
  }),
  phoneEntry({
    code: 'P_ASKS_ARCHIVE',
    phones: 'java',
    title: 'A Java phone takes a load: this is one of its five archives.',
    server: '`jar…`, `cnu…`, `apps…`, `dsp…`, `cvm….sbn`, one after the other, after the manifest',
    asks: [asks(/^(jar|cnu|apps|dsp|cvm)(06|11|31|41|42|45|70|75)(sip|sccp)?\.[0-9A-Za-z-]+\.sbn$/)],
    cause: 'The manifest lists it. Unchanged archives are fetched all the same.',
    advice: ['Nothing to do. Do not unplug the phone until it has restarted and asks for its configuration.'],
    sources: ['C1', 'K6', 'K8'],
    level: 'A',
  }),
  phoneEntry({
    code: 'P_NAME_CUT_OFF',
    title: 'The name was cut off, as by a rewrite rule of another TFTP server: phones always ask with an extension.',
    server:
      'A load name with missing letters and no extension, such as `P0030801SR` where `P0030801SR02.loads` was asked.',
    asks: [asks(/^P003\d{4}[0-9A-Z]{0,3}$/i), asks(/^P0[0SM]3-\d{1,2}-\d{1,2}(-\d?)?$/i)],
    cause:
      'Rules such as those of a `tftpd` map file replace what a pattern matches. One that is written for digits stops at the first letter of `SR02`.',
    advice: [
      'Correct the rule so that it keeps the whole name, or serve the phones without it: loadstep looks a name up as it is asked.',
    ],
    sources: ['N7'],
    level: 'B',
  }),
  phoneEntry({
    code: 'P_LOAD_NAME',
    title: 'It is the name of a load, as configurations and phones give it.',
    server:
      'Named without extension in `image_version`, `loadInformation` and `OS79XX.TXT`; asked for as `….loads`, `.sbn` or `.bin`.',
    asks: [],
    cause: 'A load is a release of software for one family of phones; its name is literal: case and zeroes count.',
    advice: [
      '`loadstep plan --from LOAD --target LOAD` shows the road between two loads, `loadstep firmware needed` what it takes.',
    ],
    sources: ['S5', 'C1'],
    level: 'A',
  }),
];

/** Whether a text is a load's name and nothing else. */
export function isLoadName(text: string): boolean {
  const parsed = parseLoadName(text);
  return parsed.ok && parsed.value.name === text.trim();
}
