/** Small files of each kind, as names with texts; made to be broken. */
export const SEEDS: readonly (readonly [name: string, text: string])[] = [
  [
    'SIP0018B9C0FFEE.cnf',
    'image_version: "P0S3-8-12-00"\nproxy1_address: "192.0.2.10"\nproxy_register: 1\nline1_name: "201" ; desk\nline1_password: "s3cretPW"\ntime_zone: CET\n# end\n',
  ],
  [
    'SEP001D45000011.cnf.xml',
    '<device><deviceProtocol>SIP</deviceProtocol>\n<sipProfile><kpml>0</kpml><sipLines><line button="1"><featureID>9</featureID><proxy>USECALLMANAGER</proxy>\n<port>5060</port><name>2&amp;1</name></line></sipLines></sipProfile><loadInformation>SIP42.9-4-2SR3-1S</loadInformation></device>\n',
  ],
  [
    'dialplan.xml',
    '<DIALTEMPLATE>\n<!-- all -->\n<TEMPLATE MATCH="2.." Timeout="0"/><TEMPLATE MATCH="*" Timeout="4"/></DIALTEMPLATE>\n',
  ],
  ['RINGLIST.DAT', 'CTU\tCTU.raw\r\nOld Bell  bell.raw\r\n'],
  ['syncinfo.xml', '<SYNCINFO><IMAGE VERSION="*" SYNC="2"/></SYNCINFO>\n'],
  ['List.xml', '<CiscoIPPhoneImageList><ImageItem Image="TFTP:a.png" URL="TFTP:b.png"/></CiscoIPPhoneImageList>'],
  [
    'keys.xml',
    '<softKeyCfg><softKeySets><softKeySet id="On Hook"><softKey keyID="1"/></softKeySet></softKeySets></softKeyCfg>',
  ],
];

const PIECES = [
  '<',
  '>',
  '"',
  '&',
  ';',
  ':',
  '“',
  '\0',
  '\n',
  '\r',
  '\ufeff',
  '#',
  ' ',
  '</',
  '<!--',
  ']]>',
  '<![CDATA[',
  '&a;',
  '0',
  '\ud83d',
  '=',
  '/>',
  '<device>',
  'proxy1_port: x\n',
];

/** A text with some of its signs taken out, doubled, exchanged or put in; the same for the same seed. */
export function mutated(text: string, seed: number): string {
  let state = (seed * 2_654_435_761 + 1) >>> 0;
  const next = (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  let broken = text;
  for (let i = 1 + next(4); i > 0; i -= 1) {
    const at = next(broken.length + 1);
    const until = at + next(6);
    const piece = [PIECES[next(PIECES.length)] ?? '', '', broken.slice(at, until).repeat(2)][next(3)] ?? '';
    broken = broken.slice(0, at) + piece + broken.slice(next(2) === 0 ? at : until);
  }
  return broken;
}
