import type { ServerInfo } from '../../adapters/sqlite/server-lock.ts';
import { type Enrolled, enrolFor, type Wish } from '../../app/list/enrol.ts';
import { refuseFault, wholeWish, wishFault } from '../../app/list/wish-check.ts';
import type { LiveEvent } from '../../app/record/live-event.ts';
import { every } from '../../app/time/every.ts';
import { type PhoneStatus, statusOf } from '../../app/told/phone-status.ts';
import type { StandsStore } from '../../app/told/stands.ts';
import { AppError } from '../../core/errors.ts';
import type { Matrix } from '../../core/matrix/matrix.ts';
import type { WallMs } from '../../core/moment.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Store } from '../../ports/store.ts';
import { addressText, isLoopback, type ListenAddress, TFTP_PORT } from '../../server/listen-address.ts';
import { addressesFor } from '../../server/own-addresses.ts';
import { flagsInto } from '../bench/server-now.ts';
import type { CommandContext } from '../command.ts';
import { drainOthers } from '../daemon/drain.ts';
import { INTERRUPTED } from '../io.ts';
import { batchNotes } from '../output/batch-notes.ts';
import { enrolledText } from '../output/enrolled-text.ts';
import type { LiveView } from '../output/live-view.ts';
import type { OtherAsks } from '../output/other-askers.ts';
import { restartNote } from '../output/restart-note.ts';
import { databasePath } from '../settings/values.ts';
import { openDatabase } from '../wiring.ts';
import { type Follow, followPhone } from './follow.ts';
import { remembered } from './followed-view.ts';
import { busyPhones, commandsFor, recordFlags, serveCommand, serveFlags, strangersIn } from './mistaken-phone.ts';
import { type OwnServerParts, startOwnServer } from './own-server.ts';
import { ServerWatch } from './server-watch.ts';

/** How often another process's record is looked at. */
const POLL_MS = 250;
/** So often another server may come up, or back, between the look for one and our own start (invented). */
const MOST_OUTRUN = 10;

/** What both ways of following need. */
export interface UpgradeRun {
  readonly context: CommandContext;
  readonly wish: Wish;
  readonly matrix: Matrix;
  readonly timeoutMs: number | null;
  readonly startedAt: number;
  /** When the command began: before the phone was chosen, where it was. */
  readonly beganAt: number;
  readonly view: LiveView;
  readonly clock: Clock;
  readonly log: Log;
  readonly onListening: (listening: ListenAddress, fail: (error: Error) => void) => void;
  readonly isRehearsal: boolean;
  /** The command that goes on with the phone, where it was chosen from those that ask; null where it was typed. */
  readonly goOn: string | null;
  /** Phones that stood beside it when it was chosen. */
  readonly notChosen: readonly MacAddress[];
}

export type OwnServer = Pick<OwnServerParts, 'firmware' | 'matrix' | 'listen'>;

/** Follows the phone at the server that there is; where there is none, or it has ended, this process is the server. */
export async function convert(run: UpgradeRun, parts: OwnServer, look: () => Promise<void>): Promise<number> {
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
      const listensSince = () => serverOf(path)?.startedAt ?? null;
      return await followElsewhere(run, other, { watch, listensSince }, isTakingOver);
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
function sayOf({ context: { settings, io }, view }: UpgradeRun): (text: string) => void {
  return settings.isOn('json') ? (text) => io.stderr.write(`loadstep: ${text}\n`) : view.say;
}

/** Another process serves this database: the phone goes on its list, and its record is read as it grows. */
async function followElsewhere(
  run: UpgradeRun,
  other: ServerInfo,
  { watch, listensSince }: { readonly watch: ServerWatch; readonly listensSince: () => WallMs | null },
  isListed: boolean,
): Promise<number> {
  const where = addressText(other.address, other.port);
  const { wish, view, clock } = run;
  const { settings, io } = run.context;
  const store = await openDatabase(settings, io, 'client', run.log);
  try {
    refuseOtherFamily(store, run);
    const status = () => statusIn(store, wish.mac);
    let sequence = store.lastSequence();
    const outcome = isListed ? 'going-on' : enrolFor(store, wish, clock.wall(), status());
    view.say(`A server already works on this database (${where}): ${startText(wish, outcome)}.`);
    if (outcome === 'landed' && run.goOn === null) return hadLanded(store, run);
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
      statusOfOther: (mac) => statusIn(store, mac),
      notes: notesOn(store, wish.mac, listensSince, view),
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

async function serveAndFollow(run: UpgradeRun, parts: OwnServer, isListed: boolean): Promise<number> {
  const { wish, view, clock, log } = run;
  const { settings, io } = run.context;
  const store = await openDatabase(settings, io, 'server', log);
  try {
    refuseOtherFamily(store, run);
    const status = () => statusIn(store, wish.mac);
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
      log,
      onEvent: tell,
      onStranger: (asked) => {
        for (const listener of [...strangers]) listener(asked);
      },
      onFailure: (error) => {
        for (const listener of [...failures]) listener(error);
      },
    });
    const listensSince = clock.wall();
    // Who presses Ctrl-C wants the shell back.
    let isInterrupted = false;
    try {
      const outcome = isListed ? 'going-on' : enrolFor(store, wish, clock.wall(), status());
      server.syncList();
      isEnrolling = false;
      if (outcome !== 'landed' || run.goOn === null) view.say(`${startText(wish, outcome)}.`);
      // Who chose it saw it land, and waits for what comes next.
      if (outcome === 'landed' && run.goOn === null) return hadLanded(store, run);
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
        serveFlags: serveFlags(settings),
        commandsFor: (mac) => commandsFor(settings, wish.mac, mac),
        subscribe: member(listeners),
        onFailure: member(failures),
        ...remembered(store, wish.mac),
        busyOthers: () => busyPhones(store),
        statusOfOther: (mac) => statusIn(store, mac),
        notes: notesOn(store, wish.mac, () => listensSince, view),
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

/** Who reads --json is shown the row of a landing that was there before the command began: it ends with nothing else. */
function hadLanded(store: Store, { context: { settings }, view, wish: { mac } }: UpgradeRun): 0 {
  const landings = settings.isOn('json')
    ? [...store.history({ mac })].filter(({ event }) => event === 'phone.landed')
    : [];
  for (const row of landings.slice(-1)) view.show(row);
  return 0;
}

/** Whether another phone of the list is taking files. A record that cannot be read was told of already. */
function isOtherTaking(store: Store, { mac }: Wish): boolean {
  try {
    return store.phones().some((record) => record.mac !== mac && statusOf(record).state === 'downloading');
  } catch {
    return false;
  }
}

/** What there is to say beside the events. */
function notesOn(
  store: StandsStore,
  mac: MacAddress,
  listensSince: () => WallMs | null,
  view: LiveView,
): (now: number) => void {
  const notes = [batchNotes(store, mac, view.say), restartNote(store, mac, listensSince, view.call)];
  return (now) => {
    for (const note of notes) note(now);
  };
}

/** Adds listeners to a set; what is returned takes them out again. */
function member<T>(listeners: Set<T>): (listener: T) => () => void {
  return (listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
}

function statusIn(store: Store, mac: MacAddress): PhoneStatus | null {
  const record = store.phone(mac);
  return record === null ? null : statusOf(record);
}

/** The same as `enroll` says, and what comes next. */
function startText(wish: Wish, outcome: Enrolled): string {
  const next =
    outcome === 'landed' ? `"loadstep retry --mac ${wish.mac}" would start it again` : 'waiting for it to ask';
  return `${enrolledText(wish, outcome)}; ${next}`;
}

/** What was said when the phone was enrolled counts as if it were said again. */
function refuseOtherFamily(store: Store, { wish, matrix }: UpgradeRun): void {
  refuseFault(wish, wishFault(matrix, wholeWish(wish, store.phone(wish.mac)?.enrolment ?? null)));
}
