/** The commands of one word, in the order of the help. */
export const COMMAND_NAMES = [
  'upgrade',
  'serve',
  'enroll',
  'release',
  'retry',
  'restart',
  'pause',
  'resume',
  'cancel',
  'plan',
  'status',
  'watch',
  'history',
  'report',
  'doctor',
  'dhcp-snippet',
  'configure',
  'wait',
  'mcp',
  'diagnose',
  'bundle',
  'observe',
  'explain',
] as const;

/** The first words of commands of two. */
export const GROUP_NAMES = [
  'firmware',
  'accounts',
  'config',
  'pbx',
  'trunk',
  'emulate',
  'beside',
  'bench',
  'switch',
  'web',
  'matrix',
] as const;

const NAMES: ReadonlySet<string> = new Set([...COMMAND_NAMES, ...GROUP_NAMES]);

/** Whether a word is the first word of a command. */
export function isCommand(word: string): boolean {
  return NAMES.has(word);
}
