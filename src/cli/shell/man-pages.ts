import { type CommandNode, type FlagNode, leaves } from './command-tree.ts';

/** Exit codes, in the words of the manual. */
const EXIT_CODES: readonly (readonly [string, string])[] = [
  ['0', 'done; upgrade and wait: landed'],
  ['1', 'unexpected error'],
  ['2', 'bad usage or configuration'],
  ['3', 'no plan, or no usable files'],
  ['4', 'held: a person or new evidence is needed'],
  ['5', 'timed out'],
  ['130', 'interrupted'],
];

const FILES: readonly (readonly [string, string])[] = [
  [
    '$XDG_STATE_HOME/loadstep/loadstep.db',
    'the record (~/.local/state where the variable is not set; /var/lib for the service)',
  ],
  [
    '$XDG_DATA_HOME/loadstep/firmware',
    'the firmware store (~/.local/share where the variable is not set; /var/lib for the service)',
  ],
  ['/etc/loadstep.yaml', 'settings of the service, under the names of the flags'],
];

/** Every page of section 1 by file name: `loadstep.1`, `loadstep-upgrade.1`, `loadstep-firmware-import.1`. */
export function manPages(root: CommandNode, version: string): ReadonlyMap<string, string> {
  const commands = leaves(root);
  return new Map([
    ['loadstep.1', overview(root, commands, version)],
    ...commands.map((node) => [`${pageName(node)}.1`, page(node, version)] as const),
  ]);
}

const pageName = (node: CommandNode) => `loadstep-${node.path.replaceAll(' ', '-')}`;

function overview(root: CommandNode, commands: readonly CommandNode[], version: string): string {
  return [
    ...head('loadstep', version, 'convert second-hand Cisco 79xx phones, hop by hop, to a chosen SIP load'),
    '.SH SYNOPSIS',
    '.B loadstep',
    '.I command',
    '.RI [ flags ]',
    '.SH DESCRIPTION',
    text(
      'loadstep is the TFTP server that a Cisco 79xx phone asks at every boot. From what the phone asks it finds out which firmware ' +
        'runs, plans the upgrades up to the target, and shows the phone only the next one, until the phone proves that it has landed.',
    ),
    '.PP',
    text('Begin with "loadstep emulate demo": an emulated phone is converted before your eyes.'),
    '.SH COMMANDS',
    ...commands.flatMap((node) => ['.TP', `.BR ${roff(pageName(node))} (1)`, text(node.summary)]),
    '.SH OPTIONS',
    text('Every command takes these, before or after its name.'),
    ...flags(root.flags),
    '.SH ENVIRONMENT',
    text(
      'Every flag is read from the environment too: --log-level as LOADSTEP_LOG_LEVEL. A flag beats the environment, ' +
        'and the environment beats the file of --config.',
    ),
    '.SH FILES',
    ...list(FILES, 'I'),
    '.SH EXIT STATUS',
    ...list(EXIT_CODES, 'B'),
    '',
  ].join('\n');
}

function page(node: CommandNode, version: string): string {
  const name = pageName(node);
  return [
    ...head(name, version, node.summary),
    '.SH SYNOPSIS',
    `.B ${roff(`loadstep ${node.path}`)}`,
    '.RI [ flags ]',
    ...node.words.map((word) => text(word)),
    '.SH DESCRIPTION',
    text(node.description),
    ...(node.flags.length === 0 ? [] : ['.SH OPTIONS', ...flags(node.flags)]),
    '.PP',
    text('Flags that every command takes are in'),
    '.BR loadstep (1).',
    '.SH EXAMPLES',
    ...node.examples.flatMap((line) => ['.PP', '.nf', '.RS', text(line), '.RE', '.fi']),
    '.SH SEE ALSO',
    '.BR loadstep (1)',
    '',
  ].join('\n');
}

function head(name: string, version: string, what: string): readonly string[] {
  return [
    `.TH ${roff(name.toUpperCase())} 1 "" "loadstep ${version}" "User Commands"`,
    '.SH NAME',
    `${roff(name)} \\- ${roff(what)}`,
  ];
}

function flags(all: readonly FlagNode[]): readonly string[] {
  return all.flatMap(({ long, value, help }) => [
    '.TP',
    value === null ? `.B ${roff(long)}` : `.BI ${roff(long)} " ${roff(value)}"`,
    text(help),
  ]);
}

const list = (all: readonly (readonly [string, string])[], font: 'B' | 'I') =>
  all.flatMap(([term, means]) => ['.TP', `.${font} ${roff(term)}`, text(means)]);

/** Escapes the signs that mean something to troff. */
function roff(line: string): string {
  return line.replaceAll('\\', '\\e').replaceAll('-', '\\-').replaceAll('"', '\\(dq').replaceAll("'", '\\(aq');
}

/** A line of running text; troff takes one that begins with a dot or a quote for a request. */
function text(line: string): string {
  return line
    .split('\n')
    .map((one) => roff(one).replace(/^([.'])/, '\\&$1'))
    .join('\n');
}
