/** Where a row is tried: a file below `test/`, and the name of a test or the row of a table in it. */
interface Tried {
  readonly file: string;
  readonly by: string;
}

/** What good guesses get wrong (chapter 0), and the failures after a landing (chapter 9, F1 to F40), in our own words. */
export interface Row {
  readonly id: string;
  readonly what: string;
  /** Empty where a decision record says why nothing is tried. */
  readonly tried: readonly Tried[];
}

/** That record, which names each row that is only explained. */
export const ONLY_EXPLAINED = '0036-failures-that-are-only-explained.md';

const [AT_ASTERISK, SIP_PHONE, REGISTRATION, NOTIFIED] = [
  'pbx/asterisk.test.ts',
  'emulator/sip-phone.test.ts',
  'emulator/registration.test.ts',
  'emulator/restart-by-notify.test.ts',
];
const [OLD_FILE, JAVA_FILE] = ['emulator/config-79x0.test.ts', 'emulator/config-java.test.ts'];
const [OLD_CHECK, JAVA_CHECK] = ['config-check/legacy.test.ts', 'config-check/java.test.ts'];

const row = (id: string, what: string, ...tried: readonly (readonly [string, string])[]): Row => ({
  id,
  what,
  tried: tried.map(([file, by]) => ({ file, by })),
});

export const AFTER_LANDING_ROWS: readonly Row[] = [
  row('0.1', 'answers have to go to the port of Via, not to the one that was sent from', [
    SIP_PHONE,
    'an answer to the source port is lost: it registers for ever',
  ]),
  row('0.2', 'a forced rport does harm', [AT_ASTERISK, 'with force_rport=yes a phone by UDP registers for ever']),
  row('0.3', 'a rewritten Contact does harm', [
    AT_ASTERISK,
    'with rewrite_contact=yes a phone by UDP registers and calls out, and nobody can call it',
  ]),
  row('0.4', 'NAT keys change the port that is sent from', [
    SIP_PHONE,
    'with NAT on it sends from the port that it listens on',
  ]),
  row('0.5', 'a password may have 30 characters', [
    'phone-config/refusals.test.ts',
    'a password of 30 characters is taken, and one of 13 or more is remarked on',
  ]),
  row('0.6', 'check-sync does nothing to a Java phone', [
    NOTIFIED,
    'a Java phone answers 200, and what it does is a knob',
  ]),
  row('0.7', 'service-control wants the Call-ID, and no password', [
    NOTIFIED,
    'obeys %s: it says good-bye with the reason and comes again with it',
  ]),
  row(
    '0.8',
    'a 7940 does not name its load, a Java phone does until the first 2xx',
    [REGISTRATION, 'of a 7960 says neither its load nor more of its release than 8.0'],
    [REGISTRATION, 'of a Java phone names its load until the first 2xx, whatever comes before'],
  ),
  row('0.9', 'a Java phone needs no time server', [
    'phone-config/generate.test.ts',
    'a 7960 that is told no time server is remarked on, and a 7942 is not',
  ]),
  row(
    '0.10',
    'a short expiry makes 8.x and Java phones unregister, and 7.5 raises it',
    [AT_ASTERISK, 'a server that grants 15 seconds makes the phone unregister itself'],
    [OLD_CHECK, 'a short expiry is nothing to 7.5, which raises it'],
  ),
  row('0.11', 'transport 4 is TCP, too', [JAVA_FILE, 'transportLayerProtocol %s is %s in CallManager mode']),
  row('0.12', 'with an address as proxy there is no TCP', [
    JAVA_FILE,
    '8.x with an address registers there by UDP, whatever transport the file names',
  ]),
  row('0.13', '# is a digit in CallManager mode'),
  row('0.14', 'SHA-256 is no reason to fall back to MD5', [
    REGISTRATION,
    'a challenge by SHA-256 is answered without credentials, also when MD5 is offered behind it',
  ]),
  row('0.15', 'the first byte of option 120 is no count', ['trunk/from-dhcp.test.ts', 'option 120 with %s']),

  row('F1', 'Registering for ever', [AT_ASTERISK, 'with force_rport=yes a phone by UDP registers for ever']),
  row('F2', 'calls out, and is never rung', [AT_ASTERISK, 'with rewrite_contact=yes a phone by UDP registers']),
  row('F3', '404, unknown address', [SIP_PHONE, "['another address'"]),
  row('F4', '404, port mismatch', [SIP_PHONE, "['another port'"]),
  row('F5', 'no REGISTER on 9.x', [SIP_PHONE, '9.x with an address in <proxy> fetches everything and sends nothing']),
  row('F6', 'unprovisioned in spite of its file', [
    JAVA_FILE,
    'sipLines outside sipProfile: the file is fetched whole',
  ]),
  row('F7', 'a call server by a name', [JAVA_CHECK, "'P_CALL_SERVER_UNRESOLVED harmless'"]),
  row('F8', 'ports that differ', [JAVA_FILE, 'which of three differing ports is the server’s is a knob']),
  row('F9', 'proxy_register off', [OLD_FILE, "['proxy_register: 0', 'proxy_register: "]),
  row('F10', 'no more credentials', [REGISTRATION, 'the third challenge in a row ends the round: no more credentials']),
  row('F11', 'SHA-256', [AT_ASTERISK, 'a challenge by SHA-256 only is answered without credentials, again and again']),
  row('F12', 'banned by fail2ban'),
  row('F13', 'a password of 32', ['config-check/published.test.ts', 'a password of 32 characters, as FreePBX makes']),
  row('F14', 'a label that is refused', ['config-check/published.test.ts', 'the name of a person as a label']),
  row('F15', 'too little is granted', [AT_ASTERISK, 'a server that grants 15 seconds makes the phone unregister']),
  row('F16', 'no codec in common', ['account/pbx-check.test.ts', "['no codec of these phones'"]),
  row('F17', 'G.722 on one side', [
    'account/pbx-written.test.ts',
    'G.722 is offered when somebody asks for it, and to Java phones alone',
  ]),
  row('F18', 'calls after one digit', [JAVA_CHECK, "['calls after one digit'"]),
  row('F19', 'waits before it calls', ['config-check/published.test.ts', 'a comment with an arrow in a dial template']),
  row('F20', 'a locale without files', ['pbx/stories.test.ts', 'a locale that is not there']),
  row('F21', 'no trust list'),
  row('F22', "an earlier owner's trust list", [
    'app/signed-config.test.ts',
    'a phone that asks for signed files only is held',
  ]),
  row('F23', 'TFTP messages of the phone'),
  row('F24', 'a load of another family', ['config-check/published.test.ts', 'a load of a 7940 above a whole']),
  row('F25', 'another TFTP server', ['config-check/published.test.ts', 'to its own TFTP server by dyn_tftp_addr']),
  row('F26', "an earlier owner's values", [
    OLD_FILE,
    'a key that both files forget keeps the value of an earlier owner',
  ]),
  row('F27', 'no line name', [OLD_FILE, 'has no line: W362']),
  row('F28', 'W350 and W351 are harmless', [OLD_FILE, 'W350 unprovisioned proxy_backup']),
  row('F29', 'summer time', ['phone-config/zones.test.ts', 'a 7940 is told the rule of its zone, never the old one']),
  row('F30', 'the clock until the first 2xx'),
  row('F31', 'audio one way', ['account/pbx-check.test.ts', "['direct media'"]),
  row('F32', 'pages of another type'),
  row('F33', 'the web page is off', [JAVA_CHECK, "'P_WEB_PAGE_OFF harmless'"]),
  row('F34', 'keys that restart it'),
  row('F35', 'a dial template that is missing', [OLD_CHECK, "'P_DIAL_TEMPLATE_MISSING works badly'"]),
  row('F36', 'GARP'),
  row('F37', 'names of callers'),
  row('F38', 'waits for a trust list', [JAVA_FILE, 'deviceSecurityMode %s waits for a trust list']),
  row('F39', 'a PBX that was restarted'),
  row('F40', 'a PBX of several customers', [
    'pbx/kamailio.test.ts',
    'one that serves several domains does not know a phone that asks its address',
  ]),
];
