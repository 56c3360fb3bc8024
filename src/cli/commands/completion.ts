import { AppError } from '../../core/errors.ts';
import type { CommandSpec } from '../command.ts';
import type { CommandNode, KnownWords } from '../shell/command-tree.ts';

/** `loadstep completion`: what a shell needs to complete every command; it is given the tree of all of them. */
export function completionCommand(tree: (known: KnownWords) => CommandNode): CommandSpec {
  return {
    name: 'completion',
    words: '<shell>',
    summary: 'print a script that completes commands and flags in bash, zsh or fish',
    description:
      'Prints a script for bash, zsh or fish that completes commands, flags, loads, models and codes. It is static: ' +
      'loadstep does not run while you type. The Debian package installs it.',
    settings: [],
    examples: [
      'source <(loadstep completion bash)   # in ~/.bashrc',
      'source <(loadstep completion zsh)    # in ~/.zshrc, after compinit',
      'loadstep completion fish > ~/.config/fish/completions/loadstep.fish',
    ],
    run: async ({ args, io }) => {
      const { completionFor, knownWords, SHELLS } = await import('../shell/all.ts');
      const shell = SHELLS.find((one) => one === args[0]);
      if (shell === undefined) {
        throw new AppError('E_BAD_USAGE', `"${args[0]}" is not a shell that loadstep knows; give bash, zsh or fish`);
      }
      io.stdout.write(completionFor(shell, tree(await knownWords())));
      return 0;
    },
  };
}
