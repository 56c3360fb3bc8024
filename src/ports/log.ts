/** The operator's log: JSON lines with a fixed `event`; text from a phone stands under `asked`, never at top level. */
export interface Log {
  error(fields: LogFields): void;
  warn(fields: LogFields): void;
  info(fields: LogFields): void;
  debug(fields: LogFields): void;
}

export interface LogFields {
  readonly event: string;
  readonly [key: string]: unknown;
}
