import { head, type PbxKind, type PbxWish } from './kind.ts';
import { type PbxLine, phoneWords } from './pbx-line.ts';

/** FreeSWITCH: users for its directory. */
export const FREESWITCH: PbxKind = {
  name: 'freeswitch',
  product: 'FreeSWITCH',
  needsPlace: false,
  files: (wish) => [{ name: 'loadstep.xml', text: directory(wish) }],
  steps: ({ place, lines }, folder) => [
    `copy ${folder}/loadstep.xml to conf/directory/default/, readable for FreeSWITCH alone`,
    'in the profile that the phones ask (conf/sip_profiles/internal.xml): NDLB-force-rport left out or "safe"; "true" sends answers to a port where these phones do not listen',
    'there, too: aggressive-nat-detection and NDLB-connectile-dysfunction off, since both rewrite the Contact, and calls to the phone then go nowhere (not tried on a phone)',
    'there, too: sip-force-expires left out, or at least 120',
    'codecs (conf/vars.xml, global_codec_prefs): PCMU and PCMA have to be among them',
    `FreeSWITCH picks the domain by what the phone asks: ${place === null ? 'write the name or address of the domain' : place.host} as the proxy of the phones has to be a domain of the directory, or it answers 403`,
    'type: fs_cli -x reloadxml',
    ...lines
      .filter(({ authName, extension }) => authName !== extension)
      .map(
        ({ extension, authName }) =>
          `${extension} has the name "${authName}" in the digest: FreeSWITCH takes the extension there, so give the phone that`,
      ),
  ],
};

function directory({ lines, context }: PbxWish): string {
  return `${head('freeswitch', '<!--').replaceAll('\n', ' -->\n')}<include>
${lines.map((line) => userOf(line, context)).join('')}</include>
`;
}

function userOf({ extension, name, password, phones }: PbxLine, context: string): string {
  const words = phones.map(phoneWords).join('; ').replaceAll('--', '- -');
  return `  <!-- ${words} -->
  <user id="${escaped(extension)}">
    <params>
      <param name="password" value="${escaped(password)}"/>
    </params>
    <variables>
      <variable name="user_context" value="${escaped(context)}"/>
      <variable name="effective_caller_id_name" value="${escaped(name)}"/>
      <variable name="effective_caller_id_number" value="${escaped(extension)}"/>
    </variables>
  </user>
`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
}
