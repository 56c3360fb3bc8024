import type { Answer } from '../../core/answer/answer.ts';
import { packageOf } from '../../core/answer/package-of-hop.ts';
import { AppError } from '../../core/errors.ts';
import { findFile } from '../../core/firmware/package.ts';
import type { DecidedRow } from '../../core/history/event.ts';
import type { SteadyMs } from '../../core/moment.ts';
import type { AskedName } from '../../core/names/asked-name.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { leadsToWitness, renderTrigger, SERVER_TOKEN, type WitnessPorts } from '../../core/plan/render-trigger.ts';
import type { BatchStore } from '../../ports/batch-store.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ConfigurationFile } from '../../ports/configurations.ts';
import type { FirmwareFiles } from '../../ports/firmware-files.ts';
import type { StaticRoot } from '../../ports/static-root.ts';
import type { TftpAnswer, TftpRequest, TransferWatcher } from '../../ports/tftp.ts';
import { filesGone } from '../phone/holds.ts';
import type { PhoneSession } from '../phone/phone-session.ts';
import { PACKAGE_CHANGED } from '../phone/refusals.ts';
import type { LiveEvent } from '../record/live-event.ts';
import { CHANGED_MEANWHILE, type OpenTexts } from './open-texts.ts';
import type { RequestRations } from './request-rations.ts';
import { fromStaticRoot, knownInStaticRoot, NOT_FOUND } from './static-answer.ts';

/** Often enough for a bar that a person watches from another process, and little to write for a bench of a thousand. */
const SAVE_PROGRESS_MS = 1_000;

/** What a phone gets when its request is not decided or cannot be recorded: it asks again, and is answered then. */
export const NO_ANSWER: TftpAnswer = { kind: 'silence' };

/** What a delivery needs of its fleet and of the world. */
export interface DeliveryDesk {
  readonly clock: Clock;
  readonly firmware: FirmwareFiles;
  readonly staticRoot: StaticRoot | null;
  readonly batchStore?: BatchStore;
  /** Our address as that peer sees it, where the request does not tell it. */
  readonly serverAddress: (peerAddress: string) => string;
  /** Where phones are heard that say what they run; null where they are not. */
  readonly witnessPorts?: () => WitnessPorts | null;
  /** Resolves once the events and the session's state are durable, or the record has failed. */
  readonly keep: (session: PhoneSession, events: readonly DecidedRow[], seenAt?: SteadyMs) => Promise<void>;
  readonly hasFailed: () => boolean;
  readonly rations: RequestRations;
  readonly texts: OpenTexts;
  readonly tell: (event: LiveEvent) => void;
  readonly current: (mac: MacAddress) => PhoneSession | undefined;
  /** A transfer to this address ended well: its phone is still there. */
  readonly alive: (address: string, at: SteadyMs) => void;
}

/** Carries decisions out: records them, reads what is to be sent, and tells the session how the transfer ended. */
export class Delivery {
  readonly #desk: DeliveryDesk;

  constructor(desk: DeliveryDesk) {
    this.#desk = desk;
  }

  /**
   * Carries a decision out. It is recorded in the same turn as it was made, so that nothing of this phone comes between. `beside` is
   * what the phone gets under a name that the operator's tree does not have.
   */
  async give(
    session: PhoneSession,
    request: TftpRequest,
    asked: AskedName,
    answer: Answer,
    rows: readonly DecidedRow[],
    beside: ConfigurationFile | null = null,
  ): Promise<TftpAnswer> {
    if (answer.kind === 'static') return this.#giveStatic(session, request, asked, answer, rows, beside);
    const isCurrent = this.#untilAnythingChanges(session);
    const stands = this.#desk.texts.depends(session, answer);
    const base = { at: request.at, ...session.where(), file: asked.name, peer: peerOf(request) };
    const refused = (reason: string): DecidedRow => ({ event: 'file.refused', ...base, reason });
    const origin = answer.kind === 'own-file' ? { reason: answer.origin } : {};
    const requested = (size: number): DecidedRow => ({ event: 'file.requested', ...base, size, ...origin });
    const text = this.#textFor(session, request, asked, answer);
    const size = answer.kind === 'file' ? answer.sizeBytes : (text?.length ?? null);
    const known =
      size !== null
        ? requested(size)
        : answer.kind === 'not-found'
          ? { ...refused(answer.reason), ...helpOf(answer) }
          : refused('no such file');
    const isPlain = rows.length === 0 && size === null;
    const told = isPlain ? this.#rationed(session, known) : [known];
    await this.#desk.keep(session, [...rows, ...told], request.at);
    if (this.#desk.hasFailed()) return NO_ANSWER;
    const read = answer.kind === 'file' ? await this.#read(answer) : text;
    if (read === 'replaced') {
      await this.#desk.keep(session, [{ ...refused(PACKAGE_CHANGED.reason), ...PACKAGE_CHANGED }], request.at);
      return NOT_FOUND;
    }
    if (read instanceof AppError) {
      await this.#desk.keep(
        session,
        [...session.refuse(filesGone(read), request.at), refused(read.message)],
        request.at,
      );
      return NOT_FOUND;
    }
    if (read === null) return errorFor(answer);
    const watcher = this.#watcher(session, answer, asked, read.length, request);
    if (stands === null) return { kind: 'content', content: read, watcher, isCurrent };
    if (!stands()) {
      const at = this.#desk.clock.now();
      watcher.failed({ at, bytes: 0, tookMs: 0, reason: 'superseded', message: CHANGED_MEANWHILE });
      return NO_ANSWER;
    }
    const { withdrawn, end } = this.#desk.texts.begin(stands);
    return { kind: 'content', content: read, watcher: untilItEnds(watcher, end), isCurrent, withdrawn };
  }

  /** What the operator's tree has under that name, for a phone on the list; `beside` where it has nothing. */
  async #giveStatic(
    session: PhoneSession,
    request: TftpRequest,
    asked: AskedName,
    answer: Answer,
    rows: readonly DecidedRow[],
    beside: ConfigurationFile | null,
  ): Promise<TftpAnswer> {
    const { staticRoot } = this.#desk;
    const isCurrent = this.#untilAnythingChanges(session);
    const base = { at: request.at, ...session.where(), file: asked.name, peer: peerOf(request) };
    // A phone on the list gets what names or is a load from its plan, or not at all.
    let found = knownInStaticRoot(staticRoot, asked, request, false);
    let before = rows;
    if (found === undefined) {
      await this.#desk.keep(session, rows, request.at);
      if (this.#desk.hasFailed()) return NO_ANSWER;
      found = await fromStaticRoot(staticRoot, asked, request, false);
      before = [];
    }
    const given = found ?? beside;
    const content = given !== null && 'content' in given ? given.content : null;
    const words = given !== null && 'words' in given ? { reason: given.words } : {};
    const why = given !== null && 'kind' in given && given.kind === 'withheld' ? given.reason : 'no such file';
    const said: readonly DecidedRow[] =
      content === null
        ? this.#rationed(session, { event: 'file.refused', ...base, reason: why })
        : [{ event: 'file.requested', ...base, size: content.length, ...words }];
    // Where the disk needed no look, the request and what it is given are one change.
    await this.#desk.keep(session, [...before, ...said], request.at);
    if (this.#desk.hasFailed()) return NO_ANSWER;
    if (content === null) return errorFor(answer);
    const watcher = this.#watcher(session, answer, asked, content.length, request);
    return { kind: 'content', content, watcher, isCurrent };
  }

  /** Whether the phone, its list and the store are as they are now: nothing of them is changed in place. */
  #untilAnythingChanges(session: PhoneSession): () => boolean {
    const { firmware, current } = this.#desk;
    const look = () => [session.phone, session.evidence, session.memory, session.enrolment, firmware.index().packages];
    const now = look();
    return () => current(session.enrolment.mac) === session && look().every((one, i) => one === now[i]);
  }

  /** The row of a refusal that changes nothing; left out when the phone, or who speaks in its name, was refused too often. */
  #rationed(session: PhoneSession, row: DecidedRow): readonly DecidedRow[] {
    const missing = this.#desk.rations.refusal(session, row.at);
    if (missing === null) return [];
    if (missing === 0) return [row];
    return [{ ...row, reason: `${row.reason} (${missing} refusals before this one are not in the record)` }];
  }

  /** A text with the address of the server that this phone asked. */
  forServer(content: string, request: TftpRequest): Uint8Array {
    const serverAddress = request.localAddress ?? this.#desk.serverAddress(request.peerAddress);
    return new TextEncoder().encode(content.replaceAll(SERVER_TOKEN, serverAddress));
  }

  /** The text of an answer that is rendered for this phone, or was read for it; null for every other answer. */
  #textFor(session: PhoneSession, request: TftpRequest, asked: AskedName, answer: Answer): Uint8Array | null {
    if (answer.kind === 'own-file') return answer.content;
    if (answer.kind === 'probe') return new TextEncoder().encode(answer.text);
    if (answer.kind !== 'trigger') return null;
    const serverAddress = request.localAddress ?? this.#desk.serverAddress(request.peerAddress);
    const values = { mac: session.enrolment.mac, serverAddress, term: asked.term };
    const { content } = renderTrigger(answer.trigger, values);
    if (content === null) return null;
    const ports = this.#desk.witnessPorts?.() ?? null;
    return new TextEncoder().encode(ports === null ? content : leadsToWitness(content, ports));
  }

  async #read(answer: Extract<Answer, { kind: 'file' }>): Promise<Uint8Array | AppError | 'replaced'> {
    const { firmware } = this.#desk;
    // The store may have been looked at again while the decision was written down: other bytes than those decided upon are not sent.
    const pack = packageOf(answer.hop, firmware.index());
    const now = pack === undefined ? null : findFile(pack, answer.name);
    if (now !== null && now.file.sha1 !== answer.sha1) return 'replaced';
    try {
      return await firmware.read(pack?.id ?? answer.package, answer.name);
    } catch (error) {
      if (error instanceof AppError) return error;
      return new AppError('E_FIRMWARE_UNREADABLE', `${answer.name} cannot be read: ${String(error)}`, { cause: error });
    }
  }

  #watcher(
    opened: PhoneSession,
    answer: Answer,
    asked: AskedName,
    size: number,
    request: TftpRequest,
  ): TransferWatcher {
    const mac = opened.enrolment.mac;
    const file = asked.name;
    const session = () => this.#desk.current(mac) ?? opened;
    const hash = answer.kind === 'file' && answer.sha1 !== null ? { sha1: answer.sha1 } : {};
    // What it was given for may not be what it is to get by now.
    const isOfHop = answer.kind === 'file' || answer.kind === 'trigger';
    const { state: _, ...given } = isOfHop ? opened.where() : { state: null };
    const base = (at: SteadyMs) => ({ at, ...session().where(), ...given, file, size, peer: peerOf(request) });
    let savedAt = 0;
    return {
      progress: (bytes) => {
        const { state: where = '', hop = 0, hops = 0, target = '' } = session().where();
        const now = this.#desk.clock.now();
        const at = this.#desk.clock.wall();
        // Whoever acknowledges blocks is there, however long the transfer takes.
        this.#desk.alive(request.peerAddress, now);
        session().progressed(answer, now);
        if (now - savedAt >= SAVE_PROGRESS_MS && !this.#desk.hasFailed()) {
          savedAt = now;
          this.#desk.batchStore?.saveProgress({ mac, file, bytes, size, at });
        }
        this.#desk.tell({ event: 'file.progress', at, mac, file, bytes, size, state: where, hop, hops, target });
      },
      lastSent: () => session().lastSent(answer),
      sent: ({ at, bytes, tookMs }) => {
        this.#desk.alive(request.peerAddress, at);
        const row: DecidedRow = { event: 'file.sent', ...base(at), bytes, tookMs, ...hash };
        void this.#desk.keep(session(), [row, ...session().sent(answer, at)], at);
      },
      failed: ({ at, bytes, tookMs, reason, message, isUnacked = false }) => {
        const row: DecidedRow = { event: 'file.failed', ...base(at), bytes, tookMs, reason: `${reason}: ${message}` };
        void this.#desk.keep(session(), [row, ...session().failed(answer, at, isUnacked)], at);
      },
    };
  }
}

function untilItEnds(watcher: TransferWatcher, end: () => void): TransferWatcher {
  return {
    ...watcher,
    sent: (outcome) => {
      end();
      watcher.sent(outcome);
    },
    failed: (outcome) => {
      end();
      watcher.failed(outcome);
    },
  };
}

function errorFor(answer: Answer): TftpAnswer {
  const said = answer.kind === 'not-found' ? answer.said : undefined;
  return said === undefined ? NOT_FOUND : { kind: 'error', code: 0, message: said };
}

/** What a person can do about a refusal, as its row carries it. */
function helpOf({ advice, code }: Extract<Answer, { kind: 'not-found' }>): Pick<DecidedRow, 'advice' | 'code'> {
  return { ...(advice === undefined ? {} : { advice }), ...(code === undefined ? {} : { code }) };
}

/** The phone's address and port, as the record carries it. */
export function peerOf(request: TftpRequest): string {
  return `${request.peerAddress}:${request.peerPort}`;
}
