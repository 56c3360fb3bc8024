import type { ServerInfo } from '../../adapters/sqlite/server-lock.ts';
import { systemClock } from '../../adapters/system-clock.ts';
import { type Enrolled, enrolFor, type Wish } from '../../app/list/enrol.ts';
import { checkRoad } from '../../app/list/road-ahead.ts';
import { refuseFault, wholeWish, wishFault } from '../../app/list/wish-check.ts';
import type { LiveEvent } from '../../app/record/live-event.ts';
import { type PhoneStatus, statusOf } from '../../app/told/phone-status.ts';
import { AppError } from '../../core/errors.ts';
import type { Matrix } from '../../core/matrix/matrix.ts';
import { knownLoads } from '../../core/plan/loads-at-hand.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Store } from '../../ports/store.ts';
import { addressText, isLoopback, type ListenAddress, TFTP_PORT } from '../../server/listen-address.ts';
import { addressesFor } from '../../server/own-addresses.ts';
import { syntheticWarning } from '../../server/synthetic-warning.ts';
import type { CommandContext, CommandSpec } from '../command.ts';
import { drainOthers } from '../daemon/drain.ts';
import { INTERRUPTED } from '../io.ts';
import { batchNotes } from '../output/batch-notes.ts';
import { enrolledText } from '../output/enrolled-text.ts';
import { liveOut } from '../output/live-out.ts';
import type { LiveView } from '../output/live-view.ts';
import type { OtherAsks } from '../output/other-askers.ts';
import {
  databasePath,
  fromOf,
  listenOf,
  modelOf,
  neededMac,
  neededTarget,
  oneMac,
  timeoutOf,
} from '../settings/values.ts';
import { loadMatrix, openDatabase, openFirmware, openLog } from '../wiring.ts';
import { dryRun } from './dry-run.ts';
import { every, type Follow, followPhone } from './follow.ts';
import { remembered, viewOn } from './followed-view.ts';
import { busyPhones, commandsFor, recordFlags, serveCommand, strangersIn } from './mistaken-phone.ts';
import { type OwnServerParts, startOwnServer } from './own-server.ts';
import { pickPhone } from './pick-phone.ts';
import { flagsInto } from './server-now.ts';
import { ServerWatch } from './server-watch.ts';

const DESCRIPTION = `Converts one phone and stays until it has landed or is held. Start it, then connect the phone's power: loadstep works out which software runs from the files that the phone asks for. If a server already works on the same database, the phone is put on its list and followed there. Without --mac, on a terminal, the phones that ask are shown, and you choose one.`;

/** `loadstep upgrade`: converts one phone. */
export const UPGRADE: CommandSpec = {
  name: 'upgrade',
  summary: 'convert one phone and stay until it has landed',
  description: DESCRIPTION,
  settings: [
    'mac',
    'target',
    'from',
    'model',
    'label',
    'listen',
    'timeout',
    'dry-run',
    'details',
    'root',
    'single-port',
    'data-plane',
    'verbose',
    'bell',
    'allow-unverified',
  ],
  examples: [
    'loadstep upgrade --mac 0018B9C0FFEE --target P0S3-08-11-00',
    'loadstep upgrade --mac 00:18:b9:c0:ff:ee --target P0S3-08-11-00 --listen 0.0.0.0:1069 --timeout 40m',
    'loadstep upgrade --mac 0018B9C0FFEE --target P0S3-08-11-00 --from P0030301MFG2 --dry-run',
  ],
  run: (context) => convertPhone(context),
};

/** How often another process's record is looked at. */
const POLL_MS = 250;
/** So often another server may come up, or back, between the look for one and our own start (invented). */
const MOST_OUTRUN = 10;

/** What both ways of following need. */
interface Run {
  readonly context: CommandContext;
  readonly wish: Wish;
  readonly matrix: Matrix;
  readonly timeoutMs: number | null;
  readonly startedAt: number;
  readonly view: LiveView;
  readonly clock: Clock;
  readonly log: Log;
  readonly onListening: (listening: ListenAddress, fail: (error: Error) => void) => void;
  readonly isRehearsal: boolean;
}

/** What `upgrade` does; `onListening` is told where the server listens, once it does, and how to end all of it with an error. */
export async function convertPhone(
  context: CommandContext,
  onListening: Run['onListening'] = () => {},
  isRehearsal = false,
): Promise<number> {
  const { settings, io } = context;
  const matrix = await loadMatrix();
  const known = knownLoads(matrix);
  const isJson = settings.isOn('json');
  // A person can be asked which phone; a script has to say.
  const mayAsk = io.stdin.isTerminal && io.stdout.isTerminal && !isJson && !settings.isOn('dry-run');
  const mac = mayAsk ? oneMac(settings) : neededMac(settings);
  const asked: Omit<Wish, 'mac'> = {
    target: neededTarget(settings, known),
    from: fromOf(settings, known),
    model: modelOf(settings),
    label: settings.text('label'),
  };
  if (settings.isOn('details') && !settings.isOn('dry-run'))
    throw new AppError('E_BAD_USAGE', '--details is for --dry-run; give both, or neither');
  const listen = listenOf(settings);
  const timeoutMs = timeoutOf(settings);
  let sayLost: (lines: number) => void = () => {};
  const out = liveOut(io.stdout, (lines) => sayLost(lines));
  const view = viewOn(out, settings);
  try {
    const log = await openLog(settings, io, view.aside);
    sayLost = (lines) => log.warn({ event: 'output.lost', lines });
    const firmware = await openFirmware(settings, io, matrix);
    // Everything that can be refused is refused before a server is opened.
    const { target, from, model } = asked;
    const question = { matrix, index: firmware.index(), target, from, model };
    const road = checkRoad(question);
    if (settings.isOn('dry-run') && mac !== null) return await dryRun(context, road, { ...question, mac });
    if (road.note !== null) view.say(road.note);
    for (const warning of road.plan?.warnings ?? []) view.say(`Note: ${warning}`);
    const synthetic = syntheticWarning(firmware.index(), listen);
    if (synthetic !== null) callOut({ io, view, isJson }, synthetic);
    const clock = systemClock();
    const addresses = addressesFor(listen.address);
    const picking = { context, parts: { firmware, matrix, listen }, clock, log, view, timeoutMs, addresses };
    const picked = mac === null ? await pickPhone(picking) : { mac, listen };
    if (picked === null) return INTERRUPTED;
    const wish = { ...asked, mac: picked.mac, target: road.target };
    const run: Run = {
      context,
      wish,
      matrix,
      timeoutMs,
      startedAt: clock.now(),
      view,
      clock,
      log,
      onListening,
      isRehearsal,
    };
    return await convert(run, { firmware, matrix, listen: picked.listen }, () => firmware.reload());
  } finally {
    view.close();
  }
}

/** What was said when the phone was enrolled counts as if it were said again. */
function refuseOtherFamily(store: Store, { wish, matrix }: Run): void {
  refuseFault(wish, wishFault(matrix, wholeWish(wish, store.phone(wish.mac)?.enrolment ?? null)));
}

/** With --json nothing but events is on standard output. */
function callOut(to: Pick<CommandContext, 'io'> & { view: LiveView; isJson: boolean }, text: string): void {
  if (to.isJson) to.io.stderr.write(`loadstep: ${text}\n`);
  else to.view.call(text);
}

type OwnServer = Pick<OwnServerParts, 'firmware' | 'matrix' | 'listen'>;

/** Follows the phone at the server that there is; where there is none, or it has ended, this process is the server. */
async function convert(run: Run, parts: OwnServer, look: () => Promise<void>): Promise<number> {
  const { serverOf } = await import('../../adapters/sqlite/server-lock.ts');
  const { settings, io } = run.context;
  const path = databasePath(settings, io.env);
  const say = sayOf(run);
  let isTakingOver = false;
  for (let outrun = 0; ; ) {
    const other = serverOf(path);
    try {
      if (other === null) return await serveAndFollow(run, parts, isTakingOver);
      const watch = new ServerWatch({ serverOf: () => serverOf(path), say, wasThere: true });
      return await followElsewhere(run, other, watch, isTakingOver);
    } catch (error) {
      const code = error instanceof AppError ? error.code : null;
      // Between looking and serving another one may have come up, or back.
      if (code === 'E_DB_SERVED' && ++outrun < MOST_OUTRUN) continue;
      if (code !== 'E_SERVER_GONE') throw error;
      isTakingOver = true;
      say('The server stays away: from now on this command answers the phones itself.');
      await look();
    }
  }
}

/** Who reads --json gets remarks about the server, too, beside the events. */
function sayOf({ context: { settings, io }, view }: Run): (text: string) => void {
  return settings.isOn('json') ? (text) => io.stderr.write(`loadstep: ${text}\n`) : view.say;
}

/** Another process serves this database: the phone goes on its list, and its record is read as it grows. */
async function followElsewhere(run: Run, other: ServerInfo, watch: ServerWatch, isListed: boolean): Promise<number> {
  const where = addressText(other.address, other.port);
  const { wish, view, clock } = run;
  const { settings, io } = run.context;
  const store = await openDatabase(settings, io, 'client', run.log);
  try {
    refuseOtherFamily(store, run);
    const status = () => statusIn(store, wish);
    let sequence = store.lastSequence();
    const outcome = isListed ? 'going-on' : enrolFor(store, wish, clock.wall(), status());
    view.say(`A server already works on this database (${where}): ${startText(wish, outcome)}.`);
    if (outcome === 'landed') return 0;
    const subscribe: Follow['subscribe'] = (listener, fail) =>
      every(
        clock,
        POLL_MS,
        () => {
          const news = store.historyAfter(sequence);
          sequence = news.sequence;
          for (const event of news.events) listener(event);
        },
        fail,
      );
    return await followPhone({
      ...run,
      io,
      mac: wish.mac,
      target: wish.target,
      status,
      subscribe,
      ...remembered(store, wish.mac),
      busyOthers: () => busyPhones(store),
      notes: batchNotes(store, wish.mac, view.say),
      others: (listener) => strangersIn(store, clock, listener),
      recordFlags: recordFlags(settings),
      firmwareFlags: flagsInto(other.firmware ?? null, run.context),
      commandsFor: (mac) => commandsFor(settings, wish.mac, mac),
      listening: null,
      isServerGone: (now) => watch.isGone(now),
    });
  } finally {
    store.close();
  }
}

async function serveAndFollow(run: Run, parts: OwnServer, isListed: boolean): Promise<number> {
  const { wish, view, clock, log } = run;
  const { settings, io } = run.context;
  const store = await openDatabase(settings, io, 'server', log);
  try {
    refuseOtherFamily(store, run);
    const status = () => statusIn(store, wish);
    const listeners = new Set<(event: LiveEvent) => void>();
    let isEnrolling = true;
    const tell = (event: LiveEvent) => {
      // The rows of enrolling come before the phone is followed.
      if (event.event === 'server.listening' || (isEnrolling && event.mac === wish.mac)) view.show(event);
      for (const listener of [...listeners]) listener(event);
    };
    const strangers = new Set<(asks: OtherAsks) => void>();
    const failures = new Set<(error: Error) => void>();
    const server = await startOwnServer(run.context, {
      ...parts,
      store,
      clock,
      log,
      onEvent: tell,
      onStranger: (asked) => {
        for (const listener of [...strangers]) listener(asked);
      },
      onFailure: (error) => {
        for (const listener of [...failures]) listener(error);
      },
    });
    // Who presses Ctrl-C wants the shell back.
    let isInterrupted = false;
    try {
      const outcome = isListed ? 'going-on' : enrolFor(store, wish, clock.wall(), status());
      server.syncList();
      isEnrolling = false;
      view.say(`${startText(wish, outcome)}.`);
      if (outcome === 'landed') return 0;
      const { port } = server.listening;
      if (port !== TFTP_PORT && !isLoopback(parts.listen))
        view.say(`Phones ask port ${TFTP_PORT}: redirect it to ${port}.`);
      run.onListening(server.listening, (error) => {
        for (const listener of [...failures]) listener(error);
      });
      const code = await followPhone({
        ...run,
        io,
        mac: wish.mac,
        target: wish.target,
        status,
        others: member(strangers),
        recordFlags: recordFlags(settings),
        firmwareFlags: settings.typed(['firmware']),
        serveCommand: serveCommand(settings),
        commandsFor: (mac) => commandsFor(settings, wish.mac, mac),
        subscribe: member(listeners),
        onFailure: member(failures),
        ...remembered(store, wish.mac),
        busyOthers: () => busyPhones(store),
        notes: batchNotes(store, wish.mac, view.say),
        listening: { port, addresses: addressesFor(parts.listen.address) },
      });
      isInterrupted = code === INTERRUPTED;
      return code;
    } finally {
      if (!isInterrupted && isOtherTaking(store, wish)) await drainOthers(server, sayOf(run));
      await server.stop();
    }
  } finally {
    store.close();
  }
}

/** Whether another phone of the list is taking files. A record that cannot be read was told of already. */
function isOtherTaking(store: Store, { mac }: Wish): boolean {
  try {
    return store.phones().some((record) => record.mac !== mac && statusOf(record).state === 'downloading');
  } catch {
    return false;
  }
}

/** Adds listeners to a set; what is returned takes them out again. */
function member<T>(listeners: Set<T>): (listener: T) => () => void {
  return (listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
}

function statusIn(store: Store, wish: Wish): PhoneStatus | null {
  const record = store.phone(wish.mac);
  return record === null ? null : statusOf(record);
}

/** The same as `enroll` says, and what comes next. */
function startText(wish: Wish, outcome: Enrolled): string {
  const next =
    outcome === 'landed' ? `"loadstep retry --mac ${wish.mac}" would start it again` : 'waiting for it to ask';
  return `${enrolledText(wish, outcome)}; ${next}`;
}
