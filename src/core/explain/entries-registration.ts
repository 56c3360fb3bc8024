import { type ExplainEntry, phoneEntry } from './entry.ts';

/** A landed phone that does not register at its call server, or does not stay registered (after-landing 0, 4, 9). */
export const REGISTRATION: readonly ExplainEntry[] = [
  phoneEntry({
    code: 'P_FORCED_RPORT',
    title:
      'The phone says "Registering" and never gets further: the answers of the PBX go to a port where nobody listens.',
    screen: ['Registering', 'REG auth failed: ack timer', 'E620 REG auth failed: ack timer'],
    server:
      'REGISTER comes again every 32 s with a rising CSeq; each answer of the PBX goes to the port that the question came from. Nothing of this is seen in TFTP.',
    match: /(?<!\bunreg )\back timer\b|\bforce_?rport\b/i,
    cause:
      'Over UDP these phones send each request from a new port and listen on `voip_control_port` or `voipControlPort` only, which stands in Via. A PBX that forces rport answers to the port that the request came from. `force_rport=yes` is what PJSIP starts with, and what FreePBX means by NAT "yes".',
    advice: [
      'On Asterisk with PJSIP set `force_rport=no` for this phone; on chan_sip `nat=no`. On Kamailio leave out `force_rport()` for it, on FreeSWITCH `NDLB-force-rport`.',
      'A Java phone can use TCP instead: `transportLayerProtocol` 1, where the PBX listens on TCP.',
      'Where the PBX cannot be told: `nat_enable: "1"` with an empty `nat_address` on a 7940 or 7960, `natEnabled` true on a Java phone. It then sends from the port that it listens on.',
    ],
    sources: ['AL-T1', 'AL-G1', 'AL-G3', 'AL-DR', 'AL-SC'],
    level: 'A',
  }),
  phoneEntry({
    code: 'P_REWRITTEN_CONTACT',
    title: 'The phone is registered and can call, but nobody can call it: the PBX wrote another port into its Contact.',
    screen: ['Nobody can call the phone', 'Incoming calls go to voicemail'],
    server: 'The 200 OK to REGISTER names a Contact with a high port, and INVITE is sent to that port.',
    match: /\brewrite_contact\b/i,
    cause:
      '`rewrite_contact=yes` (the default of FreePBX) puts the port that the phone sent from in place of the one that it listens on.',
    advice: [
      'Set `rewrite_contact=no` for this phone. Or let a Java phone use TCP, which takes calls on its one connection.',
    ],
    sources: ['AL-T1', 'AL-G3'],
    level: 'A',
  }),
  phoneEntry({
    code: 'P_UNKNOWN_ADDRESS_IN_REQUEST_URI',
    title: 'The phone answers a call with 404: the call is addressed to another host or user than its own.',
    screen: ['Unknown address in Request URI', '404 Unknown address in Request URI'],
    server: 'INVITE is answered with 404 and a Warning.',
    match: /\bUnknown address in Request URI\b/i,
    cause:
      'The phone takes requests only for its own address, or the one in `nat_address` or `natAddress`, and for the name of one of its lines. The PBX rewrote the Contact, or the NAT address of the phone is wrong.',
    advice: [
      'Let the PBX keep the Contact as the phone gave it (`rewrite_contact=no`).',
      'Empty `nat_address` or `natAddress`, or write the address there that the PBX sees.',
    ],
    sources: ['AL-P19', 'AL-SC'],
    level: 'A',
  }),
  phoneEntry({
    code: 'P_PORT_MISMATCH_UDP',
    title: 'The phone answers a call with 404: the call is addressed to a port that it does not listen on.',
    screen: ['Port Mismatch(UDP)', '404 Port Mismatch(UDP)'],
    server: 'INVITE over UDP is answered with 404 and a Warning.',
    match: /\bPort Mismatch ?\(UDP\)/i,
    cause:
      'The PBX calls another port than `voip_control_port` or `voipControlPort`, mostly the one that a router or a rewritten Contact gave it.',
    advice: [
      'Let the PBX keep the Contact as the phone gave it. Behind a real NAT use TCP or a VPN, or one phone for each public address.',
    ],
    sources: ['AL-SC'],
    level: 'A',
  }),
  phoneEntry({
    code: 'P_ADDRESS_IN_PROXY',
    phones: 'java',
    title: 'A phone on 9.x with an address in `<proxy>` never sends a REGISTER.',
    screen: ['Unregistered'],
    server: 'The configuration is fetched whole, and no REGISTER follows at all.',
    cause:
      'SIP 8.x takes an address there; 9.x wants the word USECALLMANAGER and reads the address in `processNodeName`. Of 24 published files of working phones all 11 for 9.3(1) and later have the word, and all 13 for 8.x an address or a domain.',
    advice: [
      'Write `<proxy>USECALLMANAGER</proxy>` for each line, and the address of the PBX into `processNodeName` of the first member of `callManagerGroup`.',
    ],
    sources: ['AL-G3', 'AL-G1', 'after-landing 2'],
    level: 'A',
  }),
  phoneEntry({
    code: 'P_CONFIG_NOT_TAKEN',
    phones: 'java',
    title: 'The phone fetched its configuration whole, cannot use it, and stays unprovisioned.',
    screen: ['Unprovisioned'],
    server: '`SEP<MAC>.cnf.xml` is fetched whole and asked for again.',
    cause:
      'The XML is not well-formed, or `sipLines` stands outside `sipProfile`, or no line has `name`, `proxy` and `port`. The phone says nothing better; it keeps old settings or shows "Unprovisioned".',
    advice: [
      'Run `loadstep config check FILE`: it names the line and the place.',
      '`sipProxies` and `sipLines` belong into `sipProfile`, and each line of `featureID` 9 needs `name`, `proxy` and `port`.',
      'Write `&` in a value as `&amp;`, and `<` as `&lt;`.',
    ],
    sources: ['AL-G3', 'AL-K2'],
    level: 'A',
  }),
  phoneEntry({
    code: 'P_CALL_SERVER_UNRESOLVED',
    phones: 'java',
    title: 'The call server is given as a name that the phone cannot resolve, so it is passed over.',
    server: 'No REGISTER comes; perhaps a question to the DNS server without an answer.',
    cause: 'A member of `callManagerGroup` whose `processNodeName` does not resolve is dropped from the list.',
    advice: [
      'Write the address of the PBX into `processNodeName`, or give the phone a DNS server that knows the name.',
    ],
    sources: ['AL-SC'],
    level: 'A',
  }),
  phoneEntry({
    code: 'P_PORTS_DIFFER',
    title: 'The phone asks another port than the one on which the PBX listens.',
    server: 'REGISTER goes to port 5060 while the PBX listens on another one, such as the 5160 of chan_sip on FreePBX.',
    cause:
      'A Java phone has three numbers: `sipPort` of the call manager, `port` of the line and `voipControlPort`. Which of them it sends to is not known for certain. A 7940 or 7960 sends to `proxy1_port`.',
    advice: [
      'Java phones: write the port of the PBX in all three places.',
      '7940 and 7960: `proxy1_port` is the port of the PBX; `voip_control_port` may be another one.',
    ],
    sources: ['AL-K3', 'AL-K2', 'AL-NK'],
    level: 'B',
  }),
  phoneEntry({
    code: 'P_PROXY_REGISTER_OFF',
    title: 'The phone was not told to register.',
    screen: ['Unregistered'],
    server: 'No REGISTER and no error.',
    match: /^(proxy_register|registerWithProxy)$/i,
    cause:
      '`proxy_register` of a 7940 or 7960 is 0 unless it is set, and then no REGISTER is sent. On a Java phone it is `registerWithProxy`.',
    advice: ['Set `proxy_register: "1"`, or `<registerWithProxy>true</registerWithProxy>` in `sipProxies`.'],
    sources: ['AL-CME', 'AL-K2'],
    level: 'A',
  }),
  phoneEntry({
    code: 'P_PARKED',
    title: 'The phone is parked: it was given a configuration without an account.',
    screen: ['landed'],
    server: 'Its configuration is fetched, and no REGISTER comes.',
    cause:
      '`loadstep configure --parked`, and `serve --configure` for a phone without an account, write a configuration in which no line registers: the phone shows its MAC, its label and the word landed.',
    advice: [
      'Keep an account for it: `loadstep accounts set --mac MAC --extension 201 --generate`.',
      'Give it its configuration again: `serve --configure` does that when it asks next. A 7940 or 7960 has to be restarted; a Java phone without a line asks by itself.',
    ],
    sources: [],
    level: null,
  }),
  phoneEntry({
    code: 'P_WRONG_PASSWORD',
    title: 'The PBX refuses name or password of the phone.',
    screen: [
      'REG auth failed: no more credentials',
      'no more credentials',
      'E620 REG auth failed: no more credentials',
    ],
    server: 'REGISTER, 401, REGISTER with credentials, 401 again; after the third the phone stops for a while.',
    match: /\bno more credentials\b/i,
    cause:
      'The password differs, or is longer than the 31 characters that fit into the phone; or the name with which the phone logs in (`authName`, `line1_authname`) is not the one that the PBX has.',
    advice: [
      'Write the same name and the same password on both sides; 8 to 30 letters and digits are safe on every load.',
      'FreePBX makes secrets of 32 characters: give the extension a shorter one.',
    ],
    sources: ['AL-SC', 'AL-F12', 'AL-P7'],
    level: 'A',
  }),
  phoneEntry({
    code: 'P_DIGEST_NOT_MD5',
    title: 'The PBX asks for a kind of login that the phone does not know.',
    screen: ['REG send failure: auth scheme', 'E600 REG send failure: auth scheme', 'REG send failure: auth hdr'],
    server: 'The 401 offers SHA-256, and the REGISTER comes again without Authorization.',
    cause: 'These phones know MD5 and MD5-sess only.',
    advice: ['Let the PBX offer MD5 alone to this phone.'],
    sources: ['AL-SC', 'AL-F12'],
    level: 'A',
  }),
  phoneEntry({
    code: 'P_BANNED_BY_FIREWALL',
    title: 'The PBX does not hear the phone any more: it was banned for its failed logins.',
    server: 'The PBX shows nothing at all of the phone, while a capture on the same machine does.',
    match: /\bfail2ban\b/i,
    cause:
      'A loop of 401 answers made fail2ban, or the firewall of FreePBX, shut the address out. It outlasts the cure of the password.',
    advice: ['Take the address off the ban list, and exempt the network of the phones.'],
    sources: ['AL-BU'],
    level: 'B',
  }),
  phoneEntry({
    code: 'P_PASSWORD_TOO_LONG',
    title: 'The password is longer than the phone can hold.',
    screen: ['Parse error'],
    server: 'The configuration is fetched whole; then nothing, or an endless loop of 401.',
    cause:
      'The phone has room for 31 characters; 30 were measured on a 7962. The secrets of FreePBX have 32. Reports of 7, 8 or 12 as the limit are single ones.',
    advice: ['Use 8 to 30 letters and digits, on the PBX and in the configuration.'],
    sources: ['AL-P7', 'AL-SC', 'AL-K3'],
    level: 'B',
  }),
  phoneEntry({
    code: 'P_PHONE_LABEL_REFUSED',
    title: 'The label of the phone is too long or has blanks.',
    server: 'The configuration is fetched whole and, it is said, not taken.',
    cause: '`phoneLabel` of a Java phone holds 12 characters and no blank; `phone_label` of a 7940 or 7960 holds 11.',
    advice: ['Shorten the label and leave the blanks out.'],
    sources: ['AL-BU', 'AL-U', 'AL-UD'],
    level: 'B',
  }),
  phoneEntry({
    code: 'P_EXPIRES_TOO_SMALL',
    title: 'The phone registers and takes itself off again at once: the registration is too short for it.',
    screen: ['REG Expires time too small', 'E670 REG Expires time too small', 'Expires time too small'],
    server: '200 OK, and at once a REGISTER with `Expires: 0`.',
    match: /\bExpires time too small\b|\bE670\b/i,
    cause:
      'What the PBX grants, less `timer_register_delta` (5), is below the least that the phone takes: 20 s in its code, 60 s in a remark beside it. SIP 7.5 raises the value instead.',
    advice: ['Let the PBX grant 120 s or more (`minimum_expiration`), and ask for as much; 3600 is tested most.'],
    sources: ['AL-SC', 'AL-F12', 'AL-F75', 'AL-DM'],
    level: 'A',
  }),
  phoneEntry({
    code: 'P_REG_SEND_FAILURE',
    phones: '79x0',
    title: 'The phone could not send its REGISTER.',
    screen: ['REG send failure', 'E600', 'E600 REG send failure'],
    server: 'No REGISTER arrives.',
    match: /\bE600\b/i,
    cause:
      'The address of the proxy was not found (a name without DNS), or the phone cannot use the way in which the PBX wants it to log in.',
    advice: ['Write an address into `proxy1_address`.', 'See P_DIGEST_NOT_MD5 if the message speaks of auth.'],
    sources: ['AL-F12', 'AL-SC'],
    level: 'A',
  }),
  phoneEntry({
    code: 'P_REG_AUTH_FAILED',
    phones: '79x0',
    title: 'The phone could not finish its registration.',
    screen: [
      'REG auth failed',
      'E620',
      'REG auth failed: unreg ack timer',
      'REG auth failed: server error',
      'REG auth failed: global error',
    ],
    server: 'Depends on the words behind it.',
    match: /\bE620\b/i,
    cause:
      'With "ack timer" no answer reached it within 32 s (P_FORCED_RPORT); with "no more credentials" name or password was refused (P_WRONG_PASSWORD); with "server error" or "global error" the PBX answered with 5xx or 6xx.',
    advice: ['Read the words behind the number, and the log of the PBX at that time.'],
    sources: ['AL-F12', 'AL-SC'],
    level: 'A',
  }),
  phoneEntry({
    code: 'P_REGISTRATION_REJECTED',
    title: 'The PBX answered, and refused the registration.',
    screen: [
      'Registration rejected',
      'REG rejected',
      'E680',
      'E680 REG rejected',
      'REG msg unsupported',
      'REG retries exceeded',
      'E630',
      'E640',
    ],
    server: 'REGISTER is answered with 403, 404, 413, 480 or 486; 503 makes it try the next call server.',
    match: /\bE6(30|40|80)\b/i,
    cause:
      'The PBX does not know the user, or wants the phone under another domain (P_DOMAIN_MISSING), or has no room. E630: no answer came to many tries. E640: the PBX cannot use the message.',
    advice: ['See in the log of the PBX which user it looked for, and make that one.'],
    sources: ['AL-F12', 'AL-SC'],
    level: 'A',
  }),
  phoneEntry({
    code: 'P_UNREGISTERED_AFTER_PBX_RESTART',
    title: 'After a restart of the PBX the phone is unreachable until its registration would have run out.',
    server: 'No REGISTER until the expiry.',
    cause: 'With a single call server on UDP the phone does not notice that it was forgotten (inference).',
    advice: ['Use a shorter expiry, 120 to 600 s.'],
    sources: ['after-landing 9'],
    level: 'B',
  }),
  phoneEntry({
    code: 'P_DOMAIN_MISSING',
    title: 'A PBX for several customers does not find the user: the phone names its address, not the domain.',
    screen: ["can't find user"],
    server: '403, or "can\'t find user" in the log of FreeSWITCH or FusionPBX.',
    cause:
      'Request-URI and From of these phones carry what stands in `proxy`, `proxy1_address` or `processNodeName`; such a PBX finds the customer by the domain there.',
    advice: ['Write the domain in place of the address, and give the phone a DNS server that resolves it.'],
    sources: ['AL-FSI', 'AL-DR'],
    level: 'B',
  }),
];
