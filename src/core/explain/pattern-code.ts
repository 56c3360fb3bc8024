/**
 * What loadstep itself can recognise in a phone's behaviour and put on a held or stalled phone, in alphabetical order.
 * Each has an entry in the catalogue (`explain CODE`). Codes are stable: never renamed, never reused.
 */
export const PATTERN_CODES = [
  /** Two phones ask from one address: generic names cannot be answered. */
  'P_AMBIGUOUS_ADDRESS',
  /** The application was sent whole, was asked for again, and the old application runs on. */
  'P_APPLICATION_REJECTED',
  /** The phone asks for `P0S3-08-….bin`, a file that no release has. */
  'P_APP_BIN_ASKED',
  /** New evidence contradicts the operator's word or earlier evidence. */
  'P_CONTRADICTION',
  /** `CTLSEP….tlv` again and again, nothing else. */
  'P_CTLSEP_LOOP',
  /** A whole second download of the same load right after a success: normal. */
  'P_DOUBLE_DOWNLOAD',
  /** The phone asks for its configuration encrypted and signed. */
  'P_ENCRYPTED_CONFIG_ASKED',
  /** The phone asks for a member that its package lacks. */
  'P_FILE_REFUSED',
  /** The loader hunts through its config names and takes none of them. */
  'P_HUNT_ONLY',
  /** Images reach the phone whole and it runs what it ran before. */
  'P_IMAGE_AUTHENTICATION_FAILED',
  /** The same image from block 1 again and again: the path loses packets. */
  'P_IMAGE_LOOP',
  /** The manifest is fetched again and again and no archive is asked for. */
  'P_MANIFEST_LOOP',
  /** Nothing is wrong: the phone sits idle and has to be power-cycled once to take the next step. */
  'P_NEEDS_RESTART',
  /** The phone has never asked this server for anything. */
  'P_NO_FIRST_REQUEST',
  /** Its boot loader asks for the file of another model than the list names. */
  'P_OTHER_MODEL',
  /** A name that only another kind of phone asks for: not one that loadstep converts. */
  'P_OTHER_PHONE',
  /** A landed phone is not given its own configuration in the operator's tree, which names another load or may name one. */
  'P_OWN_FILE_WITHHELD',
  /** A transfer was cut and the phone began again from its boot. */
  'P_POWER_LOST',
  /** The phone did whole rounds of all archives and began over each time. */
  'P_ROUND_RESTARTED',
  /** A phone that asks for nothing but `SEPDefault.cnf`. */
  'P_SEPDEFAULT_ONLY',
  /** The phone asks for its configuration with a signature: it holds a trust list. */
  'P_SIGNED_CONFIG_ASKED',
  /** The image was sent whole and the phone has not come back since. */
  'P_SILENT_AFTER_FLASH',
  /** `SIP<MAC>.cnf` every 31 s: landed, not provisioned. */
  'P_SIP_POLL_31S',
  /** The stored state of the phone cannot be read by this version. */
  'P_SNAPSHOT_UNREADABLE',
  /** The phone stopped asking in the middle of a step. */
  'P_STALLED',
  /** The phone read the file that names the load and did not ask for the load. */
  'P_TRIGGER_NOT_TAKEN',
  /** The phone came up with another load than the step was to bring. */
  'P_UNEXPECTED_LOAD',
  /** The phone keeps asking and nothing that it asks shows which load it runs. */
  'P_UNPROVEN',
  /** A name that the store has in other letters. */
  'P_WRONG_CASE',
] as const;

export type PatternCode = (typeof PATTERN_CODES)[number];
