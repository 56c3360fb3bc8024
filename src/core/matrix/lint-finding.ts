/** What can be wrong with the data, in the words of `matrix lint`. */
export type LintCode =
  /** A fact contradicts another one, such as a load's name and its protocol. */
  | 'contradiction'
  /** A circle of allowed steps would lead back across a one-way gate. */
  | 'cycle'
  /** A rule starts from nothing, leads to nothing, or leads where no rule goes on. */
  | 'dead-end'
  | 'duplicate'
  /** A load listed under a family or stage that is not its own. */
  | 'foreign-release'
  /** One name in one package with two hashes or sizes. */
  | 'hash-conflict'
  | 'hash-length'
  /** Two rules, or two stages, speak of the same thing. */
  | 'overlap'
  /** A name that stands for nothing: a rule, a load, a family. */
  | 'unknown-name'
  | 'unknown-source'
  | 'unused-source';

/** One thing that is wrong with the data: where, with what it collides, and how to get out. */
export interface LintFinding {
  readonly code: LintCode;
  readonly file: string;
  /** Such as `rules["sip56-to-loader"]`. */
  readonly place: string;
  /** The other party, where there is one. */
  readonly other: string | null;
  readonly message: string;
  readonly wayOut: string;
}

/** A finding as one line for a person. */
export function findingText(finding: LintFinding): string {
  const other = finding.other === null ? '' : ` (see ${finding.other})`;
  return `${finding.file}: ${finding.place}: ${finding.code}: ${finding.message}${other}; ${finding.wayOut}`;
}
