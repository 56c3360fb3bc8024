import { every } from '../../app/time/every.ts';
import { type PhoneStatus, statusOf } from '../../app/told/phone-status.ts';
import { BoundedMap } from '../../core/bounded-map.ts';
import { AppError } from '../../core/errors.ts';
import type { LoadName } from '../../core/names/load-name.ts';
import { type MacAddress, parseMac } from '../../core/names/mac-address.ts';
import { otherPhoneOf } from '../../core/names/other-phones.ts';
import { isSameLoad } from '../../core/names/same-load.ts';
import { isBusy, isOver } from '../../core/phone-states.ts';
import { spanText } from '../../core/text/amounts.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Store } from '../../ports/store.ts';
import { addressText, type ListenAddress } from '../../server/listen-address.ts';
import type { CommandContext } from '../command.ts';
import { drainOthers } from '../daemon/drain.ts';
import { hopText, stateText } from '../output/event-text.ts';
import type { LiveView } from '../output/live-view.ts';
import type { OtherAsks } from '../output/other-askers.ts';
import { printable } from '../output/printable.ts';
import { doNotUnplugText, nextHint } from '../output/waiting-advice.ts';
import { databasePath } from '../settings/values.ts';
import { openDatabase } from '../wiring.ts';
import { busyPhones, listedIn, strangersIn } from './mistaken-phone.ts';
import { type OwnServerParts, startOwnServer } from './own-server.ts';

export interface Picking {
  readonly context: CommandContext;
  readonly parts: Pick<OwnServerParts, 'firmware' | 'matrix' | 'listen'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly view: LiveView;
  readonly timeoutMs: number | null;
  /** What the chosen phone is to land on. */
  readonly target: LoadName;
  /** Addresses of this machine that a phone could reach. */
  readonly addresses: readonly string[];
}

/** The phone that the operator chose, and where this process listened meanwhile; null when it was told to stop. */
export interface Picked {
  readonly mac: MacAddress;
  readonly listen: ListenAddress;
  /** Phones that stood beside it, and were not chosen. */
  readonly notChosen: readonly MacAddress[];
}

/** One of those that were shown, or one that was typed. */
interface Choice {
  readonly mac: MacAddress;
  readonly notChosen: readonly MacAddress[];
}

/** So many can be chosen from: their MACs are whatever somebody on the network wrote (invented). */
const MOST_SHOWN = 20;

/**
 * Answers phones, shows those that ask and those that may be writing their flash, and lets the operator choose one by its number. A phone that
 * is on the list already goes on with its road meanwhile, and what becomes of it is said.
 * Rejects with AppError `E_TIMEOUT`, and with whatever the server fails with.
 */
export async function pickPhone(picking: Picking): Promise<Picked | null> {
  const { context, parts, clock, log, view } = picking;
  const { settings, io } = context;
  const path = databasePath(settings, io.env);
  const { serverOf } = await import('../../adapters/sqlite/server-lock.ts');
  const isOurs = serverOf(path) === null;
  const store = await openDatabase(settings, io, isOurs ? 'server' : 'client', log);
  let hear: (asks: OtherAsks) => void = () => {};
  let look: (mac: MacAddress) => void = () => {};
  let fail: (error: Error) => void = () => {};
  try {
    const server = isOurs
      ? await startOwnServer(context, {
          ...parts,
          store,
          log,
          onEvent: (event) => {
            if (event.event !== 'server.listening' && event.mac !== undefined) look(event.mac);
          },
          onStranger: (asked) => hear(asked),
          onFailure: (error) => fail(error),
        })
      : null;
    try {
      const listen = server?.listening ?? parts.listen;
      const where = picking.addresses.length === 0 ? "this machine's address" : picking.addresses.join(' or ');
      const place =
        server === null ? 'a server works on this record' : `listening on ${addressText(listen.address, listen.port)}`;
      view.say(
        `No --mac was given: ${place}. DHCP option 150 and 66: ${where}. Plug the phone in, and choose it from those that ask.`,
      );
      const choice = await choose(picking, listen.port, store, (heard, failed) => {
        hear = heard.stranger;
        look = heard.listed;
        fail = failed;
        if (isOurs) return () => {};
        const undo = [strangersIn(store, clock, hear), listedIn(store, clock, look)];
        return () => {
          for (const end of undo) end();
        };
      });
      // What a phone of the list is taking comes to its end before the next server begins.
      if (choice !== null && server !== null) await drainOthers(server, view.say);
      return choice === null ? null : { ...choice, listen: { ...parts.listen, port: listen.port } };
    } finally {
      await server?.stop();
    }
  } finally {
    store.close();
  }
}

interface Heard {
  /** Takes a request of a phone on nobody's list. */
  readonly stranger: (asks: OtherAsks) => void;
  /** Takes that something happened to a phone, which may be on the list. */
  readonly listed: (mac: MacAddress) => void;
}

type Subscribe = (heard: Heard, fail: (error: Error) => void) => () => void;

function choose(picking: Picking, port: number, store: Store, subscribe: Subscribe): Promise<Choice | null> {
  const { context, clock, view, timeoutMs, addresses, target } = picking;
  const { io } = context;
  const startedAt = clock.now();
  const seen: MacAddress[] = [];
  /** Phones that no number stands for, since they are not converted. */
  const others: MacAddress[] = [];
  /** What was said last of a phone on the list. */
  const told = new BoundedMap<MacAddress, string>(MOST_SHOWN);
  let hints = 0;
  const endings: (() => void)[] = [];
  const chosen = new Promise<Choice | null>((resolve, reject) => {
    const take = (mac: MacAddress) => resolve({ mac, notChosen: seen.filter((one) => one !== mac) });
    const offer = (mac: MacAddress, words: readonly string[]) => {
      if (seen.includes(mac) || seen.length >= MOST_SHOWN) return;
      seen.push(mac);
      if (seen.length === 1) view.say('Phones that ask. Type the number of yours and press Enter; Ctrl-C ends.');
      view.say(`  ${[seen.length, mac, ...words].join('  ')}`);
    };
    const stranger = ({ mac, address, name }: OtherAsks) => {
      if (mac === null) return;
      const words = [...(address === null ? [] : [address]), ...(name === null ? [] : [`asks for ${printable(name)}`])];
      const other = name === null ? undefined : otherPhoneOf(name)?.other;
      if (other?.isPhone !== true) return offer(mac, words);
      if (others.includes(mac) || others.length >= MOST_SHOWN) return;
      others.push(mac);
      view.say(`  -  ${[mac, ...words].join('  ')}: it is ${other.phones}, which loadstep does not convert`);
    };
    const hasArrived = (status: PhoneStatus) => status.state === 'landed' && isSameLoad(status.target, target);
    const show = (status: PhoneStatus) => {
      const { mac } = status;
      if (!status.isEnrolled && !isBusy(status)) return;
      const last = told.get(mac);
      const key = `${status.state} ${status.hop}`;
      told.set(mac, key);
      if (last === undefined && !seen.includes(mac)) offer(mac, [`${listedText(status)}: ${whereText(status)}`]);
      else if (last !== key && TOLD.has(status.state)) view.say(`     ${mac}  ${whereText(status)}`);
      // Nobody is left to choose from, and there is nothing more to wait for.
      if (last !== undefined && seen.length === 1 && hasArrived(status)) take(mac);
    };
    const listed = (mac: MacAddress) => {
      const record = store.phone(mac);
      if (record !== null) show(statusOf(record));
    };
    const read = (line: string) => {
      const text = line.trim();
      if (text === '') return;
      const number = /^\d{1,2}$/.test(text) ? seen[Number(text) - 1] : undefined;
      const typed = parseMac(text);
      if (number !== undefined) take(number);
      else if (typed.ok) take(typed.value);
      else view.say(`"${printable(text)}" is not one of the numbers above; type one of them, or a MAC address.`);
    };
    const tick = () => {
      const silentMs = clock.now() - startedAt;
      view.tick(clock.wall());
      if (seen.length > 0) return;
      const never = { hasBeenSeen: false, isHeard: false, state: 'waiting', others: null, mac: null };
      const hint = nextHint({ ...never, silentMs, port, addresses, busy: () => busyPhones(store) }, hints);
      if (hint === null) return;
      hints += 1;
      view.say(hint);
    };
    endings.push(
      subscribe({ stranger, listed }, reject),
      io.stdin.onLine(read),
      io.onStop((signal) => {
        io.stderr.write(`loadstep: stopped by ${signal}, ${stoppedText(busyPhones(store), told.size > 0)}\n`);
        resolve(null);
      }),
      every(clock, 1000, tick, reject),
    );
    for (const mac of busyPhones(store)) listed(mac);
    if (timeoutMs !== null) {
      const late = () => {
        const busy = busyPhones(store);
        const danger = busy.length === 0 ? '' : `. ${doNotUnplugText(busy)}`;
        reject(new AppError('E_TIMEOUT', `no phone was chosen within ${spanText(timeoutMs)}${danger}`));
      };
      endings.push(clock.wakeAt(startedAt + timeoutMs, late));
    }
  });
  return chosen.finally(() => {
    for (const undo of endings) undo();
  });
}

/** States that are said of a phone on the list while nobody has chosen it: those in which its power matters, and the ends. */
const TOLD: ReadonlySet<string> = new Set(['downloading', 'flashing', 'landed', 'held']);

function listedText({ isEnrolled, target }: PhoneStatus): string {
  return isEnrolled ? `on the list for ${printable(target ?? '')} already` : 'taken off the list';
}

function whereText(status: PhoneStatus): string {
  const what =
    status.state === 'landed' ? `landed on ${status.target}` : stateText(status.state, status.load ?? undefined);
  const hop = isOver(status) ? '' : hopText(status);
  return printable(hop === '' ? what : `${hop}, ${what}`);
}

/** What a person has to know who stops while nobody was chosen. */
function stoppedText(busy: readonly MacAddress[], wasListedHeard: boolean): string {
  if (busy.length > 0) return `the same command goes on from here. ${doNotUnplugText(busy)}`;
  return wasListedHeard ? 'no phone was chosen; those on the list stay there' : 'nothing was changed';
}
