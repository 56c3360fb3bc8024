/** Every error code with the exit code it leads to, in alphabetical order; codes are never reused. See docs/errors.md. */
export const ERROR_CODES = {
  E_ACCOUNTS_KEY_LOST: 2,
  E_ACCOUNTS_KEY_UNREADABLE: 2,
  E_ACCOUNT_REFUSED: 2,
  E_ADDRESS_UNAVAILABLE: 2,
  E_AMBIGUOUS: 3,
  E_BAD_CONFIG: 2,
  E_BAD_USAGE: 2,
  E_CONFIG_FACTS: 2,
  E_CONFIG_REFUSED: 2,
  E_DB_DAMAGED: 2,
  E_DB_DENIED: 2,
  E_DB_FAILED: 1,
  E_DB_GONE: 2,
  E_DB_LOCKED: 2,
  E_DB_MISSING: 2,
  E_DB_NEWER: 2,
  E_DB_SERVED: 2,
  E_DISK_FULL: 1,
  E_FILES_MISSING: 3,
  E_FILE_EXISTS: 2,
  E_FIRMWARE_CHANGED: 3,
  E_FIRMWARE_UNREADABLE: 3,
  E_FIRMWARE_UNWRITABLE: 2,
  E_FOLDER_LOST: 1,
  E_HELD: 4,
  E_LEASES_UNREADABLE: 2,
  E_LLDPCLI_MISSING: 2,
  E_LLDPD_ANSWER: 1,
  E_LLDPD_REFUSED: 2,
  E_LLDPD_SILENT: 2,
  E_LOADER_TARGET: 3,
  E_LOG_UNKNOWN: 2,
  E_LOG_UNREADABLE: 2,
  E_LOG_UNWRITABLE: 2,
  E_MATRIX_INVALID: 2,
  E_NATIVE_MISSING: 1,
  E_NO_BATCHES: 2,
  E_NO_FIRMWARE: 3,
  E_NO_PATH: 3,
  E_NO_SERVER: 2,
  E_PACKAGE_MISSING: 2,
  E_PORT_DENIED: 2,
  E_PORT_IN_USE: 2,
  E_REDIRECT_REFUSED: 2,
  E_RESTART_REFUSED: 4,
  E_ROOT_UNREADABLE: 2,
  E_SERVER_BUSY: 1,
  E_SERVER_GONE: 1,
  E_SERVER_OLDER: 2,
  E_SERVER_UNREACHABLE: 2,
  E_SWITCH_ANSWER: 1,
  E_SWITCH_KEY_LOST: 2,
  E_SWITCH_REFUSED: 2,
  E_SWITCH_SILENT: 2,
  E_TIMEOUT: 5,
  E_TRUNK_FACTS_MISSING: 3,
  E_UNKNOWN_LOAD: 3,
  E_WEB_CERT: 2,
  E_WEB_REFUSED: 2,
  E_WEB_UNGUARDED: 2,
  E_WRONG_FAMILY: 3,
  E_ZONE_UNKNOWN: 2,
} as const;

/** One of the codes in `ERROR_CODES`. */
export type ErrorCode = keyof typeof ERROR_CODES;

/** An error for the operator: a stable code, one clear sentence with the way out, and the exit code it means. */
export class AppError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'AppError';
    this.code = code;
  }

  get exitCode(): number {
    return ERROR_CODES[this.code];
  }
}
