import type { HistoryEvent } from '../history/event.ts';
import type { MacAddress } from '../names/mac-address.ts';

/** What a person wants to be told when nobody watches. */
const NOTICE_EVENTS = ['landed', 'held', 'batch finished', 'batch paused'] as const;
type NoticeEvent = (typeof NOTICE_EVENTS)[number];

/** One thing to be told; parts that do not apply are null. Its keys are the placeholders and the keys of the JSON. */
export interface Notice {
  readonly event: NoticeEvent;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly mac: MacAddress | null;
  readonly address: string | null;
  readonly label: string | null;
  readonly model: string | null;
  readonly batch: string | null;
  readonly port: string | null;
  readonly target: string | null;
  readonly state: string | null;
  readonly hop: number | null;
  readonly hops: number | null;
  readonly code: string | null;
  readonly reason: string | null;
  readonly advice: string | null;
  readonly witnesses: string | null;
  /** The whole of it as one sentence. */
  readonly text: string;
}

/** Names that a command template may use. */
export const NOTICE_PLACEHOLDERS = [
  'event',
  'at',
  'mac',
  'address',
  'label',
  'model',
  'batch',
  'port',
  'target',
  'state',
  'hop',
  'hops',
  'code',
  'reason',
  'advice',
  'witnesses',
  'text',
] as const satisfies readonly (keyof Notice)[];

/** What the list says of a phone. */
export interface NoticePhone {
  readonly label: string | null;
  readonly model: string | null;
  readonly batch: string;
  readonly port: string | null;
  /** Where it was last heard. */
  readonly address: string | null;
}

const NOTHING = {
  mac: null,
  address: null,
  label: null,
  model: null,
  batch: null,
  port: null,
  target: null,
  state: null,
  hop: null,
  hops: null,
  code: null,
  reason: null,
  advice: null,
  witnesses: null,
} as const;

/** What to tell of one row of the record; null when it is nothing to wake anybody for. */
export function phoneNotice(row: HistoryEvent, phone: NoticePhone | null): Notice | null {
  if (row.event !== 'phone.landed' && row.event !== 'phone.held') return null;
  const isLanded = row.event === 'phone.landed';
  const who = phone?.label ? `${phone.label} (${row.mac})` : row.mac;
  const what = isLanded ? `landed on ${row.target ?? '?'}` : `is held: ${row.reason ?? 'no reason given'}`;
  const advice = isLanded || row.advice === undefined ? '' : `. What to do: ${row.advice}`;
  return {
    ...NOTHING,
    ...phone,
    event: isLanded ? 'landed' : 'held',
    at: row.at,
    mac: row.mac,
    target: row.target ?? null,
    state: row.state ?? null,
    hop: row.hop ?? null,
    hops: row.hops ?? null,
    code: row.code ?? null,
    reason: row.reason ?? null,
    advice: row.advice ?? null,
    witnesses: row.witnesses?.join('; ') ?? null,
    text: `${who} ${advice === '' ? what : what.replace(/\.$/, '')}${advice}`,
  };
}

/** What to tell of a whole batch. */
export function batchNotice(
  event: 'batch finished' | 'batch paused',
  at: number,
  reason: string,
  batch: string | null = null,
  advice: string | null = null,
): Notice {
  const what = event === 'batch finished' ? `The batch is finished: ${reason}` : `The batch is paused: ${reason}`;
  return {
    ...NOTHING,
    event,
    at,
    batch,
    reason,
    advice,
    text: advice === null ? what : `${what.replace(/\.$/, '')}. What to do: ${advice}`,
  };
}
