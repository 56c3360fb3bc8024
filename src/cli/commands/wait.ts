import { systemClock } from '../../adapters/system-clock.ts';
import { reportPhones } from '../../app/told/phone-line.ts';
import { statusOf } from '../../app/told/phone-status.ts';
import { AppError } from '../../core/errors.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import type { Store } from '../../ports/store.ts';
import type { CommandContext, CommandSpec } from '../command.ts';
import { INTERRUPTED, type StopSignal } from '../io.ts';
import { reportLine, reportSentence } from '../output/phone-table.ts';
import { spanText } from '../settings/durations.ts';
import { neededMacs, timeoutOf } from '../settings/values.ts';
import { withDatabase } from '../wiring.ts';
import { every, heldError } from './follow.ts';

/** `loadstep wait`: for scripts. */
export const WAIT: CommandSpec = {
  name: 'wait',
  summary: 'wait until phones have landed; for scripts',
  description:
    'Waits until every phone named has landed and exits with 0; with 4 as soon as one is held, with 5 when time is up. ' +
    'A server must be running elsewhere: "loadstep serve" or "loadstep upgrade".',
  settings: ['mac', 'until', 'timeout'],
  several: ['mac'],
  examples: ['loadstep wait --mac 0018B9C0FFEE --until landed --timeout 40m'],
  run: wait,
};

const POLL_MS = 500;

async function wait({ settings, io }: CommandContext): Promise<number> {
  const macs = neededMacs(settings);
  const timeoutMs = timeoutOf(settings);
  return withDatabase(settings, io, 'reader', async (store) => {
    for (const mac of macs) {
      if (store.phone(mac)?.enrolment?.status === 'enrolled') continue;
      throw new AppError('E_BAD_USAGE', `${mac} is not on the list; "loadstep enroll" puts it there`);
    }
    const ended = await untilSettled(store, macs, timeoutMs, io);
    const now = Date.now();
    for (const mac of macs) {
      for (const report of reportPhones(store, mac, now)) {
        io.stdout.write(settings.isOn('json') ? reportLine(report) : `${reportSentence(report)}\n`);
      }
    }
    if (ended === 'landed') return 0;
    if (ended === 'timeout') {
      const left = macs.filter((mac) => stateOf(store, mac) !== 'landed');
      throw new AppError('E_TIMEOUT', `not landed within ${spanText(timeoutMs ?? 0)}: ${left.join(', ')}`);
    }
    if (typeof ended === 'string') return INTERRUPTED;
    const record = store.phone(ended.held);
    throw heldError(ended.held, record === null ? null : statusOf(record));
  });
}

type Ended = 'landed' | 'timeout' | StopSignal | { readonly held: MacAddress };

function untilSettled(
  store: Store,
  macs: readonly MacAddress[],
  timeoutMs: number | null,
  io: CommandContext['io'],
): Promise<Ended> {
  const clock = systemClock();
  return new Promise((resolve) => {
    const undo: (() => void)[] = [];
    const end = (ended: Ended) => {
      for (const step of undo.splice(0)) step();
      resolve(ended);
    };
    const look = () => {
      const states = macs.map((mac) => stateOf(store, mac));
      const held = macs[states.indexOf('held')];
      if (held !== undefined) end({ held });
      else if (states.every((state) => state === 'landed')) end('landed');
    };
    undo.push(every(clock, POLL_MS, look), io.onStop(end));
    if (timeoutMs !== null) undo.push(clock.wakeAt(clock.now() + timeoutMs, () => end('timeout')));
    look();
  });
}

function stateOf(store: Store, mac: MacAddress): string {
  const record = store.phone(mac);
  return record === null ? 'unknown' : statusOf(record).state;
}
