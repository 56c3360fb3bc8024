import { head, type PbxFile, type PbxKind, type PbxWish, remark } from './kind.ts';
import { codecsOf, kindOf, type PbxLine, phoneWords } from './pbx-line.ts';

/** Asterisk with chan_pjsip: version 12 and later, and the only way from 21 on. */
export const ASTERISK: PbxKind = {
  name: 'asterisk',
  product: 'Asterisk (chan_pjsip)',
  needsPlace: false,
  files: (wish) => [
    { name: 'pjsip_loadstep.conf', text: pjsipText(wish) },
    { name: 'pjsip_loadstep_transports.conf', text: TRANSPORTS },
    extensionsFile('asterisk', 'PJSIP', wish),
  ],
  steps: ({ context }, folder) => [
    `copy the files of ${folder} to /etc/asterisk, readable for Asterisk alone (chown asterisk: FILE, chmod 640 FILE)`,
    'in pjsip.conf write at its end: #include pjsip_loadstep.conf',
    'where pjsip.conf has no transport yet, write there, too: #include pjsip_loadstep_transports.conf',
    `in extensions.conf write at its end: #include extensions_loadstep.conf (it is the context ${context})`,
    'type: asterisk -rx "core reload"',
    'exempt the network of the phones from fail2ban: a phone with a wrong password asks again for ever, and is banned for it',
  ],
};

/** Why these switches, for Asterisk's endpoint; each line is one comment. */
const WHY_RPORT = [
  'Over UDP a 79xx sends from a port of its own for each request and hears only the port that its Via names. With force_rport=yes',
  '(the default) answers go to the port that it sent from: the phone shows "Registering" for ever, and logs "REG auth failed: ack timer".',
];
const WHY_CONTACT = [
  'With rewrite_contact=yes calls to the phone go to that other port, where nobody listens; it registers and can call, and is never rung.',
];

function pjsipText(wish: PbxWish): string {
  const { context, lines } = wish;
  return `${head('asterisk', ';')}
[loadstep-79xx](!)
type=endpoint
context=${context}
${remark(';', ...WHY_RPORT)}force_rport=no
${remark(';', ...WHY_CONTACT)}rewrite_contact=no
${remark(';', 'Sound goes to the port that the phone offered.')}rtp_symmetric=no
${remark(';', 'Sound goes through Asterisk: phones with different settings hear each other.')}direct_media=no
dtmf_mode=rfc4733
send_rpid=yes
${remark(';', 'G.711 is in every load. G.722 is for Java phones that have it switched on: on one side alone it breaks calls.')}disallow=all
allow=ulaw,alaw
${remark(
  ';',
  'No transport is named: a 7940 or 7960 comes over UDP, a Java phone over TCP or UDP, and each is answered the way it came.',
  'BLF on line keys, conference and call forward of the phones do not work with Asterisk as it comes.',
)}
[loadstep-79xx-auth](!)
type=auth
auth_type=userpass
${remark(
  ';',
  'These phones know MD5 alone, which is what Asterisk offers. Never name SHA-256 in supported_algorithms_uas here, nor in',
  'default_auth_algorithms_uas in [global]: the phone then asks again without a password, for ever.',
)}
[loadstep-79xx-aor](!)
type=aor
max_contacts=1
remove_existing=yes
${remark(
  ';',
  'A phone refreshes 5 seconds early, and unregisters itself where too little is left ("REG Expires time too small"): at least 120.',
)}minimum_expiration=120
default_expiration=3600
maximum_expiration=3600
${remark(';', 'The phones answer OPTIONS. "Avail" does not prove that calls reach them.')}qualify_frequency=60
${lines.map((line) => sectionsOf(line, wish)).join('')}`;
}

function sectionsOf(line: PbxLine, { hasG722 }: PbxWish): string {
  const { extension, name, authName, password, phones } = line;
  const codecs = codecsOf(line, hasG722);
  const endpoint = [
    `[${extension}](loadstep-79xx)`,
    `auth=${extension}`,
    `aors=${extension}`,
    `callerid="${name}" <${extension}>`,
    // The From user is the extension; this finds the endpoint by the name in the digest, too.
    ...(authName === extension ? [] : ['identify_by=username,auth_username']),
    ...(codecs.includes('g722') ? ['disallow=all', `allow=${codecs.join(',')}`] : []),
  ];
  const auth = [`[${extension}](loadstep-79xx-auth)`, `username=${authName}`, `password=${password}`];
  const aor = [`[${extension}](loadstep-79xx-aor)`, ...(phones.length > 1 ? [`max_contacts=${phones.length}`] : [])];
  const blocks = [endpoint, auth, aor].map((block) => block.join('\n')).join('\n');
  return `\n${remark(';', ...phones.map(phoneWords))}${blocks}\n`;
}

const TRANSPORTS = `${head('asterisk', ';')}; Only where pjsip.conf has no transports: two on one port are refused.

[loadstep-udp]
type=transport
protocol=udp
bind=0.0.0.0:5060

; For Java phones: over TCP one connection stays open both ways, and no port can be wrong.
[loadstep-tcp]
type=transport
protocol=tcp
bind=0.0.0.0:5060
`;

/** A dial plan in which the phones call each other, and an echo. */
function extensionsFile(kind: string, technology: string, { context, lines }: PbxWish): PbxFile {
  const calls = lines.map(
    ({ extension, name }) =>
      `; ${name}\nexten => ${extension},1,Dial(${technology}/${extension},60)\n same => n,Hangup()\n`,
  );
  const text = `${head(kind, ';')}
[${context}]
; Says back what it hears: the first test of a new phone.
exten => *43,1,Answer()
 same => n,Echo()
 same => n,Hangup()
${calls.join('')}`;
  return { name: 'extensions_loadstep.conf', text };
}

/** Asterisk with chan_sip: up to version 20. */
export const CHAN_SIP: PbxKind = {
  name: 'chan_sip',
  product: 'Asterisk (chan_sip)',
  needsPlace: false,
  files: (wish) => [{ name: 'sip_loadstep.conf', text: sipText(wish) }, extensionsFile('chan_sip', 'SIP', wish)],
  steps: ({ context, lines }, folder) => [
    `copy the files of ${folder} to /etc/asterisk, readable for Asterisk alone`,
    'in sip.conf write at its end: #include sip_loadstep.conf',
    ...(lines.some(({ phones }) => phones.some((phone) => kindOf(phone) !== '79x0'))
      ? ['for Java phones over TCP write in [general] of sip.conf: tcpenable=yes']
      : []),
    'in [general] of sip.conf let minexpiry be at least 120: a phone that is granted less unregisters itself',
    `in extensions.conf write at its end: #include extensions_loadstep.conf (it is the context ${context})`,
    'type: asterisk -rx "core reload"',
    'chan_sip of FreePBX listens on 5160: then that port belongs into all three ports of a Java phone, or into proxy1_port of a 7940 or 7960',
    'exempt the network of the phones from fail2ban',
  ],
};

function sipText({ context, lines, hasG722 }: PbxWish): string {
  const peers = lines.map((line) => {
    const { extension, name, authName, password, phones } = line;
    const allow = codecsOf(line, hasG722).includes('g722')
      ? ['disallow=all', 'allow=g722', 'allow=ulaw', 'allow=alaw']
      : [];
    const needsTcp = phones.some((phone) => kindOf(phone) !== '79x0');
    const own = [
      `[${extension}](loadstep-79xx)`,
      ...(authName === extension
        ? []
        : [`; chan_sip takes the name in brackets for the digest, not "${authName}": give the phone ${extension}`]),
      `secret=${password}`,
      `callerid="${name}" <${extension}>`,
      `transport=${needsTcp ? 'udp,tcp' : 'udp'}`,
      ...allow,
    ];
    return `\n${remark(';', ...phones.map(phoneWords))}${own.join('\n')}\n`;
  });
  return `${head('chan_sip', ';')}
[loadstep-79xx](!)
type=friend
host=dynamic
context=${context}
${remark(';', ...WHY_RPORT.map((line) => line.replace('force_rport=yes', 'nat=force_rport')), 'comedia and nat=yes do the same harm.')}nat=no
qualify=yes
dtmfmode=rfc2833
${remark(';', 'Sound goes through Asterisk (canreinvite=no before version 1.6).')}directmedia=no
disallow=all
allow=ulaw
allow=alaw
${peers.join('')}`;
}
