import type { CommandSpec } from '../command.ts';
import { CONFIGURING_KEYS } from '../settings/configuring-keys.ts';

/** `loadstep configure`: the files that make a landed phone register. */
export const CONFIGURE: CommandSpec = {
  name: 'configure',
  summary: 'write the files that make a landed phone register at a PBX',
  description:
    'Writes the configuration of a phone that runs SIP, also of one that loadstep never saw, into a folder for your TFTP server. ' +
    'It names the load that runs and no other, so it moves no phone to another one. The account is the one kept for the phone ' +
    '("loadstep accounts"), or the one given with --extension; with --parked the phone shows its MAC, its label and the word landed, and registers ' +
    'nowhere. Without --load the record says what the phone landed on; --model is needed only where the files depend on it. Files that are there and differ are kept, unless --replace is given.',
  settings: ['mac', 'model', 'label', ...CONFIGURING_KEYS, 'accounts-key'],
  several: ['dial'],
  settingHelp: {
    pbx: 'the PBX, as the phones reach it',
    label: 'what the phone shows in its corner (default: its label on the list, or its extension)',
  },
  flags: [
    { name: 'load', flags: '--load <load>', type: 'text', help: 'the SIP load that runs, such as SIP42.9-4-2SR3-1S' },
    { name: 'out', flags: '--out <dir>', type: 'text', help: 'folder to write to; it is made where it is missing' },
    { name: 'extension', flags: '--extension <user>', type: 'text', help: 'the SIP user of line 1, such as 201' },
    { name: 'name', flags: '--name <text>', type: 'text', help: 'what the called party sees (default: the extension)' },
    {
      name: 'authName',
      flags: '--auth-name <user>',
      type: 'text',
      help: 'the name in the digest, where it is another',
    },
    {
      name: 'passwordFile',
      flags: '--password-file <file>',
      type: 'text',
      help: 'file whose first line is the password of --extension; "-" is standard input',
    },
    { name: 'parked', flags: '--parked', type: 'boolean', help: 'no account: the phone shows what it is' },
    { name: 'phoneZone', flags: '--phone-zone <name>', type: 'text', help: "the phone's own name of a time zone" },
    { name: 'date', flags: '--date <form>', type: 'text', help: 'form of the date, such as M/D/Y (default: D/M/Y)' },
    { name: 'hours', flags: '--hours <12|24>', type: 'text', help: 'clock of 12 or 24 hours (default: 24)' },
    {
      name: 'ring',
      flags: '--ring <name=file>',
      type: 'list',
      help: 'ring tone: u-law of 8 kHz and 8 bits without a header, .raw; repeatable',
    },
    {
      name: 'background',
      flags: '--background <image=thumbnail>',
      type: 'list',
      help: 'background picture and its small one, PNG (Java phones); repeatable',
    },
    { name: 'services', flags: '--services <url>', type: 'text', help: 'what the services key opens' },
    { name: 'directory', flags: '--directory <url>', type: 'text', help: 'the directory' },
    { name: 'logo', flags: '--logo <url>', type: 'text', help: 'logo, a BMP (7940 and 7960)' },
    { name: 'messages', flags: '--messages <number>', type: 'text', help: 'what the messages key dials' },
    {
      name: 'phonePasswordFile',
      flags: '--phone-password-file <file>',
      type: 'text',
      help: "file whose first line is the password of the phone's own menu",
    },
    { name: 'codec', flags: '--codec <name>', type: 'text', help: 'preferred codec, such as g711alaw' },
    {
      name: 'expiry',
      flags: '--expiry <seconds>',
      type: 'text',
      help: 'how long a registration holds (default: 3600)',
    },
    {
      name: 'nat',
      flags: '--nat',
      type: 'boolean',
      help: 'send from the port that the phone listens on: for a PBX that answers to the source port and cannot be told not to',
    },
    {
      name: 'closeWeb',
      flags: '--close-web',
      type: 'boolean',
      help: 'close the web page of Java phones; it tells which load runs',
    },
    {
      name: 'sync',
      flags: '--sync <text>',
      type: 'text',
      help: 'what syncinfo.xml and a 7940 or 7960 compare (default: 1)',
    },
    {
      name: 'set',
      flags: '--set <key=value>',
      type: 'list',
      help: 'a key, or the path of an element, of your own; repeatable',
    },
    {
      name: 'own',
      flags: '--own <name=file>',
      type: 'list',
      help: 'a whole file of your own, in place of one that is made or beside them; repeatable',
    },
    { name: 'replace', flags: '--replace', type: 'boolean', help: 'replace files that are there and differ' },
  ],
  examples: [
    'loadstep configure --mac 0018B9C0FFEE --model 7942 --load SIP42.9-4-2SR3-1S --extension 201 --password-file pw --pbx 192.0.2.10 --transport tcp --zone Europe/Berlin --out tftp',
    'loadstep configure --mac 0018B9C0FFEE --pbx 192.0.2.10 --out tftp',
    'loadstep configure --mac 0018B9C0FFEE --model 7960 --load P0S3-8-12-00 --parked --out tftp',
  ],
  run: async (context) => (await import('./configure-actions.ts')).configure(context),
};
