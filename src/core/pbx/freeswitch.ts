import { head, type PbxKind, type PbxWish, remark } from './kind.ts';
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
  const made = `${head('freeswitch', '<!--')}${remark(
    '<!--',
    'It has the form of the users of its example configuration (conf/vanilla/directory); no FreeSWITCH has read it where it was made.',
  )}`;
  return `${made.replaceAll('\n', ' -->\n')}<include>
${lines.map((line) => userOf(line, context)).join('')}</include>
`;
}

function userOf({ extension, name, password, phones }: PbxLine, context: string): string {
  return `${phones.map((phone) => `  <!-- ${remarked(phoneWords(phone))} -->\n`).join('')}  <user id="${escaped(extension)}">
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

/**
 * FreeSWITCH goes through the lines before they are XML (its switch_xml.c): it obeys X-PRE-PROCESS and fills in $${…} within comments, too,
 * and a line with <include> or <? in it is lost.
 */
function remarked(text: string): string {
  return text.replace(/-(?=-)/g, '- ').replace(/[<>$]/g, '_');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  $: '&#36;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"'$]/g, (sign) => ENTITIES[sign] ?? sign);
}
