import type { Conversion } from './conversion.ts';
import type { Row, Workload } from './run-bench.ts';

/** One goal of the TFTP server, as measured. */
export interface GoalReport {
  readonly goal: string;
  readonly measured: string;
  /** Null: what it is compared with did not run. */
  readonly isMet: boolean | null;
}

const PRODUCT = 'loadstep (product)';
/** Goals that whole conversions are held against, which another command measures. */
const BENCHES = [
  [
    '1,000 phones from SCCP 3.1 to 8.11: half the time of the build before, less than 200 MB',
    'npm run bench:bench -- --convert --before FOLDER',
  ],
  [
    '10,000 phones: all land, less than 500 MB, a phone costs less than 1.3 x what it costs among 1,000',
    'npm run bench:bench -- --convert --phones 10000 --every 60 --than 1000',
  ],
] as const;
const DNSMASQ = ['dnsmasq'];
const OTHERS = ['tftpd-hpa', 'atftpd'];
const BEFORE = 'loadstep (before)';
const DGRAM = 'loadstep (alone, dgram)';
/** It is measured to be compared with, and has no goals of its own. */
export const ONE_THREAD = 'loadstep (alone, one thread)';
const LOADS = ['storm', 'bulk50', 'bulk200', 'bulk500', 'bulk1000', 'single', 'both'] as const;

/** What is measured of others than the product for a goal. */
const COMPARED: Readonly<Record<string, readonly Workload['id'][]>> = {
  dnsmasq: ['storm', 'bulk200', 'bulk1000', 'single'],
  'tftpd-hpa': ['bulk200'],
  atftpd: ['bulk200'],
  [BEFORE]: ['storm'],
  [DGRAM]: ['bulk200'],
  [ONE_THREAD]: ['bulk200'],
};

/** Whether a goal is held against this target under this workload, or is one of the product's under it. */
export function isCompared(target: string, workload: Workload['id']): boolean {
  if (target === PRODUCT) return workload !== 'bulk50';
  return COMPARED[target]?.includes(workload) === true;
}

/** The goals of docs/performance.md, for one of our targets, from the rows of one run. */
export function checkGoals(target: string, rows: readonly Row[]): readonly GoalReport[] {
  const row = (name: string, workload: Workload['id']) =>
    rows.find((one) => one.target === name && one.workload === workload);
  const reports: GoalReport[] = [];
  /** Each goal of the product is told of, also where nobody measured it this time. */
  const notRun = (goal: string, measured = 'not run') => {
    if (target === PRODUCT) reports.push({ goal, measured, isMet: null });
  };
  const ratio = (workload: Workload['id'], peers: readonly string[], factor: number) => {
    const ours = row(target, workload);
    const goal = `${workload}: at least ${factor} x ${peers.join(' or ')}, whichever is faster`;
    if (ours === undefined) return notRun(goal);
    const rates = peers.map((peer) => row(peer, workload)?.rate).filter((rate) => rate !== undefined);
    if (rates.length === 0) {
      reports.push({ goal, measured: 'nothing to compare with', isMet: null });
      return;
    }
    const measured = ours.rate / Math.max(...rates);
    const costs = peers.map((peer) => row(peer, workload)?.costUs ?? 0).filter((cost) => cost >= 0.1);
    const byCost = Math.min(...costs) / ours.costUs;
    reports.push({
      goal,
      measured: `${measured.toFixed(2)} x${costs.length === 0 ? '' : ` (by processor time ${byCost.toFixed(2)} x)`}`,
      // A peer may lose files and still set the pace; we may not.
      isMet: measured >= factor && ours.failed === 0,
    });
  };
  const atMost = (workload: Workload['id'], what: string, limit: number, value: (one: Row) => number | null) => {
    const ours = row(target, workload);
    const measured = ours === undefined ? null : value(ours);
    if (measured === null) return notRun(`${workload}: ${what}`);
    reports.push({ goal: `${workload}: ${what}`, measured: measured.toFixed(1), isMet: measured <= limit });
  };
  /** Processor time for one request or block, beside that of another server. */
  const cost = (workload: Workload['id'], peer: string, share: number, what: string) => {
    const ours = row(target, workload);
    const goal = `${workload}: ${what}`;
    if (ours === undefined) return notRun(goal);
    const theirs = row(peer, workload);
    if (theirs === undefined) reports.push({ goal, measured: 'nothing to compare with', isMet: null });
    else {
      const measured = ours.costUs / theirs.costUs;
      reports.push({ goal, measured: `${measured.toFixed(2)} x`, isMet: measured <= share });
    }
  };
  if (target === DGRAM) {
    cost('bulk200', ONE_THREAD, 1.05, 'processor for a block at most that of one thread, as before');
    return reports;
  }
  const repeats = (workload: Workload['id']) =>
    atMost(workload, 'no datagram repeated by a client', 0, (one) => one.retransmissions);
  ratio('storm', DNSMASQ, 5);
  repeats('storm');
  atMost('storm', 'p99 to the first packet below 250 ms', 250, (one) => one.firstP99);
  cost('storm', BEFORE, 1 / 6, 'processor for a request at most 1/6 of the build that --before names');
  ratio('bulk200', DNSMASQ, 1.2);
  ratio('bulk200', OTHERS, 2);
  cost('bulk200', 'dnsmasq', 1, 'processor for a block at most that of dnsmasq');
  ratio('bulk1000', DNSMASQ, 1.2);
  repeats('bulk1000');
  ratio('single', DNSMASQ, 1.5);
  atMost('single', 'afterwards, percent of a processor while nobody asks', 1, ({ idleShare }) =>
    idleShare === null ? null : idleShare * 100,
  );
  const [alone, both] = [row(target, 'bulk500'), row(target, 'both')];
  const goal = 'both: downloads at least half as fast as alone';
  if (both === undefined) notRun(goal);
  else {
    const share = alone === undefined ? null : both.rate / alone.rate;
    const measured = share === null ? 'not measured alone' : `${share.toFixed(2)} x`;
    reports.push({ goal, measured, isMet: share === null ? null : share >= 0.5 && both.failed === 0 });
  }
  repeats('both');
  for (const workload of LOADS) {
    if (workload === 'bulk50') continue;
    atMost(workload, 'event loop delay p99 below 15 ms', 15, (one) => one.loopP99Ms);
  }
  for (const [what, command] of BENCHES) notRun(what, `not run here: ${command}`);
  return reports;
}

/** The goals of whole conversions: those that so many phones can tell, beside what they are held against. */
export function checkConversion(
  ours: Conversion,
  beside: { readonly before: Conversion | null; readonly fewer: Conversion | null },
): readonly GoalReport[] {
  const [[ofTime], [ofMany]] = BENCHES;
  const { before, fewer } = beside;
  const reports: GoalReport[] = [];
  const haveLanded = ours.landed === ours.phones && ours.held === 0;
  const counted = `${ours.landed} landed, ${ours.peakMb.toFixed(0)} MB`;
  if (before !== null && ours.phones === 1_000) {
    const [time, cost] = [ours.seconds / before.seconds, ours.costMs / before.costMs];
    const measured = `${time.toFixed(2)} x the time (by processor time ${cost.toFixed(2)} x), ${counted}`;
    reports.push({ goal: ofTime, measured, isMet: haveLanded && time <= 0.5 && ours.peakMb < 200 });
  }
  if (fewer?.phones === 1_000 && ours.phones === 10_000) {
    const cost = ours.costMs / fewer.costMs;
    const measured = `${counted}, ${cost.toFixed(2)} x`;
    reports.push({ goal: ofMany, measured, isMet: haveLanded && cost < 1.3 && ours.peakMb < 500 });
  }
  return reports;
}
