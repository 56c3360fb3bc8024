import { quoted } from '../../core/text/shell-word.ts';
import { type CommandNode, type Completes, everyNode, type FlagNode } from './command-tree.ts';

/**
 * A completion script for bash 4 and later that needs nothing but bash. It is to be sourced, or to lie as `loadstep` in
 * /usr/share/bash-completion/completions.
 */
export function bashCompletion(root: CommandNode): string {
  const nodes = everyNode(root);
  return `# Completion for loadstep in bash, written by \`loadstep completion bash\`.

# __loadstep_value COMMAND FLAG: what stands behind the flag, in kind: switch, file, folder, anything, or words in words.
__loadstep_value() {
  words=
  case "$1 $2" in
${root.flags.map((flag) => valueCase(`*' ${flag.long}'`, flag)).join('\n')}
${nodes
  .slice(1)
  .flatMap((node) => node.flags.map((flag) => valueCase(quoted(`${node.path} ${flag.long}`), flag)))
  .join('\n')}
    *) kind=switch ;;
  esac
}

# __loadstep_command COMMAND: what stands behind a command.
__loadstep_command() {
  commands= flags= words= kind=anything
  case "$1" in
${nodes.map((node) => commandCase(node)).join('\n')}
  esac
}

_loadstep() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]}
  local command= isValue= word i kind words commands flags
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    # bash takes --flag=value apart.
    if [[ $word == = ]]; then
      isValue=yes
    elif [[ -n $isValue ]]; then
      isValue=
    elif [[ $word == -* ]]; then
      __loadstep_value "$command" "$word"
      [[ $kind == switch || \${COMP_WORDS[i + 1]} == = ]] || isValue=yes
    else
      __loadstep_command "$command"
      [[ " $commands " == *" $word "* ]] && command=\${command:+$command }$word
    fi
  done
  [[ $cur == = ]] && cur= isValue=yes prev=\${COMP_WORDS[COMP_CWORD - 1]}
  [[ $prev == = ]] && prev=\${COMP_WORDS[COMP_CWORD - 2]}
  if [[ -n $isValue ]]; then
    __loadstep_value "$command" "$prev"
  else
    __loadstep_command "$command"
    if [[ $cur == -* ]]; then
      COMPREPLY=($(compgen -W "$flags ${root.flags.map(({ long }) => long).join(' ')} --help" -- "$cur"))
      return
    fi
    words="$commands $words"
  fi
  case $kind in
    file) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
    folder) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
    *) COMPREPLY=($(compgen -W "$words" -- "$cur")) ;;
  esac
} &&
  complete -F _loadstep loadstep
`;
}

function valueCase(pattern: string, { value, completes }: FlagNode): string {
  return `    ${pattern}) ${value === null ? 'kind=switch' : kindOf(completes)} ;;`;
}

function commandCase(node: CommandNode): string {
  const commands = node.commands.map(({ name }) => name).join(' ');
  const flags = node.path === '' ? '' : node.flags.map(({ long }) => long).join(' ');
  return `    ${quoted(node.path)}) commands=${quoted(commands)} flags=${quoted(flags)} ${kindOf(node.completes)} ;;`;
}

function kindOf(completes: Completes): string {
  return 'words' in completes ? `kind=words words=${quoted(completes.words.join(' '))}` : `kind=${completes.kind}`;
}
