import type { PhoneOptions } from './phone-options.ts';

/** A phone of a run and the load it is waited for; null waits for nothing. */
export interface BenchPlace {
  readonly options: PhoneOptions;
  readonly until: string | null;
}
