import { type ExplainEntry, phoneEntry } from './entry.ts';

/** Failures of the Java phones, 7906 to 7975 (java-phones 3, 4.5, 7, 9; firmware-files 7). */
export const JAVA: readonly ExplainEntry[] = [
  phoneEntry({
    code: 'P_AUTH_FAIL',
    phones: 'java',
    title: 'The phone does not accept the signature of the load: usually a jump over the key change at 8.5(2).',
    screen: ['Auth Fail', 'Auth Failed', 'Load Auth Failed', 'Load Auth Fail'],
    server: 'The manifest is fetched whole, twice within a second, no archive is asked for; again every 90 to 180 s.',
    cause:
      'Cisco changed its signing keys between 8.3(3) and 8.5(2): a load or boot loader from before takes nothing newer than 8.5(2). A limit on the hardware, or an edited, renamed or damaged manifest, looks the same: the boxes on the display never fill. The boot loader can be much older than the load that was erased.',
    advice: [
      'Put the 8.5(2) package of the family into the store: loadstep offers it after two refused rounds, then the target.',
      'On 7942, 7945, 7962, 7965 and 7975 also try the newest package: late hardware refuses old ones.',
      'Run `loadstep firmware verify`: a manifest must never be renamed or edited.',
      'Nothing was erased by the refusal: the phone asks again.',
    ],
    sources: ['K5', 'K8', 'M4', 'M5', 'M6', 'M7', 'M10', 'C4'],
    level: 'A',
  }),
  phoneEntry({
    code: 'P_MANIFEST_LOOP',
    title:
      'The phone takes the manifest and asks for no image: it refuses the load, or, a 7940 or 7960, runs it already.',
    server:
      'The same `.loads`, whole, in pairs up to a second apart, every 90 to 180 s (seen: 93 s, 147 s, about 3 minutes).',
    cause:
      'Signature or hardware: the phone judges the manifest before it asks for anything else. See P_AUTH_FAIL and P_LOAD_REJECTED_HC. A 7940 or 7960 with a loader takes the manifest at each boot, and asks for no image where it runs that load; of those of which nobody says what they run, the two look alike.',
    advice: [
      'A 7940 or 7960: read the application load on its display. When that is its target, say so: `loadstep enroll --mac MAC --target LOAD --from LOAD`, or `--from LOAD` with `loadstep upgrade`; then restart it, and it lands. "File Auth Fail" there is a refusal.',
      'Compare the model on its label with the list: a load for other models is refused like this. `loadstep enroll --mac MAC --target LOAD --model MODEL` corrects it; then restart the phone.',
      'Read the display: "Auth Fail" means the signing key, "Load rejected HC" the hardware.',
      'A Java phone in its boot loader: put the 8.5(2) package of the family into the store. It is a step on the way to the target, and the phone goes on without help.',
      'The target stays what it is until you say otherwise: `loadstep enroll --mac MAC --target LOAD` gives the phone another one, such as the newest of its family.',
      'Probing costs nothing: a refused manifest erases nothing.',
    ],
    sources: ['K5', 'K8', 'K4', 'M4', 'S4', 'S16'],
    level: 'A',
  }),
  phoneEntry({
    code: 'P_KEY_GATE_8_5_2',
    phones: 'java',
    title: 'Loads older than 8.3(3) take nothing newer than 8.5(2) in one step.',
    server: 'Only the manifest is fetched, again and again; or the phone restarts in a loop.',
    match: /\b8\.?5\s?\(?2\)?\s+(bridge|gate|first)\b/i,
    cause:
      'The signing keys were renewed. 8.5(2) is signed with the old key and trusts both, so every source accepts it as the bridge; 8.5(2)SR1 and later count as new.',
    advice: [
      'Let the phone take 8.5(2) first, then the target; `loadstep plan` does so when the package is in the store.',
    ],
    sources: ['C4', 'C6', 'W1', 'W2', 'WZ', 'M6'],
    level: 'A',
  }),
  phoneEntry({
    code: 'P_FILE_REFUSED',
    title: 'The phone asks for a file that its package does not hold.',
    server:
      'The manifest, a name the server lacks (error 1), then at once the next archive, which the phone drops within a second. The load is not installed.',
    cause:
      'Archives were unpacked incompletely, or a name differs in upper and lower case (P_WRONG_CASE), or the manifest belongs to another package.',
    advice: [
      'Compare the refused name in `loadstep history --mac MAC` with the folder of the package, and add the file from the genuine archive.',
      'Run `loadstep firmware verify`.',
      'Then wait for its next round; a phone that is held for this goes on after `loadstep retry --mac MAC`.',
    ],
    sources: ['K3'],
    level: 'A',
  }),
  phoneEntry({
    code: 'P_WRONG_CASE',
    title: 'The phone asks for a name that differs in upper and lower case from the one on the disk.',
    server: 'For instance `Jar11sip.8-2-2ES4.sbn` where the archive unpacks to `jar11sip.8-2-2ES4.sbn`.',
    asks: [
      {
        // A component whose letters are not all small.
        pattern:
          /^(J[Aa][Rr]|j[aA]R|jAr|C[Nn][Uu]|A[Pp]{2}[Ss]|D[Ss][Pp]|C[Vv][Mm])\d\d(sip|sccp)?\.[0-9A-Za-z-]+\.sbn$/,
        about: null,
      },
    ],
    cause:
      'Manifests of some 8.0 to 8.3 loads say `Jar` with a capital, loads of the TERM era `CVM` and `Jar`. To TFTP servers on Linux these are different names.',
    advice: [
      'Nothing to do: loadstep looks for the exact name first, then ignores the case, and records the difference.',
      'On another server: make the name available as the phone spells it.',
    ],
    sources: ['K3', 'C11', 'C12'],
    level: 'A',
  }),
  phoneEntry({
    code: 'P_ROUND_RESTARTED',
    phones: 'java',
    title: 'All archives were fetched and the next round starts over from the manifest.',
    server: 'The full sequence, whole, then the same again, without a configuration file in between.',
    cause: 'A damaged archive that the phone refuses after the transfer, or the power was cut while it wrote.',
    advice: [
      'Run `loadstep firmware verify`: size, SHA-1 and inner names find a damaged file. One author lost days to a broken package.',
      'Check the power: it must not fail between the manifest and the first request for a configuration.',
    ],
    sources: ['M1b', 'M9'],
    level: 'B',
  }),
  phoneEntry({
    code: 'P_NO_VALID_LOAD',
    phones: 'java',
    title: 'The phone has no load and was shown none that it accepts.',
    screen: ['No valid load'],
    server: '`termNN.default.loads` again and again.',
    cause: 'The application was erased and nothing acceptable is served under the name that the boot loader asks for.',
    advice: [
      'Put a package of the family into the store; the newest first, 8.5(2) as the bridge. loadstep serves the term file of the package it has chosen.',
      'Keep SIP and SCCP packages in folders of their own: both hold a `termNN.default.loads`.',
    ],
    sources: ['M4', 'K5'],
    level: 'B',
  }),
  phoneEntry({
    code: 'P_INVALID_DEFAULT_LOAD_NAME',
    phones: 'java',
    title: 'The boot loader has lost the name of the file it should ask for.',
    screen: ['Invalid default load name'],
    server: 'DHCP only, no request.',
    cause: 'The default name in flash is destroyed; the message is on the serial console (AUX port, 9600 8N1).',
    advice: ['No server can help here: use the serial console, or replace the phone.'],
    sources: ['K7'],
    level: 'A',
  }),
  phoneEntry({
    code: 'P_NOTHING_AFTER_DHCP',
    phones: 'java',
    title: 'The display says "Upgrading" endlessly and no request arrives.',
    screen: ['Upgrading'],
    server: 'DHCP at most, no TFTP request.',
    cause: 'No TFTP address in the DHCP answer, a firewall, or the wrong VLAN.',
    advice: [
      'Check the DHCP answer: option 150 with the address of the server (66 and next-server the same).',
      'Check firewall and VLAN; the phone goes on as soon as a server answers.',
    ],
    sources: ['K9', 'M12'],
    level: 'B',
  }),
  phoneEntry({
    code: 'P_NO_SERVER_AFTER_RESET',
    phones: 'java',
    title: 'A phone that was reset finds no TFTP server and waits.',
    screen: ['Upgrading'],
    server: 'Nothing, until the server is in reach.',
    cause:
      'The reset erased the application and the alternate TFTP setting, which cannot be entered again in the boot loader.',
    advice: ['Give it DHCP with option 150 and start loadstep: the phone recovers then.', 'Do not reset it again.'],
    sources: ['M12', 'K9', 'C9'],
    level: 'B',
  }),
  phoneEntry({
    code: 'P_ERROR_VERIFYING_CONFIG_INFO',
    phones: 'java',
    title: 'The phone fetched its configuration and does not use it.',
    screen: ['Error Verifying Config Info'],
    server: '`SEP<MAC>.cnf.xml` is fetched whole and nothing changes.',
    cause: 'Trust lists (ITL, CTL) of an earlier server in the phone, or XML that is not well-formed.',
    advice: ['Check the XML.', 'Erase the trust lists on the phone; it keeps its load.'],
    keys: ['erase-trust-lists'],
    sources: ['java-phones 7.3'],
    level: 'B',
  }),
  phoneEntry({
    code: 'P_DOUBLE_DOWNLOAD',
    phones: 'java',
    title: 'A second complete download right after a success: normal after a recovery by the boot loader.',
    server:
      'After `termNN.default.loads` and its archives: the configuration, then `SIPnn….loads` or `SCCPnn….loads` and all archives again.',
    cause:
      'What the boot loader installed runs under the name `termNN.default`; the configuration names the same load differently, and the phone compares only names.',
    advice: ['Let it finish and do not unplug it.'],
    sources: ['K8', 'M1', 'P5'],
    level: 'A',
  }),
  phoneEntry({
    code: 'P_TRUST_LIST_REFUSED',
    title: '`CTLSEP`, `ITLSEP` and `ITLFile` are not found: normal.',
    screen: ['File Not Found CTLFile.tlv'],
    server: '`CTLSEP<MAC>.tlv`, `ITLSEP<MAC>.tlv`, `ITLFile.tlv`, each refused; the configuration follows within 2 s.',
    asks: [{ pattern: /^((CTL|ITL)SEP[0-9A-F]{12}|CTLFile|ITLFile)\.tlv$/i, about: null }],
    cause: 'The phone first looks for lists of trusted servers. Without security they do not exist.',
    advice: ['Nothing to do. If it asks for nothing else, see P_CTLSEP_LOOP.'],
    sources: ['K1', 'K2', 'K8', 'S43'],
    level: 'A',
  }),
];
