import { AppError } from '../../core/errors.ts';
import { type MacAddress, parseMac } from '../../core/names/mac-address.ts';
import { spanText } from '../../core/text/amounts.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import { addressText, type ListenAddress } from '../../server/listen-address.ts';
import type { CommandContext } from '../command.ts';
import type { LiveView } from '../output/live-view.ts';
import type { OtherAsks } from '../output/other-askers.ts';
import { printable } from '../output/printable.ts';
import { nextHint } from '../output/waiting-advice.ts';
import { databasePath } from '../settings/values.ts';
import { openDatabase } from '../wiring.ts';
import { every } from './follow.ts';
import { strangersIn } from './mistaken-phone.ts';
import { type OwnServerParts, startOwnServer } from './own-server.ts';

export interface Picking {
  readonly context: CommandContext;
  readonly parts: Pick<OwnServerParts, 'firmware' | 'matrix' | 'listen'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly view: LiveView;
  readonly timeoutMs: number | null;
  /** Addresses of this machine that a phone could reach. */
  readonly addresses: readonly string[];
}

/** The phone that the operator chose, and where this process listened meanwhile; null when it was told to stop. */
export interface Picked {
  readonly mac: MacAddress;
  readonly listen: ListenAddress;
}

/** So many can be chosen from: their MACs are whatever somebody on the network wrote (invented). */
const MOST_SHOWN = 20;

/**
 * Answers phones without converting any, shows those on nobody's list as they ask, and lets the operator choose one by its number.
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
  let fail: (error: Error) => void = () => {};
  try {
    const server = isOurs
      ? await startOwnServer(context, {
          ...parts,
          store,
          clock,
          log,
          onEvent: () => {},
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
        `No --mac was given, and ${place}. DHCP option 150 and 66: ${where}. Plug the phone in, and choose it from those that ask.`,
      );
      const choice = choose(picking, listen.port, (listener, failed) => {
        hear = listener;
        fail = failed;
        return isOurs ? () => {} : strangersIn(store, clock, listener);
      });
      const mac = await choice;
      return mac === null ? null : { mac, listen: { ...parts.listen, port: listen.port } };
    } finally {
      await server?.stop();
    }
  } finally {
    store.close();
  }
}

type Subscribe = (listener: (asks: OtherAsks) => void, fail: (error: Error) => void) => () => void;

function choose(picking: Picking, port: number, subscribe: Subscribe): Promise<MacAddress | null> {
  const { context, clock, view, timeoutMs, addresses } = picking;
  const { io } = context;
  const startedAt = clock.now();
  const seen: MacAddress[] = [];
  let hints = 0;
  const endings: (() => void)[] = [];
  const chosen = new Promise<MacAddress | null>((resolve, reject) => {
    const hear = ({ mac, address, name }: OtherAsks) => {
      if (mac === null || seen.includes(mac) || seen.length >= MOST_SHOWN) return;
      seen.push(mac);
      if (seen.length === 1) view.say('Phones that ask. Type the number of yours and press Enter; Ctrl-C ends.');
      const where = address === null ? '' : `  ${address}`;
      view.say(`  ${seen.length}  ${mac}${where}${name === null ? '' : `  asks for ${printable(name)}`}`);
    };
    const read = (line: string) => {
      const text = line.trim();
      if (text === '') return;
      const number = /^\d{1,2}$/.test(text) ? seen[Number(text) - 1] : undefined;
      const typed = parseMac(text);
      if (number !== undefined) resolve(number);
      else if (typed.ok) resolve(typed.value);
      else view.say(`"${printable(text)}" is not one of the numbers above; type one of them, or a MAC address.`);
    };
    const tick = () => {
      const silentMs = clock.now() - startedAt;
      view.tick(clock.wall());
      if (seen.length > 0) return;
      const never = { hasBeenSeen: false, isHeard: false, state: 'waiting', others: null, mac: null };
      const hint = nextHint({ ...never, silentMs, port, addresses }, hints);
      if (hint === null) return;
      hints += 1;
      view.say(hint);
    };
    endings.push(
      subscribe(hear, reject),
      io.stdin.onLine(read),
      io.onStop((signal) => {
        io.stderr.write(`loadstep: stopped by ${signal}, nothing was changed\n`);
        resolve(null);
      }),
      every(clock, 1000, tick, reject),
    );
    if (timeoutMs !== null) {
      const late = () => reject(new AppError('E_TIMEOUT', `no phone was chosen within ${spanText(timeoutMs)}`));
      endings.push(clock.wakeAt(startedAt + timeoutMs, late));
    }
  });
  return chosen.finally(() => {
    for (const undo of endings) undo();
  });
}
