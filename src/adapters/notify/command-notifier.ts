import { type ArgvTemplate, fillArgvTemplate } from '../../core/command/argv-template.ts';
import type { Notifier } from '../../ports/notifier.ts';
import { failureOf, runCommand } from '../run-command.ts';

/** A command that hangs must not keep others waiting for long (invented). */
const NOTIFY_COMMAND_TIMEOUT_MS = 15_000;

/** Tells by running a command, once for each notice; no shell is involved. Exit code 0 is success. */
export function commandNotifier(template: ArgvTemplate, timeoutMs = NOTIFY_COMMAND_TIMEOUT_MS): Notifier {
  return {
    name: `command ${template.words[0]}`,
    async deliver(notice, signal) {
      const argv = fillArgvTemplate(template, { ...notice, at: new Date(notice.at).toISOString() });
      const failure = failureOf(await runCommand(argv, { timeoutMs, signal }));
      if (failure !== null) throw new Error(failure);
    },
  };
}
