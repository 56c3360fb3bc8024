import type { HistoryEvent, HistoryEventName } from '../../src/core/history/event.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import type { ReportWords } from '../../src/core/report/html-parts.ts';
import type { ReportPhone } from '../../src/core/report/report.ts';

export const ALICE = '0018B9C0FFEE' as MacAddress;
export const BOB = '0018B9C0FFEF' as MacAddress;
export const NOON = Date.UTC(2026, 10, 21, 12);
export const SHA1 = '7889f1c398b40de80316b4dc607ced3e3a449288';
const TARGET = 'P0S3-08-11-00';

/** A phone of the batch as the list and its machine tell it. */
export function phone(changes: Partial<ReportPhone> = {}): ReportPhone {
  return {
    mac: ALICE,
    label: 'desk 12',
    model: '7940',
    serial: null,
    batch: 'default',
    port: null,
    target: TARGET,
    statedFrom: null,
    isReleased: false,
    state: 'landed',
    code: null,
    reason: null,
    advice: null,
    ...changes,
  };
}

/** A row, so many seconds after noon. */
export function row(event: HistoryEventName, seconds: number, more: Partial<HistoryEvent> = {}): HistoryEvent {
  return { event, at: NOON + seconds * 1000, mac: ALICE, ...more };
}

/** A phone that goes two hops and lands, as a server records it. */
export function landing(seconds = 0): HistoryEvent[] {
  const at = (event: HistoryEventName, n: number, more: Partial<HistoryEvent>) => row(event, seconds + n, more);
  const one = { hop: 1, hops: 2, load: 'P003-08-11-00', target: TARGET };
  const two = { hop: 2, hops: 2, load: TARGET, target: TARGET };
  const peer = '10.0.0.7:50000';
  return [
    at('phone.enrolled', 0, { target: TARGET }),
    at('phone.seen', 10, { peer }),
    at('phone.planned', 10, { ...one, road: [one.load, two.load], from: 'SIP application of a 7940/7960' }),
    at('phone.state', 10, { ...one, state: 'offered', previous: 'identifying' }),
    at('load.offered', 11, { ...one, file: 'OS79XX.TXT' }),
    at('file.requested', 11, { ...one, file: 'OS79XX.TXT', size: 14, peer }),
    at('file.sent', 11, { ...one, file: 'OS79XX.TXT', bytes: 14, size: 14, peer }),
    at('phone.state', 12, { ...one, state: 'downloading', previous: 'offered' }),
    at('file.failed', 13, { ...one, file: 'P003-08-11-00.sbn', bytes: 512, size: 130_956, peer }),
    at('file.sent', 20, { ...one, file: 'P003-08-11-00.sbn', bytes: 130_956, sha1: SHA1, tookMs: 7_000, peer }),
    at('phone.state', 20, { ...one, state: 'flashing', previous: 'downloading' }),
    at('load.offered', 40, { ...two, hop: 1, file: `SIP${ALICE}.cnf` }),
    at('phone.state', 50, { ...two, state: 'offered', previous: 'confirming', witnesses: ['hunted'] }),
    at('load.offered', 51, { ...two, file: `SIP${ALICE}.cnf` }),
    at('file.sent', 55, { ...two, file: `${TARGET}.loads`, bytes: 460, sha1: 'aa', tookMs: 1, peer }),
    at('file.sent', 56, { ...two, file: `${TARGET}.loads`, bytes: 460, sha1: 'aa', tookMs: 1, peer }),
    at('phone.state', 80, { ...two, state: 'landed', previous: 'flashing', witnesses: ['(a) proof'] }),
    at('phone.landed', 80, { ...two, state: 'landed', witnesses: ['(a) proof'] }),
    at('load.offered', 120, { ...two, state: 'landed', file: `SIP${ALICE}.cnf` }),
    at('file.sent', 121, { ...two, state: 'landed', file: `${TARGET}.loads`, bytes: 460, sha1: 'aa', peer }),
  ];
}

/** Times and sizes in words that no machine's settings change. */
export const WORDS: ReportWords = {
  moment: (at) => new Date(at).toISOString(),
  timeOfDay: (at) => new Date(at).toISOString().slice(11, 19),
  span: (ms) => `${ms} ms`,
  size: (bytes) => `${bytes} B`,
  zone: 'in UTC',
  version: '1.2.3',
};
