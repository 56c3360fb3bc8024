import { loadInName, loadSaid, UNSURE } from '../../core/answer/load-in-file.ts';
import { FROM_TREE } from '../../core/answer/own-file.ts';
import { BoundedMap } from '../../core/bounded-map.ts';
import type { DecidedRow } from '../../core/history/event.ts';
import type { AskedName } from '../../core/names/asked-name.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import type { StaticRoot } from '../../ports/static-root.ts';
import type { TftpAnswer, TftpRequest, TransferWatcher } from '../../ports/tftp.ts';
import { peerOf } from './delivery.ts';
import { type FromRoot, fromStaticRoot, NOT_FOUND } from './static-answer.ts';
import { Transfers } from './transfers.ts';

/** What of the tree was recorded lately, by phone and file, so that a phone that polls does not fill the record (invented). */
const MOST_TOLD = 4_096;
const TELL_EVERY_MS = 86_400_000;

/** Who asks, as far as it matters for the operator's tree. */
export interface TreeAsker {
  /** Null when nobody can tell. */
  readonly mac: MacAddress | null;
  /** Whether it may be given what names or is a load: it is certainly no phone on the list. */
  readonly mayHaveLoads: boolean;
  /** Whether it may not for want of certainty alone: others are given such files. */
  readonly isUnsure: boolean;
}

export interface BystanderDesk {
  readonly root: () => StaticRoot | null;
  /** Why it is worth a row that this phone, which somebody let go, asks for what the tree does not hold; null where it is not. */
  readonly shows: (mac: MacAddress, asked: AskedName, at: number) => string | null;
  /** Has rows of a phone that nobody enrolled recorded, as far as there is room for them. */
  readonly record: (mac: MacAddress, request: TftpRequest, rows: readonly DecidedRow[]) => Promise<void>;
  readonly warn: (fields: { readonly event: string; readonly [key: string]: unknown }, at: number) => void;
  /** A transfer to this address ended well: its phone is still there. */
  readonly alive: (address: string, at: number) => void;
}

/** Serves the operator's own tree to those who are not being converted, and tells what was given and what was not. */
export class Bystanders {
  readonly transfers = new Transfers();
  readonly #desk: BystanderDesk;
  readonly #told = new BoundedMap<string, number>(MOST_TOLD);

  constructor(desk: BystanderDesk) {
    this.#desk = desk;
  }

  async answer(asked: AskedName, asker: TreeAsker, request: TftpRequest): Promise<TftpAnswer> {
    const found = await fromStaticRoot(this.#desk.root(), asked, request, asker.mayHaveLoads);
    const { mac } = asker;
    const base = { at: request.at, file: asked.name, peer: peerOf(request) };
    if (found === null) {
      const reason = mac === null ? null : this.#desk.shows(mac, asked, request.at);
      if (mac !== null && reason !== null)
        await this.#desk.record(mac, request, [{ event: 'file.refused', ...base, mac, reason }]);
      return NOT_FOUND;
    }
    if (found.kind === 'withheld') {
      const isForAnyone = !asker.isUnsure || loadInName(asked) === 'shared-trigger';
      const reason = isForAnyone ? found.reason : `${found.reason}, and ${UNSURE}`;
      const address = request.peerAddress;
      // A terminal shows the reason alone, so it names the file, and the address where nothing else tells who asked.
      const who = mac === null ? { reason: `${asked.name}, which ${address} asked for: ${reason}` } : { mac, reason };
      const fields = { event: 'root.withheld', address, asked: { name: asked.name }, ...who };
      if (this.#isNews(`${mac ?? request.peerAddress} withheld ${asked.name}`, request.at)) {
        this.#desk.warn(fields, request.at);
        if (mac !== null) await this.#desk.record(mac, request, [{ event: 'file.refused', ...base, mac, reason }]);
      }
      return found.answer;
    }
    const { content } = found;
    const isTold = found.load !== null || this.#isNews(`${mac ?? ''} given ${asked.name}`, request.at);
    if (mac !== null && isTold) {
      const reason = reasonOf(found);
      const row: DecidedRow = { event: 'file.requested', ...base, mac, size: content.length, ...reason };
      await this.#desk.record(mac, request, [row]);
    }
    if (found.load !== null) this.transfers.noteLoad(request.peerAddress, mac, request.at);
    return { kind: 'content', content, watcher: this.#watcher(asked, mac, request, content.length, isTold, found) };
  }

  #watcher(
    asked: AskedName,
    mac: MacAddress | null,
    request: TftpRequest,
    size: number,
    isTold: boolean,
    found: FromRoot,
  ): TransferWatcher {
    const end = this.transfers.begin(request.peerAddress, mac);
    const tell = (row: Omit<DecidedRow, 'mac' | 'file' | 'peer' | 'size'>) => {
      if (mac === null || !isTold) return;
      const said = { ...reasonOf(found), ...row, mac, file: asked.name, peer: peerOf(request), size };
      void this.#desk.record(mac, request, [said]);
    };
    return {
      progress: () => {},
      sent: ({ at, bytes, tookMs }) => {
        end();
        this.#desk.alive(request.peerAddress, at);
        if (found.kind === 'content' && found.load !== null) this.transfers.noteLoad(request.peerAddress, mac, at);
        tell({ event: 'file.sent', at, bytes, tookMs });
      },
      failed: ({ at, bytes, tookMs, reason, message }) => {
        end();
        tell({ event: 'file.failed', at, bytes, tookMs, reason: `${reason}: ${message}` });
      },
    };
  }

  #isNews(what: string, at: number): boolean {
    const told = this.#told.get(what);
    if (told !== undefined && at - told < TELL_EVERY_MS) return false;
    this.#told.set(what, at);
    return true;
  }
}

function reasonOf(found: FromRoot): { readonly reason?: string } {
  if (found.kind !== 'content') return {};
  const load = found.load === null ? '' : `, and ${loadSaid(found.load)} (--root-loads bystanders)`;
  return { reason: `${FROM_TREE}${load}` };
}
