import type { SqliteStore } from '../../adapters/sqlite/open-store.ts';
import { systemClock } from '../../adapters/system-clock.ts';
import { every } from '../../app/time/every.ts';
import { reportPhones } from '../../app/told/phone-line.ts';
import { type PhoneStatus, statusOf } from '../../app/told/phone-status.ts';
import { AppError } from '../../core/errors.ts';
import type { LoadName } from '../../core/names/load-name.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { spanText } from '../../core/text/amounts.ts';
import type { Store } from '../../ports/store.ts';
import { BenchHere } from '../bench/here.ts';
import type { CommandContext, CommandSpec } from '../command.ts';
import { writeRemark } from '../error-line.ts';
import { type CliIo, INTERRUPTED, type StopSignal } from '../io.ts';
import { reportLine, reportSentence } from '../output/phone-table.ts';
import { databasePath, timeoutOf } from '../settings/values.ts';
import { withDatabase } from '../wiring.ts';
import { endOf, heldError, notWanted } from './follow.ts';
import { ServerWatch } from './server-watch.ts';
import { listedPhones } from './which-phones.ts';

/** `loadstep wait`: for scripts. */
export const WAIT: CommandSpec = {
  name: 'wait',
  summary: 'wait until phones have landed; for scripts',
  description:
    'Waits until every phone named, or every phone of a batch, has landed on the target that it had when the wait began, and exits with 0; with 4 as soon ' +
    'as one is held, taken off the list or given another target, with 5 when time is up. A server ("loadstep serve" or "loadstep ' +
    'upgrade") must be running elsewhere; when it ends and does not come back, the exit code is 1.',
  settings: ['mac', 'batch', 'until', 'timeout'],
  several: ['mac'],
  settingHelp: { batch: 'all phones of this batch that are on the list when the wait begins' },
  examples: [
    'loadstep wait --mac 0018B9C0FFEE --until landed --timeout 40m',
    'loadstep wait --batch "pallet 7" --until landed --timeout 4h',
  ],
  run: wait,
};

const POLL_MS = 500;

async function wait({ settings, io }: CommandContext): Promise<number> {
  const which = listedPhones(settings);
  const timeoutMs = timeoutOf(settings);
  const { serverOf } = await import('../../adapters/sqlite/server-lock.ts');
  const path = databasePath(settings, io.env);
  return withDatabase(settings, io, 'reader', async (store) => {
    const macs = await which(new BenchHere({ settings, io }, store));
    const wanted = new Map<MacAddress, LoadName>();
    for (const mac of macs) {
      const enrolment = store.phone(mac)?.enrolment;
      if (enrolment?.status !== 'enrolled') {
        throw new AppError('E_BAD_USAGE', `${mac} is not on the list; "loadstep enroll" puts it there`);
      }
      wanted.set(mac, enrolment.target);
    }
    const watch = new ServerWatch({
      serverOf: () => serverOf(path),
      say: (text) => writeRemark(io.stderr, `loadstep: ${text}\n`),
    });
    const ended = await untilSettled({ store, wanted, timeoutMs, io, watch });
    for (const report of reportPhones(store, macs, Date.now())) {
      io.stdout.write(settings.isOn('json') ? reportLine(report) : `${reportSentence(report)}\n`);
    }
    if (ended === 'landed') return 0;
    if (ended === 'timeout' || ended === 'server gone') {
      const left = macs.filter((mac) => statusIn(store, mac)?.state !== 'landed').join(', ');
      if (ended === 'timeout')
        throw new AppError('E_TIMEOUT', `not landed within ${spanText(timeoutMs ?? 0)}: ${left}`);
      throw new AppError('E_SERVER_GONE', `the server has ended and did not come back; not landed: ${left}`);
    }
    if (typeof ended === 'string') return INTERRUPTED;
    const status = statusIn(store, ended.mac);
    throw ended.why === 'held' ? heldError(ended.mac, status) : notWanted(ended.mac, ended.why, status);
  });
}

type Ended =
  | 'landed'
  | 'timeout'
  | 'server gone'
  | StopSignal
  | { readonly mac: MacAddress; readonly why: 'held' | 'off the list' | 'another target' };

interface Waiting {
  readonly store: SqliteStore;
  /** What each phone was to become when the waiting began. */
  readonly wanted: ReadonlyMap<MacAddress, LoadName>;
  readonly timeoutMs: number | null;
  readonly io: CliIo;
  readonly watch: ServerWatch;
}

/** Rejects with whatever the record fails with. */
function untilSettled({ store, wanted, timeoutMs, io, watch }: Waiting): Promise<Ended> {
  const clock = systemClock();
  return new Promise((resolve, reject) => {
    const undo: (() => void)[] = [];
    const end = (ended: Ended) => {
      for (const step of undo.splice(0)) step();
      resolve(ended);
    };
    const fail = (error: unknown) => {
      for (const step of undo.splice(0)) step();
      reject(error);
    };
    const look = () => {
      let landed = 0;
      for (const [mac, target] of wanted) {
        const why = endOf(statusIn(store, mac), target);
        if (why === 'landed') landed++;
        else if (why !== null) return end({ mac, why });
      }
      if (landed === wanted.size) end('landed');
      else if (watch.isGone(clock.now())) end('server gone');
    };
    undo.push(every(clock, POLL_MS, look, fail), io.onStop(end));
    if (timeoutMs !== null) undo.push(clock.wakeAt(clock.now() + timeoutMs, () => end('timeout')));
    try {
      look();
    } catch (error) {
      fail(error);
    }
  });
}

function statusIn(store: Store, mac: MacAddress): PhoneStatus | null {
  const record = store.phone(mac);
  return record === null ? null : statusOf(record);
}
