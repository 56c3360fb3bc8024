import { type ExplainEntry, phoneEntry } from './entry.ts';

/** Failures of the 7940 and 7960 in taking firmware: what the display says, what the server sees (legacy-79x0 3, 6). */
export const FLASH_79X0: readonly ExplainEntry[] = [
  phoneEntry({
    code: 'P_APP_BIN_ASKED',
    phones: '79x0',
    title: 'The phone asks for an 8.x application as `.bin`, a file that no release has.',
    server: '`P0S3-08-….bin` is asked for after `OS79XX.TXT`, and refused.',
    asks: [{ pattern: /^P0S3-0?8-\d+-\d+\.bin$/i, about: null }],
    cause:
      '`OS79XX.TXT` names the application of an 8.x release. Only the loader of such a release exists as `.bin`; the application is an `.sb2`, and only the loader takes it. An 8.x `P0S3….bin` found on the web is a renamed `.sb2`.',
    advice: [
      'Look for a second TFTP server or a file of your own that names `P0S3-08-…` in `OS79XX.TXT`: loadstep never does.',
      '`OS79XX.TXT` has to name the loader (`P003-08-11-00` for 8.11). From SCCP 3.x step through SIP 6.3 or 5.3 first; `loadstep plan` shows that road.',
      'The phone is unharmed: it runs its old load and asks again at its next boot.',
    ],
    sources: ['S4', 'S16', 'S18'],
    level: 'A',
  }),
  phoneEntry({
    code: 'P_UPGRADING_NEVER_ENDS',
    phones: '79x0',
    title: 'Normal while a phone takes and writes an image; where it never ends, SCCP 3.x was given SIP 7.x directly.',
    screen: ['Upgrading Software'],
    server:
      'The 7.x image is fetched, then nothing follows (that nothing follows is inference: the report has no log).',
    cause:
      'A 7940 or 7960 shows "Upgrading Software" while it takes an image and writes it, in every step. It stays on the display of an SCCP 3.x phone that was given a 7.x application: its image cannot take one.',
    advice: [
      'Leave its power on while it shows that: it may be writing its flash.',
      'Where it never ends: wait 10 minutes after the last block, in case the phone is only slow.',
      'Then unplug it once: the phone in the report survived this.',
      'Give it SIP 6.3 or 5.3 first; `loadstep plan` includes this step when the file is in the store.',
    ],
    keys: ['restart'],
    sources: ['S4', 'S15'],
    level: 'A',
  }),
  phoneEntry({
    code: 'P_LOAD_ID_INCORRECT',
    title: 'The load that was named is of a type this phone cannot run.',
    screen: ['Load ID Incorrect'],
    server:
      '7940/7960: no image is asked for any more; the phone goes on with `SEP<MAC>.cnf.xml`. Java phones: the manifest at most.',
    cause:
      'The named load belongs to another family or to another kind of image: seen on SCCP 3.x after a failed attempt with 7.4, documented for a load of the wrong type.',
    advice: [
      'Check the name of the load and the model on the label of the phone.',
      '7940/7960 on SCCP 3.x: publish a load it can take, SIP 6.3 or 5.3 or SCCP 5.x.',
      'Nothing was written: the phone keeps the load it has.',
    ],
    sources: ['S4', 'S43', 'C10'],
    level: 'A',
  }),
  phoneEntry({
    code: 'P_LOAD_REJECTED_HC',
    title: 'The load does not support the hardware revision of this phone.',
    screen: ['Load Rejected HC', 'Last=Load Rejected HC'],
    server: 'Java phones: the manifest is fetched whole and no archive is asked for.',
    cause:
      'The phone is newer than the load. On 7942, 7945, 7962, 7965 and 7975 the manifests carry a hardware class that grew over the years; on 7906, 7911, 7941, 7961 and 7970 no such limit was seen.',
    advice: [
      'Give it the newest package of its family that you can obtain.',
      '7940/7960: go back to the load that the phone shows, then try a newer release.',
      'Late hardware left the factory with 9.x and does not need the 8.5(2) bridge.',
    ],
    sources: ['S43', 'C10', 'C13'],
    level: 'A',
  }),
  phoneEntry({
    code: 'P_IMAGE_AUTHENTICATION_FAILED',
    phones: '79x0',
    title: 'A 7940 or 7960 refused an image because its signature is not valid.',
    screen: ['Image Authentication Failed', 'File Auth Fail', 'Last=FileAuthError'],
    server: 'The image is fetched whole; at the next boot the phone runs its old load and asks again.',
    cause:
      'An unsigned image (`.bin`, anything below 5.x) was offered to a phone that takes signed ones only, or the file was altered or renamed. The image is refused before anything is written.',
    advice: [
      'Run `loadstep firmware verify`: it finds altered and renamed files.',
      'Obtain genuine signed files (`.sbn`, `.sb2`). There is no way back from a signed load to an unsigned one.',
    ],
    sources: ['C5455', 'CRM', 'S8', 'S9'],
    level: 'A',
  }),
  phoneEntry({
    code: 'P_FILE_AUTH_ERROR',
    phones: '79x0',
    title: 'A 7940 refused SCCP 8.1(2) because it was not on 8.1(1) before.',
    screen: ['File auth error'],
    server: 'The image is fetched and the phone comes back on its old load.',
    cause: 'Reported once for the jump to 8.1(2) without 8.1(1) in between.',
    advice: [
      'Put SCCP 8.1(1), or another signed 8.x load, into the store and let the phone take that first.',
      'Run `loadstep firmware verify` to rule out a damaged file.',
    ],
    sources: ['F2'],
    level: 'B',
  }),
  phoneEntry({
    code: 'P_APPLICATION_REJECTED',
    phones: '79x0',
    title: 'The loader was replaced, the application was refused, and the old application still runs.',
    screen: ['verifying'],
    server:
      'The `.sb2` is fetched whole, the phone shows "verifying", it is fetched a second time, and the old application starts.',
    cause: 'The new loader does not accept this application; no further error is shown.',
    advice: [
      'Run `loadstep firmware verify`: loader and application have to come from one package, as its `.loads` lists them.',
      'Try another release of the same protocol.',
    ],
    sources: ['F1'],
    level: 'A',
  }),
  phoneEntry({
    code: 'P_TFTP_FILE_NOT_FOUND',
    phones: '79x0',
    title: 'A loader without an application found none of the files it looked for.',
    screen: ['TFTP file not found'],
    server: 'One whole hunt within a second, from `CTLSEP<MAC>.tlv` to `MGCDefault.cnf`, everything refused.',
    cause:
      'After a factory reset only the loader is left, and the keys do nothing, since it is not telephone software. On other loads the message means that the named load file was not found.',
    advice: [
      'Enrol the phone and leave it connected: loadstep answers its next hunt. Without loadstep: `XMLDefault.cnf.xml` or `SEP<MAC>.cnf.xml`, and the `.loads`, `.sb2` and `.sbn` of one package.',
      'If it does nothing, unplug it once.',
    ],
    sources: ['S10', 'C10'],
    level: 'A',
  }),
  phoneEntry({
    code: 'P_PROTOCOL_APPLICATION_INVALID',
    phones: '79x0',
    title: 'The loader is there, but its application is missing or unusable.',
    screen: ['Protocol Application Invalid'],
    server: 'The hunt of the loader, again and again, or nothing at all when no TFTP server is in reach.',
    cause:
      'An interrupted or contradictory upgrade, an empty `SEP<MAC>.cnf.xml`, or a factory reset without a TFTP server.',
    advice: [
      'Check that DHCP option 150 or 66 names the machine that runs loadstep.',
      'Enrol the phone: loadstep names a real load through `SIP<MAC>.cnf`, then `XMLDefault.cnf.xml`, then `SEP<MAC>.cnf.xml`, and serves its `.loads`, `.sbn` and `.sb2`.',
      'On another server: never serve an empty `SEP<MAC>.cnf.xml`; one phone was reported to recover with a full document there that named `P0S3-07-2-00`. Name the load for both `loadInformation7` and `loadInformation8`.',
      'A factory reset does not help: the application is what is missing.',
    ],
    sources: ['S27', 'S44', 'S45'],
    level: 'B',
  }),
  phoneEntry({
    code: 'P_NO_LOAD_SPECIFIED',
    phones: '79x0',
    title: 'The configuration names no load.',
    screen: ['No Load Specified'],
    server: 'A config file is fetched, but no `.loads` or image follows.',
    cause: '`loadInformation` or `image_version` is missing in the file that the phone found.',
    advice: ['Add the name of the load there. loadstep always names one when it shows a step.'],
    sources: ['S2'],
    level: 'A',
  }),
  phoneEntry({
    code: 'P_W710',
    phones: '79x0',
    title: 'The loader could not reach the wanted load; the application stays on the old one.',
    screen: ['W710 Loader failed upgrade to'],
    server: 'The load was offered, and `SIPDefault.cnf` comes without it.',
    match: /\bW710\b/i,
    cause: 'SIP 8.12 notes the failure and does not reset again, so that it cannot loop (our reading of the message).',
    advice: [
      'Run `loadstep firmware verify`: a file of the package may be missing or damaged.',
      'See in `loadstep history --mac MAC` which file was asked for last.',
    ],
    sources: ['S16', 'S18'],
    level: 'B',
  }),
  phoneEntry({
    code: 'P_LOAD_NAME_INVALID',
    phones: '79x0',
    title: 'The name of the load in the configuration is malformed.',
    screen: ['load name specified is invalid.'],
    server: 'A config file is fetched and no `.loads` follows.',
    cause:
      'Only the text is known, from the strings in SIP 8.12; it suggests that the name does not have a form that the phone understands.',
    advice: ['Name the load without extension, exactly as the file is spelled: `P0S3-08-11-00`.'],
    sources: ['S16'],
    level: 'B',
  }),
  phoneEntry({
    code: 'P_APP2_BAD_IN_FLASH',
    phones: '79x0',
    title: 'One of the flash banks of a 7940 or 7960 holds no usable application.',
    screen: ['APP2 bad in flash', 'Load id different for bank2'],
    server: 'The loader asks for `.loads` and then for the `.sb2`.',
    cause: 'An interrupted write, or a new application that waits to be taken over. Only the texts are known.',
    advice: [
      'Leave the phone connected: the loader fetches the application again from the load it is shown.',
      'Do not unplug it within 10 minutes of the last block.',
    ],
    sources: ['S16'],
    level: 'B',
  }),
  phoneEntry({
    code: 'P_UPGRADE_RESET_LOOP',
    phones: '79x0',
    title: 'An older SIP 7.x application restarts again and again because it cannot reach the load it is shown.',
    server: 'Whole boots, one after the other, each with the same config and `.loads`.',
    cause:
      'SIP 7.5 checks for upgrades but does not stop after a failure as 8.12 does (W710); that it can loop is inference.',
    advice: [
      'After a few rounds loadstep shows the phone the load that it already runs, and the loop ends.',
      'Run `loadstep firmware verify` on the package, then try another release.',
    ],
    sources: ['S16', 'S17'],
    level: 'B',
  }),
  phoneEntry({
    code: 'P_OS79XX_TRAILING_BLANK',
    phones: '79x0',
    title: 'The phone asks for a file whose name ends in a blank.',
    server: 'A name such as `P0S3-06-3-00 .bin` is asked for, and refused.',
    asks: [{ pattern: /^P0[0SM]3\S* +\.(bin|sbn)$/i, about: null }],
    cause: 'An editor left a blank after the name in `OS79XX.TXT` (Cisco bug CSCdv19260).',
    advice: [
      'The file must hold only the name and one line end: no blank, no byte order mark, no extension.',
      'loadstep writes this file itself and correctly, so look for another TFTP server on the network.',
    ],
    sources: ['S12'],
    level: 'B',
  }),
];
