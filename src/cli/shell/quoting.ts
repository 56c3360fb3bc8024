/** A text as one word of a POSIX shell or of zsh, whatever is in it. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Help as one short line: the first sentence, without what follows a semicolon. */
export function shortHelp(help: string): string {
  return help.replace(/[;(].*$/s, '').trim();
}
