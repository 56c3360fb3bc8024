/** Help as one short line: the first sentence, without what follows a semicolon. */
export function shortHelp(help: string): string {
  return help.replace(/[;(].*$/s, '').trim();
}
