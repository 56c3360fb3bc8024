/** One small fault that can be put into a file. */
export interface Mutant {
  readonly id: string;
  readonly file: string;
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly was: string;
  readonly text: string;
  readonly operator: string;
}

export function mutantsOf(file: string, source: string): Mutant[];
export function withMutant(source: string, mutant: Mutant): string;
export function withHits(source: string, mutants: readonly Mutant[]): string;
export function sampleOf(mutants: readonly Mutant[], seed: string | number, size: number): Mutant[];
