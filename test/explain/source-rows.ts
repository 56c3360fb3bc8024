/** One row of a failure table, told in a sentence, with a source key of the row and the codes that carry it. */
export interface SourceRow {
  readonly table: string;
  readonly row: string;
  readonly source: string;
  readonly codes: readonly string[];
}

const rows = (table: string, list: ReadonlyArray<readonly [row: string, source: string, ...codes: string[]]>) =>
  list.map(([row, source, ...codes]): SourceRow => ({ table, row, source, codes }));

/** Every row of every failure table of the research notes, written down apart from the catalogue. */
export const SOURCE_ROWS: readonly SourceRow[] = [
  ...rows('legacy-79x0 6', [
    ['an 8.x application is asked for as .bin and not found', 'S4', 'P_APP_BIN_ASKED'],
    ['"Upgrading Software" never ends on the way from 3.x to 7.x', 'S4', 'P_UPGRADING_NEVER_ENDS'],
    ['"Load ID Incorrect": the load is of the wrong type', 'S43', 'P_LOAD_ID_INCORRECT'],
    ['"Load Rejected HC": the load does not fit the hardware revision', 'S43', 'P_LOAD_REJECTED_HC'],
    ['"File Auth Fail", "Image Authentication Failed": unsigned or altered', 'S9', 'P_IMAGE_AUTHENTICATION_FAILED'],
    ['"TFTP file not found" in a loader after a reset, keys dead', 'S10', 'P_TFTP_FILE_NOT_FOUND'],
    ['"Protocol Application Invalid": the loader has no application', 'S27', 'P_PROTOCOL_APPLICATION_INVALID'],
    ['a loop on CTLSEP when the server does not answer', 'S27', 'P_CTLSEP_LOOP'],
    ['"No Load Specified": the configuration lacks the load', 'S2', 'P_NO_LOAD_SPECIFIED'],
    ['"TFTP Timeout" while the server logs nothing', 'S46', 'P_TFTP_TIMEOUT'],
    ['"Phone Unprovisioned" is no failed flash', 'S10', 'P_PHONE_UNPROVISIONED'],
    ['W350, W351 and W362 are harmless', 'S4', 'P_W350_W351_W362'],
    ['W210, W220, W250 and W270 are TFTP errors of one file each', 'S16', 'P_W210_W270'],
    ['W310, W320, W340 do not parse and W330 does not decrypt', 'S16', 'P_W310_W340'],
    ['no power action for 10 minutes after the last block', 'S27', 'P_SILENT_AFTER_FLASH'],
  ]),
  ...rows('legacy-79x0 3.3', [
    ['W710: the loader failed, the application stays and does not reset', 'S16', 'P_W710'],
    ['"load name specified is invalid."', 'S16', 'P_LOAD_NAME_INVALID'],
    ['"APP2 bad in flash", "Load id different for bank2"', 'S16', 'P_APP2_BAD_IN_FLASH'],
    ['an application without W710 may restart for ever', 'S17', 'P_UPGRADE_RESET_LOOP'],
  ]),
  ...rows('legacy-79x0 11', [
    ['SCCP 8.x asks its names twice before it goes to the loader', 'BULK-2021', 'P_SCCP_ASKS_TWICE'],
    ['SIP<MAC>.cnf every 31 s: landed and not provisioned', 'BULK-2021', 'P_SIP_POLL_31S'],
    ['a request without an answer is repeated after 1, 4 and 4 s', 'BULK-2021', 'P_REPEATED_REQUEST'],
    ['after three ports the file is given up; SCCP goes on to the next one', 'BULK-2021', 'P_FILE_COUNTED_MISSING'],
    ['a lossy path asks for the same image from block 1 for ever', 'BULK-2021', 'P_IMAGE_LOOP'],
    ['behind NAT all phones have one address', 'BULK-2021', 'P_AMBIGUOUS_ADDRESS'],
    ['fonts and tones are asked for, one of them with a slash in front', 'BULK-2021', 'P_SERVICE_FILE_REFUSED'],
  ]),
  ...rows('legacy-79x0 2, 3, 5, 7, 8', [
    ['a blank at the end of OS79XX.TXT becomes part of the name', 'S12', 'P_OS79XX_TRAILING_BLANK'],
    ['OS79XX.TXT with the same four letters is passed over', 'S1', 'P_TRIGGER_NOT_TAKEN'],
    ['a very old SCCP load asks for SEPDefault.cnf only', 'S37', 'P_SEPDEFAULT_ONLY'],
    ['the loader finds nothing and hunts again', 'S10', 'P_HUNT_ONLY'],
    ['SCCP 3.x finds nothing and starts over from "Configuring IP"', 'S10', 'P_CONFIG_ROUND_REPEATS'],
    ['"Loop Detected - check dyn_tftp_addr values"', 'S16', 'P_TFTP_LOOP_DETECTED'],
    ['a second-hand phone first wants its old address for a minute', 'S10', 'P_OLD_ADDRESS'],
    [
      'SCCP alarms name the reason of the last restart',
      'S54',
      'P_LAST_RESTART_ORDERED',
      'P_IMAGE_AUTHENTICATION_FAILED',
    ],
  ]),
  ...rows('java-phones 4.5', [
    ['a refused jar: the next archive is asked for and dropped', 'K3', 'P_FILE_REFUSED'],
    ['refused CTL, ITL and locale files change nothing', 'K1', 'P_TRUST_LIST_REFUSED', 'P_SERVICE_FILE_REFUSED'],
    ['a refused SEP file: the default one, or asked for again', 'C7', 'P_SEP_REFUSED'],
    ['the manifest that the configuration names is missing', 'java-phones 4.5', 'P_MANIFEST_MISSING'],
    ['no server after a reset: it waits and recovers by itself', 'M12', 'P_NO_SERVER_AFTER_RESET'],
    ['silence: the timers of Java phones are not known', 'BULK-2021', 'P_REPEATED_REQUEST'],
  ]),
  ...rows('java-phones 7.3', [
    ['"Auth Fail": the manifest whole, in pairs, and no archive', 'K5', 'P_AUTH_FAIL', 'P_MANIFEST_LOOP'],
    ['"Load rejected HC" looks the same on the server', 'C10', 'P_LOAD_REJECTED_HC', 'P_MANIFEST_LOOP'],
    ['one archive refused: wrong letters or an incomplete unpacking', 'K3', 'P_FILE_REFUSED', 'P_WRONG_CASE'],
    ['archives complete and the round starts over', 'M1b', 'P_ROUND_RESTARTED'],
    ['"Invalid default load name" on the console', 'K7', 'P_INVALID_DEFAULT_LOAD_NAME'],
    ['"Upgrading" for ever and nothing after DHCP', 'K9', 'P_NOTHING_AFTER_DHCP'],
    ['"Error Verifying Config Info"', 'java-phones 7.3', 'P_ERROR_VERIFYING_CONFIG_INFO'],
    ['"No valid load": loops on the term file', 'M4', 'P_NO_VALID_LOAD'],
    ['a second whole download right after a success is normal', 'K8', 'P_DOUBLE_DOWNLOAD'],
    ['status "CFG file not found"', 'C10', 'P_CFG_FILE_NOT_FOUND'],
    ['status "CFG TFTP Size Error"', 'C10', 'P_CFG_TFTP_SIZE_ERROR'],
    ['status "Checksum Error"', 'C10', 'P_CHECKSUM_ERROR'],
    ['status "Error update locale"', 'C10', 'P_ERROR_UPDATE_LOCALE'],
    ['status "File not found"', 'C10', 'P_FILE_NOT_FOUND'],
    ['status "Load ID incorrect"', 'C10', 'P_LOAD_ID_INCORRECT'],
    ['status "TFTP access error"', 'C10', 'P_TFTP_ACCESS_ERROR'],
    ['status "TFTP error"', 'C10', 'P_TFTP_ERROR'],
    ['status "TFTP file not found"', 'C10', 'P_TFTP_FILE_NOT_FOUND'],
    ['status "TFTP timeout"', 'S43', 'P_TFTP_TIMEOUT'],
    ['status "TFTP server not authorized"', 'C10', 'P_TFTP_SERVER_NOT_AUTHORIZED'],
    ['status "Version error"', 'C10', 'P_VERSION_ERROR'],
    ['alarm 2: compression type', 'C13', 'P_COMPRESSION_TYPE_ERROR'],
    ['alarm 4: disk full', 'C13', 'P_DISK_FULL_ERROR'],
    ['alarm 5: ROM checksum', 'C13', 'P_ROM_CHECKSUM_ERROR'],
    ['alarms 10, 17, 18 and 24: the call server', 'C13', 'P_LAST_CONNECTION_LOST'],
    ['alarms 19 to 23 and 25: ordered restarts', 'C13', 'P_LAST_RESTART_ORDERED'],
  ]),
  ...rows('java-phones 3, 7.1, 9', [
    ['loads before 8.3(3) need 8.5(2) in between', 'C4', 'P_KEY_GATE_8_5_2'],
    ['9.3(1) throws on a configuration without members or lines', 'K8', 'P_CONFIG_WITHOUT_LINES'],
    ['a 7970 on an early load is reset on its power supply', 'C9', 'P_INLINE_POWER_RESET'],
    ['the full wipe leaves the phone dark for minutes', 'M15', 'P_DARK_AFTER_WIPE'],
    ['a converted phone that never registers has a configuration problem', 'K4', 'P_NEVER_REGISTERS'],
  ]),
  ...rows('firmware-files 7', [
    ['a wrong signature is refused before anything is written', 'CRM', 'P_IMAGE_AUTHENTICATION_FAILED'],
    ['a refused application is fetched twice and the old one starts', 'F1', 'P_APPLICATION_REJECTED'],
    ['8.1(2) without 8.1(1): "File auth error"', 'F2', 'P_FILE_AUTH_ERROR'],
    ['a jump without 8.5(2): "Auth Fail" at the term file', 'M5', 'P_AUTH_FAIL'],
    ['Java phones below 9.x take a file without header', 'FPU', 'P_UNSIGNED_FILE'],
    ['9.4(2) on a 79x5 rejects unsigned loads', 'R:71031824233', 'P_UNSIGNED_FILE'],
    ['the installer notes step through 8.5(2)', 'WZ', 'P_KEY_GATE_8_5_2'],
    ['a reset phone without a loadable term file loops', 'M4', 'P_NO_VALID_LOAD'],
  ]),
];
