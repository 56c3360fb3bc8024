import { isCommand } from './command-names.ts';

const NAMED = /^(?:sudo )?loadstep (\S+)/;

/** Whether a line, without its blanks, is a command of this program to be copied, and no prose that begins with the name of the program. */
export function isOwnCommand(line: string): boolean {
  const word = NAMED.exec(line)?.[1] ?? '';
  // A sentence may begin with a command's name, too: "loadstep serve answers the phones."
  const isSentence = /[a-z]\.$/.test(line) && !/[/=]\S*\.$/.test(line);
  return (word.startsWith('-') || isCommand(word)) && !isSentence;
}
