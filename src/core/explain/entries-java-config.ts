import { type ExplainEntry, phoneEntry } from './entry.ts';

/** Java phones and their configuration, and files that are not as they should be (java-phones 3.6, 4.5, 7.1, 9; firmware-files 7). */
export const JAVA_CONFIG: readonly ExplainEntry[] = [
  phoneEntry({
    code: 'P_SEP_REFUSED',
    phones: 'java',
    title: 'The phone asks for its `SEP<MAC>.cnf.xml` and there is none.',
    screen: ['Unprovisioned'],
    server: '`SEP<MAC>.cnf.xml` refused; then `XMLDefault.cnf.xml`, or the same name again and again.',
    cause: 'The phone is not provisioned. It restarts into provisioning once the file appears.',
    advice: [
      'Enrol the phone: loadstep writes this file for the phone while it converts it.',
      'After landing: `loadstep accounts set --mac MAC --extension NUMBER --generate`, then `loadstep serve --configure --pbx ADDRESS`; `loadstep configure` writes the file into a folder instead.',
    ],
    sources: ['C7', 'M1'],
    level: 'A',
  }),
  phoneEntry({
    code: 'P_MANIFEST_MISSING',
    title: 'The configuration names a load whose manifest the server does not have.',
    server: '`<LOAD>.loads` asked for and refused.',
    cause:
      'A typing error in what names the load (`loadInformation`; `image_version` on a 7940 or 7960 with SIP), a file that names another load than the server has, or a missing package. Reports differ on whether the phone then registers with its old load or asks endlessly.',
    advice: [
      'Correct the name or add the package. loadstep names a load only when its manifest and every archive are in the store.',
    ],
    sources: ['java-phones 4.5'],
    level: 'B',
  }),
  phoneEntry({
    code: 'P_UNSIGNED_FILE',
    phones: 'java',
    title: 'A file without a signed header was offered.',
    screen: ['REJECT_UNSIGNED_LOADS', 'REJECT_INVALID_SIGS'],
    server: 'The file is fetched whole; what follows depends on the load that runs.',
    cause:
      'Java phones below 9.x are said to accept such a file by default, against what Cisco documents; the boot configuration of a 79x5 on 9.4(2) refuses it.',
    advice: [
      'Use genuine files only. `loadstep firmware verify` finds files without the header, and loadstep never offers them.',
    ],
    sources: ['FPU', 'VL', 'P11', 'R:71031824233', 'C8'],
    level: 'B',
  }),
  phoneEntry({
    code: 'P_CONFIG_WITHOUT_LINES',
    phones: 'java',
    title: '9.3(1) refuses a configuration without a call manager and a line.',
    screen: ['NullPointerException'],
    server: '`SEP<MAC>.cnf.xml` is fetched whole; the log of the phone shows a Java null pointer.',
    cause:
      'The list of call managers or of lines is empty. That the phone fetched it does not mean that it accepted it.',
    advice: ['Name at least one call manager (`processNodeName`) and one line in the configuration.'],
    sources: ['K8'],
    level: 'A',
  }),
  phoneEntry({
    code: 'P_NEVER_REGISTERS',
    phones: 'java',
    title: 'The load is right, but the phone does not register, or has no audio.',
    screen: ['Registering'],
    server: '`SEP<MAC>.cnf.xml` is fetched at every boot and no SIP REGISTER succeeds.',
    cause:
      'Over UDP the PBX mostly answers to the wrong port (P_FORCED_RPORT). 9.x SIP wants `<proxy>USECALLMANAGER</proxy>` with the server in `processNodeName` (P_ADDRESS_IN_PROXY). A password has room for 31 characters (P_PASSWORD_TOO_LONG), and both ends need a codec in common.',
    advice: [
      'The conversion did not fail. Run `loadstep config check FILE` on the configuration of the phone: it names what is wrong, and the line.',
      'See whether the PBX forces rport (P_FORCED_RPORT).',
    ],
    sources: ['K2', 'K4', 'U1', 'M1', 'P7', 'AL-T1', 'AL-G3'],
    level: 'B',
  }),
  phoneEntry({
    code: 'P_DARK_AFTER_WIPE',
    phones: 'java',
    title: 'The phone looks dead after the full wipe code, but it is working.',
    server: 'Nothing for more than 5 minutes, then `termNN.default.loads`.',
    cause: 'The code 3491672850*# erases nearly the whole flash. The lights go red, then the display stays dark.',
    advice: ['Leave it alone, with power, for at least 15 minutes.'],
    sources: ['M3', 'M15'],
    level: 'B',
  }),
  phoneEntry({
    code: 'P_INLINE_POWER_RESET',
    phones: 'java',
    title: 'A 7970 on an early load fails its factory reset on inline power.',
    server: 'Nothing.',
    cause: 'Cisco asks for the external power supply for this reset.',
    advice: ['Connect the external power supply before you do anything else with it.'],
    sources: ['C9'],
    level: 'A',
  }),
];
