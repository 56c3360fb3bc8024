import { type ArgvTemplate, fillArgvTemplate } from '../../core/command/argv-template.ts';
import { POWER_COMMAND_MS } from '../../core/power/power-record.ts';
import { portKey } from '../../core/power/shared-outlet.ts';
import type { PowerSwitch, PowerTarget } from '../../ports/power-switch.ts';
import { failureOf, runCommand } from '../run-command.ts';

/** Names that the template may use. */
export const POWER_PLACEHOLDERS = ['mac', 'address', 'label', 'port'] as const satisfies readonly (keyof PowerTarget)[];

/** What people call a part of the template that a phone may lack. */
const MISSING: Readonly<Record<string, string>> = {
  address: 'it was never heard, so its address is not known',
  label: 'it has no label',
  port: 'its switch port is not known; enrol it with --port',
};

/** Switches power by running a command, which is to return once the power is on again; no shell is involved. */
export function commandSwitch(template: ArgvTemplate, timeoutMs = POWER_COMMAND_MS): PowerSwitch {
  const absentOf = (target: PowerTarget) =>
    [...template.placeholders].find((name) => !target[name as keyof PowerTarget]);
  return {
    outlastsUs: true,
    lacks(target) {
      const absent = absentOf(target);
      return absent === undefined ? null : (MISSING[absent] ?? `its ${absent} is not known`);
    },
    outletOf(target) {
      // A phone whose label or address is not known hangs at its port all the same.
      if (template.placeholders.has('port')) {
        const port = target.port?.trim() ?? '';
        return port === '' ? null : { kind: 'port', key: portKey(port) };
      }
      if (absentOf(target) !== undefined) return null;
      return { kind: 'command', key: JSON.stringify(fillArgvTemplate(template, { ...target })) };
    },
    async cycle(target) {
      // It is never ended early by the server: power that was switched off has to come back.
      const argv = fillArgvTemplate(template, { ...target });
      const failure = failureOf(await runCommand(argv, { timeoutMs }));
      return failure === null ? { isDone: true, text: 'the command ended well' } : { isDone: false, text: failure };
    },
  };
}
