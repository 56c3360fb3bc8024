/** How bad a finding is for the phone that reads the file. */
export const SEVERITIES = ['will not work', 'works badly', 'harmless'] as const;
/** One of `SEVERITIES`, the worst first. */
export type Severity = (typeof SEVERITIES)[number];

/** Where something stands in a file, both counted from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** One thing that is wrong in a configuration file. */
export interface ConfigFinding {
  /** As the file was named by the one who asked. */
  readonly file: string;
  /** Null for what is missing, and stands on no line. */
  readonly at: Position | null;
  /** The code that `loadstep explain` knows. */
  readonly code: string;
  readonly severity: Severity;
  /** The key or element that it is about; never its value, which may be a secret. */
  readonly place: string;
  /** What is wrong, as a clause without a full stop. */
  readonly wrong: string;
  /** What the phone does with it, as a clause without a full stop. */
  readonly phone: string;
  /** How to mend it, as a clause without a full stop. */
  readonly mend: string;
}

/** Takes findings of one file. */
export type Report = (finding: Omit<ConfigFinding, 'file'>) => void;

/** The findings that a check reports for a file, in the order of their lines; what is missing comes last. */
export function findingsOf(file: string, check: (report: Report) => void): readonly ConfigFinding[] {
  const found: ConfigFinding[] = [];
  check((finding) => found.push({ file, ...finding }));
  const place = ({ at }: ConfigFinding) => at?.line ?? Number.POSITIVE_INFINITY;
  return found.sort((a, b) => compare(place(a), place(b)) || (a.at?.column ?? 0) - (b.at?.column ?? 0));
}

function compare(a: number, b: number): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
