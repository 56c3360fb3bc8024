import type { ErrorCode } from '../errors.ts';

/** `meaning` and `advice` stand word for word in docs/errors.md. */
interface ErrorFacts {
  readonly meaning: string;
  readonly cause: string;
  readonly advice: readonly string[];
}

/** What is known of some of the error codes. */
export type ErrorFactsByCode = Readonly<Partial<Record<ErrorCode, ErrorFacts>>>;
