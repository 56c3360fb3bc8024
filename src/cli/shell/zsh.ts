import { quoted } from '../../core/text/shell-word.ts';
import { type CommandNode, type Completes, everyNode, type FlagNode } from './command-tree.ts';
import { shortHelp } from './quoting.ts';

/** A completion script for zsh: sourced after compinit, or as `_loadstep` in a folder of `fpath`. */
export function zshCompletion(root: CommandNode): string {
  const nodes = everyNode(root);
  return `#compdef loadstep
# Completion for loadstep in zsh, written by \`loadstep completion zsh\`.

_loadstep() {
  local curcontext="$curcontext" state state_descr line
  typeset -A opt_args
  local -a globals=(
${[...root.flags.map((flag) => flagSpec(flag)), `'(-)'{-h,--help}'[display help]'`].map((line) => `    ${line}`).join('\n')}
  )
  _loadstep_at_
}
${nodes.map((node) => functionOf(node, root)).join('')}
if [[ $funcstack[1] == _loadstep ]]; then
  _loadstep "$@"
else
  compdef _loadstep loadstep
fi
`;
}

const nameOf = (path: string) => `_loadstep_at_${path.replaceAll(' ', '_')}`;

function functionOf(node: CommandNode, root: CommandNode): string {
  const flags = node === root ? [] : node.flags.map((flag) => flagSpec(flag));
  const lines = node.commands.length > 0 ? [`'1: :->command'`, `'*:: :->words'`] : wordSpec(node);
  const call = [`  _arguments -C -s $globals`, ...[...flags, ...lines].map((line) => `    ${line}`)].join(' \\\n');
  if (node.commands.length === 0) return `\n${nameOf(node.path)}() {\n${call}\n}\n`;
  const known = node.commands.map((one) => `        ${quoted(`${one.name}:${shortHelp(one.summary)}`)}`).join('\n');
  const cases = node.commands.map((one) => `        ${one.name}) ${nameOf(one.path)} ;;`).join('\n');
  return `
${nameOf(node.path)}() {
${call}
  case $state in
    command)
      local -a known=(
${known}
      )
      _describe command known ;;
    words)
      case $words[1] in
${cases}
      esac ;;
  esac
}
`;
}

function flagSpec({ long, value, completes, help }: FlagNode): string {
  const text = shortHelp(help).replace(/[[\]\\:]/g, '\\$&');
  const repeats = /repeatable/.test(help) ? '*' : '';
  return quoted(
    `${repeats}${long}[${text}]${value === null ? '' : `:${value.replaceAll(':', '\\:')}:${action(completes)}`}`,
  );
}

function wordSpec(node: CommandNode): readonly string[] {
  return node.words.map((word) => {
    const isMany = word.includes('...');
    const name = word.replace(/[<>[\].]/g, '');
    return quoted(`${isMany ? '*' : ''}:${name}:${action(node.completes)}`);
  });
}

function action(completes: Completes): string {
  if ('words' in completes) return `(${completes.words.join(' ')})`;
  if (completes.kind === 'file') return '_files';
  return completes.kind === 'folder' ? '_files -/' : ' ';
}
