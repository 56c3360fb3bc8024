import { loadInName, UNSURE } from '../../core/answer/load-in-file.ts';
import type { Mistyped } from '../../core/explain/mistyped.ts';
import { type StepTimes, usualTime } from '../../core/history/durations.ts';
import { type HistoryEvent, NOT_ENROLLED } from '../../core/history/event.ts';
import type { WallMs } from '../../core/moment.ts';
import { classifyName } from '../../core/names/asked-name.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import type { BatchStore } from '../../ports/batch-store.ts';
import type { Store } from '../../ports/store.ts';
import { modelIn } from '../time/learnt-times.ts';
import { mistypedPhones } from './mistyped-phones.ts';
import { maybeNameless } from './nameless-phones.ts';
import type { PhoneStatus } from './phone-status.ts';
import { type StandingPhone, Stands } from './stands.ts';
import { leftMs, roadOf, timesIn } from './time-left.ts';

/** Where one phone is, with what only its history tells. */
export interface PhoneReport extends StandingPhone {
  /** The file that is being sent; null when none is. */
  readonly file: string | null;
  /** How far that file is, as last told; null while nothing was told of it. */
  readonly bytes: number | null;
  readonly size: number | null;
  readonly inStateMs: number | null;
  /** How long phones usually stay in this state of this hop, the median; null without history. */
  readonly usualMs: number | null;
  /** How long it usually takes from here until it has landed; null where it is not on a road, only a person can bring it on, or the past tells too little. */
  readonly leftMs: number | null;
  /** The same where every step takes as long as nineteen of twenty did at most; absent where the past tells no such spread. */
  readonly leftLateMs?: number;
  /** A phone that asks, is on no list, and seems to be meant by this one; absent where there is none. */
  readonly seems?: Mistyped;
}

/** Where a report comes from. */
export type ReportStore = Store & Pick<BatchStore, 'batch' | 'batchHistory' | 'progress'>;

/** Rows looked at for what is being sent: the newest, so that it stays quick. */
const RECENT_ROWS = 40;

/** Phones on nobody's list of which it is looked up why: an office has hundreds of them. */
const MOST_REMARKS = 50;

/** Phones on nobody's list that are shown one by one (invented). */
const MOST_BYSTANDERS = 20;

/** Little is recorded of such a phone. */
const REMARK_ROWS = 8;

/** What is known beside the record while it is told of phones. */
export interface ToldBeside {
  /** Since when a server hears them; null where none works. */
  readonly listensSince?: WallMs | null;
  /** That it hears phones on the list only. */
  readonly isBeside?: boolean;
  /** The times of the past; learnt from the newest rows when absent. */
  readonly times?: StepTimes;
  /** The addresses that devices have now by lease files and the neighbour table. */
  readonly leased?: ReadonlyMap<MacAddress, string>;
}

/** Reports on some phones, in the order of the record, or on all that it knows. */
export function reportPhones(
  store: ReportStore,
  macs: readonly MacAddress[] | null,
  now: WallMs,
  { listensSince = null, isBeside = false, leased = new Map(), times: learnt }: ToldBeside = {},
): readonly PhoneReport[] {
  const all = store.phones();
  const wanted = macs === null ? null : new Set(macs);
  const records = wanted === null ? all : all.filter((record) => wanted.has(record.mac));
  const times = learnt ?? timesIn(store, all);
  const stands = new Stands(store, all, now, listensSince);
  const progress = new Map(store.progress().map((one) => [one.mac, one]));
  const mistyped = mistypedPhones(all, now, leased);
  const nameless = maybeNameless(store, now, leased);
  let remarks = MOST_REMARKS;
  return records.map((record) => {
    const status = stands.of(record);
    const { state, load, target, since } = status;
    // What an earlier server withheld says nothing of this one, which may have another tree, or none.
    const toldSince = isBeside ? Number.POSITIVE_INFINITY : (listensSince ?? 0);
    const remark = state === 'bystander' && remarks-- > 0 ? remarkOn(store, record.mac, toldSince) : {};
    const isTaking = state === 'downloading';
    const file = isTaking ? fileUnderWay(store.history({ mac: record.mac, limit: RECENT_ROWS })) : null;
    const told = progress.get(record.mac);
    const model = modelIn(record);
    const inStateMs = since === null ? null : Math.max(0, now - since);
    // How long a phone waits for others is not in the times of the past.
    const own = status.waits === null ? (inStateMs ?? 0) : 0;
    const place = { ...status, model, road: roadOf(record), inStateMs: own };
    const left = status.needs === undefined ? leftMs(times, place) : null;
    const late = left === null ? null : leftMs(times, place, 'p95Ms');
    const isTold = told !== undefined && told.file === file && told.at >= (since ?? 0);
    return {
      ...status,
      ...remark,
      ...(isBeside ? besideAdvice(status) : {}),
      ...nameless.get(record.mac),
      ...mistyped.get(record.mac),
      file,
      bytes: isTold ? told.bytes : null,
      size: isTold ? told.size : null,
      inStateMs,
      usualMs: usualTime(times, { state, load, target, model })?.medianMs ?? null,
      leftMs: left,
      ...(late === null || late <= (left ?? late) ? {} : { leftLateMs: late }),
    };
  });
}

/**
 * The phones that are shown one by one: of those that nobody enrolled only the ones seen last, the others are a number. Their
 * MACs are whatever somebody on the network wrote.
 */
export function shownPhones(reports: readonly PhoneReport[]): {
  readonly shown: readonly PhoneReport[];
  readonly more: number;
} {
  const bystanders = reports.filter(({ state }) => state === 'bystander');
  const last = bystanders.toSorted((a, b) => (b.lastSeenAt ?? 0) - (a.lastSeenAt ?? 0)).slice(0, MOST_BYSTANDERS);
  const isShown = new Set(last);
  const shown = reports.filter((report) => report.state !== 'bystander' || isShown.has(report));
  return { shown, more: reports.length - shown.length };
}

/** Why a phone that asked was not enrolled by itself, or what of the tree it was not given, where that was so. */
function remarkOn(
  store: Store,
  mac: MacAddress,
  since: number,
): Pick<PhoneStatus, 'code' | 'reason' | 'advice'> | object {
  const rows = [...store.history({ mac, limit: REMARK_ROWS })];
  const row = rows.findLast(({ finding }) => finding === NOT_ENROLLED);
  if (row !== undefined) return { code: row.code ?? null, reason: row.reason ?? null, advice: row.advice ?? null };
  const withheld = withheldFrom(rows.filter(({ at }) => at >= since));
  if (withheld.length === 0) return {};
  const reason = `not given ${withheld.map((one) => `${one.file} (${one.reason})`).join('; nor ')}`;
  return { code: null, reason, advice: adviceOn(withheld) };
}

/** So many files are named (invented). */
const MOST_WITHHELD = 3;
const GIVE_AS_BEFORE =
  'to let phones that are not on the list have what the old server gave them, start the server with --root-loads bystanders (docs/beside.md)';

const SAY_WHO_ASKS =
  'name the lease file of the DHCP server with --leases: it tells who has an address, and phones that are certainly not on the list are given these files (docs/beside.md)';

/** What helps a bystander to these files of the tree; no setting gives it those that would flash every phone that reads them. */
function adviceOn(withheld: readonly { readonly file: string; readonly reason: string }[]): string {
  const isNever = (file: string) => loadInName(classifyName(file)) === 'shared-trigger';
  const never = withheld.map(({ file }) => file).filter(isNever);
  const others = withheld.filter(({ file }) => !isNever(file));
  const them = never.join(' and ');
  if (others.length > 0) {
    const help = others.every(({ reason }) => reason.endsWith(UNSURE)) ? SAY_WHO_ASKS : GIVE_AS_BEFORE;
    return never.length === 0 ? help : `${help}; ${them} ${isOrAre(never)} not given even then`;
  }
  return `${them} ${isOrAre(never)} never given to phones that are not on the list; a phone that needs ${never.length === 1 ? 'it' : 'them'} has to ask the other server (docs/beside.md)`;
}

function isOrAre({ length }: readonly string[]): string {
  return length === 1 ? 'is' : 'are';
}

/** What a bystander asked for and was refused when it asked for it last, each file with the reason. */
function withheldFrom(rows: readonly HistoryEvent[]): readonly { readonly file: string; readonly reason: string }[] {
  const last = new Map<string, string | null>();
  for (const { event, file, reason } of rows) {
    if (file === undefined || (event !== 'file.refused' && event !== 'file.requested')) continue;
    last.set(file, event === 'file.refused' && reason !== undefined ? reason : null);
  }
  return [...last].flatMap(([file, reason]) => (reason === null ? [] : [{ file, reason }])).slice(-MOST_WITHHELD);
}

/** The last file that was asked for and has neither been sent whole nor refused nor broken off. */
export function fileUnderWay(rows: Iterable<HistoryEvent>): string | null {
  let file: string | null = null;
  for (const row of rows) {
    if (row.event === 'file.requested') file = row.file ?? null;
    else if (row.event.startsWith('file.') && row.file === file) file = null;
  }
  return file;
}

/** Beside another server a phone whose MAC is another one is heard by that one alone, so that nothing tells it from one that is not plugged in. */
function besideAdvice({ state, isEnrolled, waits, advice }: StandingPhone): { readonly advice: string } | object {
  if (!isEnrolled || state !== 'waiting' || waits !== null || advice === null) return {};
  return { advice: `${advice}; check its MAC: phones that are not on the list are not heard here` };
}
