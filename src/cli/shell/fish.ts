import { type CommandNode, type Completes, everyNode, type FlagNode } from './command-tree.ts';
import { shortHelp } from './quoting.ts';

/** A completion script for fish 3: sourced, or as `loadstep.fish` in a folder of `fish_complete_path`. */
export function fishCompletion(root: CommandNode): string {
  const nodes = everyNode(root);
  const valued = [
    ...new Set(nodes.flatMap((node) => node.flags.filter(({ value }) => value !== null)).map((one) => one.long)),
  ];
  const groups = root.commands.filter((one) => one.commands.length > 0).map(({ name }) => name);
  return `# Completion for loadstep in fish, written by \`loadstep completion fish\`.

# The words that name the command on this line, without flags and their values.
function __loadstep_command
    set -l named
    set -l isValue no
    set -l tokens (commandline -opc)
    for token in $tokens[2..-1]
        if test $isValue = yes
            set isValue no
        else if contains -- $token ${valued.join(' ')}
            set isValue yes
        else if not string match -q -- '-*' $token
            if test (count $named) -eq 0; or begin
                    test (count $named) -eq 1; and contains -- $named[1] ${groups.join(' ')}
                end
                set -a named $token
            end
        end
    end
    string join ' ' $named
end

function __loadstep_is
    test (__loadstep_command | string collect --allow-empty) = "$argv"
end

complete -c loadstep -f
complete -c loadstep -s h -l help -d 'display help'
${root.flags.map((flag) => flagLine(flag, null)).join('\n')}
${nodes.map(linesOf).join('\n')}
`;
}

function linesOf(node: CommandNode): string {
  const below = node.commands.map((one) => `${starts(node.path)} -a ${one.name} -d ${word(shortHelp(one.summary))}`);
  const words =
    'words' in node.completes || node.completes.kind !== 'anything'
      ? [`${starts(node.path)}${valueWords(node.completes, false)}`]
      : [];
  const flags = node.path === '' ? [] : node.flags.map((flag) => flagLine(flag, node.path));
  return [...below, ...words, ...flags].join('\n');
}

const starts = (path: string) => `complete -c loadstep -n ${word(`__loadstep_is ${path}`.trimEnd())}`;

function flagLine({ long, value, completes, help }: FlagNode, path: string | null): string {
  const start = path === null ? 'complete -c loadstep' : starts(path);
  return `${start} -l ${long.slice(2)}${value === null ? '' : valueWords(completes, true)} -d ${word(shortHelp(help))}`;
}

function valueWords(completes: Completes, isFlag: boolean): string {
  if ('words' in completes) return `${isFlag ? ' -x' : ''} -a ${word(completes.words.join(' '))}`;
  if (completes.kind === 'file') return isFlag ? ' -r -F' : ' -F';
  if (completes.kind === 'folder') return ' -x -a "(__fish_complete_directories)"';
  return ' -x';
}

/** A text as one word of fish, in which a backslash and a quote are the only special signs between quotes. */
function word(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
