import { ERROR_CODES, type ErrorCode } from '../errors.ts';
import type { ExplainEntry } from './entry.ts';
import { ERRORS_OF_FIRMWARE } from './errors-of-firmware.ts';
import { ERRORS_OF_MACHINE } from './errors-of-machine.ts';
import { ERRORS_OF_WORDS } from './errors-of-words.ts';

const FACTS = Object.entries({ ...ERRORS_OF_FIRMWARE, ...ERRORS_OF_MACHINE, ...ERRORS_OF_WORDS });

/** One entry for every error code that has been described, in the order of the codes. */
export const ERROR_ENTRIES: readonly ExplainEntry[] = FACTS.toSorted(([one], [other]) => (one < other ? -1 : 1)).map(
  ([code, facts]) => ({
    code,
    kind: 'error',
    phones: 'all',
    title: facts.meaning,
    screen: [],
    server: null,
    cause: facts.cause,
    advice: facts.advice,
    keys: [],
    match: null,
    asks: [],
    exitCode: ERROR_CODES[code as ErrorCode],
    sources: [],
    level: null,
  }),
);
