/** The operator's log: JSON lines with a fixed `event`; text from a phone stands under `asked`, never at top level. */
export interface Log {
  /** It wakes a person. */
  error(fields: LogFields): void;
  /** It needs a look today. */
  warn(fields: LogFields): void;
  /** One line for each change of state. */
  info(fields: LogFields): void;
  /** One line for each request. */
  debug(fields: LogFields): void;
}

/** One line of the log. */
export interface LogFields {
  readonly event: string;
  readonly [key: string]: unknown;
}
