import { type Cancelled, cancelOne, isListed } from '../../app/list/cancel.ts';
import { AppError } from '../../core/errors.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import type { CommandContext, CommandSpec } from '../command.ts';
import { neededMacs } from '../settings/values.ts';
import { withDatabase } from '../wiring.ts';

/** `loadstep cancel`: stops conversions without harm. */
export const CANCEL: CommandSpec = {
  name: 'cancel',
  summary: 'stop the conversion of phones, never in the middle of a flash',
  description:
    'Stops the conversion of these phones and takes them off the list, also while a server runs. A phone that may be writing flash ' +
    'goes on until its next boot and is taken off then. A phone that has landed keeps its load and stays on the list; ' +
    '"loadstep release" takes it off.',
  settings: ['mac', 'all'],
  several: ['mac'],
  examples: ['loadstep cancel --mac 0018B9C0FFEE', 'loadstep cancel --all'],
  run: cancel,
};

const TEXT: Readonly<Record<Exclude<Cancelled, 'unknown'>, string>> = {
  cancelled: 'is cancelled',
  'after-next-boot':
    'may be writing flash: it finishes this step and is taken off the list at its next boot; do not unplug it',
  landed: 'has landed and stays as it is',
};

async function cancel({ settings, io }: CommandContext): Promise<number> {
  const isAll = settings.isOn('all');
  if (isAll && settings.has('mac')) throw new AppError('E_BAD_USAGE', '--all and --mac exclude each other; give one');
  const named = isAll ? null : neededMacs(settings);
  const unknown = await withDatabase(settings, io, 'client', (store) => {
    const missing: MacAddress[] = [];
    const macs =
      named ??
      store
        .phones()
        .filter(isListed)
        .map(({ mac }) => mac);
    for (const mac of macs) {
      const result = cancelOne(store, mac, Date.now());
      if (result === 'unknown') missing.push(mac);
      else io.stdout.write(settings.isOn('json') ? `${JSON.stringify({ mac, result })}\n` : `${mac} ${TEXT[result]}\n`);
    }
    if (macs.length === 0 && !settings.isOn('json')) io.stdout.write('No phone is on the list.\n');
    return missing;
  });
  if (unknown.length === 0) return 0;
  const are = unknown.length === 1 ? 'is' : 'are';
  throw new AppError('E_BAD_USAGE', `${unknown.join(', ')} ${are} not on the list; "loadstep status" shows who is`);
}
