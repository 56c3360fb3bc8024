import { head, type PbxKind, type PbxWish, remark } from './kind.ts';
import { codecsOf, type PbxLine, phoneWords } from './pbx-line.ts';

/** FreePBX with PJSIP extensions: new ones from a list, and switches for those that are there. */
export const FREEPBX: PbxKind = {
  name: 'freepbx',
  product: 'FreePBX (PJSIP)',
  needsPlace: false,
  files: (wish) => [
    { name: 'extensions.csv', text: bulkList(wish) },
    { name: 'pjsip.endpoint_custom_post.conf', text: endpoints(wish) },
    { name: 'pjsip.aor_custom_post.conf', text: aors(wish) },
  ],
  steps: ({ lines }, folder) => [
    `extensions that FreePBX does not have yet: Admin, Bulk Handler, Import, Extensions, ${folder}/extensions.csv. Never with "replace existing": it deletes an extension and makes it anew, without its voicemail and its other settings`,
    'extensions that it has: set their Secret to the one in extensions.csv (Applications, Extensions, General); one that FreePBX made has 32 characters, and the phones take 30',
    'and there under Advanced: Force rport No, Rewrite Contact No, RTP Symmetric No, Direct Media No, Minimum Expiration 120; its defaults are Yes, Yes, Yes, Yes, 60, and no 79xx registers over UDP with them',
    `or, in place of that page, append both pjsip files of ${folder} to those of the same names in /etc/asterisk, which FreePBX leaves alone`,
    'shorter secrets for all new extensions: Settings, Advanced Settings, SIPSECRETSIZE, such as 12',
    'Settings, Asterisk SIP Settings: PJSIP has to listen on the port that the phones ask (5060; chan_sip may have it, and PJSIP 5160)',
    'Admin, Firewall, and Intrusion Detection: trust the network of the phones; one with a wrong password asks again for ever, and is banned for it',
    'then Apply Config',
    ...lines
      .filter(({ extension }) => !/^\d+$/.test(extension))
      .map(
        ({ extension }) =>
          `"${extension}" is no number, and FreePBX takes only numbers: give that line another extension`,
      ),
  ],
};

/** The columns that are read by name; whatever is not named keeps FreePBX's default. */
const COLUMNS = [
  'extension',
  'name',
  'description',
  'tech',
  'secret',
  'dtmfmode',
  'disallow',
  'allow',
  'force_rport',
  'rewrite_contact',
  'rtp_symmetric',
  'direct_media',
  'max_contacts',
  'minimum_expiration',
  'maximum_expiration',
  'qualifyfreq',
] as const;

function bulkList({ lines, hasG722 }: PbxWish): string {
  const rows = lines.map((line) => {
    const { extension, name, password, phones } = line;
    const cells: Readonly<Record<(typeof COLUMNS)[number], string>> = {
      extension,
      name,
      description: name,
      tech: 'pjsip',
      secret: password,
      dtmfmode: 'rfc4733',
      disallow: 'all',
      allow: codecsOf(line, hasG722).join('&'),
      force_rport: 'no',
      rewrite_contact: 'no',
      rtp_symmetric: 'no',
      direct_media: 'no',
      max_contacts: String(Math.max(1, phones.length)),
      minimum_expiration: '120',
      maximum_expiration: '3600',
      qualifyfreq: '60',
    };
    return COLUMNS.map((column) => cell(cells[column]));
  });
  return [COLUMNS, ...rows].map((row) => `${row.join(',')}\n`).join('');
}

function cell(text: string): string {
  return /[",\s]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function endpoints({ lines }: PbxWish): string {
  const own = (line: PbxLine) =>
    `\n${remark(';', ...line.phones.map(phoneWords))}[${line.extension}](+)\nforce_rport=no\nrewrite_contact=no\nrtp_symmetric=no\ndirect_media=no\n`;
  return `${head('freepbx', ';').replace(/; It holds.*\n/, '')}${remark(
    ';',
    'For extensions that FreePBX has already. Over UDP a 79xx hears only the port that its Via names: with force_rport=yes (the default) it shows',
    '"Registering" for ever, and with rewrite_contact=yes it registers and is never rung.',
  )}${lines.map(own).join('')}`;
}

function aors({ lines }: PbxWish): string {
  const own = ({ extension, phones }: PbxLine) =>
    `\n[${extension}](+type=aor)\nminimum_expiration=120\n${phones.length > 1 ? `max_contacts=${phones.length}\n` : ''}`;
  return `${head('freepbx', ';').replace(/; It holds.*\n/, '')}${remark(
    ';',
    'A phone that is granted too short a time unregisters itself at once ("REG Expires time too small").',
    'Do not leave out "type=aor" in the brackets: the settings would go to the endpoint of the same name, and Asterisk would drop that.',
  )}${lines.map(own).join('')}`;
}
