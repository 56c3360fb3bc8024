import type { Row, Workload } from './run-bench.ts';

/** One goal of the TFTP server, as measured. */
export interface GoalReport {
  readonly goal: string;
  readonly measured: string;
  /** Null: what it is compared with did not run. */
  readonly isMet: boolean | null;
}

/** The goals of docs/performance.md, for one of our targets, from the rows of one run. */
export function checkGoals(target: string, rows: readonly Row[]): readonly GoalReport[] {
  const row = (name: string, workload: Workload['id']) =>
    rows.find((one) => one.target === name && one.workload === workload);
  const reports: GoalReport[] = [];
  const ratio = (workload: Workload['id'], peers: readonly string[], factor: number) => {
    const ours = row(target, workload);
    if (ours === undefined) return;
    const rates = peers.map((peer) => row(peer, workload)?.rate).filter((rate) => rate !== undefined);
    const goal = `${workload}: at least ${factor} x ${peers.join(' or ')}, whichever is faster`;
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
    if (measured === null) return;
    reports.push({ goal: `${workload}: ${what}`, measured: measured.toFixed(1), isMet: measured <= limit });
  };
  ratio('storm', ['dnsmasq'], 3);
  atMost('storm', 'no datagram repeated by a client', 0, (one) => one.retransmissions);
  atMost('storm', 'p99 to the first packet below 500 ms', 500, (one) => one.firstP99);
  ratio('bulk200', ['tftpd-hpa', 'atftpd'], 1.2);
  ratio('bulk200', ['dnsmasq'], 0.5);
  ratio('bulk1000', ['tftpd-hpa'], 1.5);
  ratio('bulk1000', ['dnsmasq'], 0.6);
  atMost('bulk1000', 'no datagram repeated by a client', 0, (one) => one.retransmissions);
  ratio('single', ['dnsmasq'], 0.7);
  for (const workload of ['storm', 'bulk50', 'bulk200', 'bulk1000', 'single'] as const) {
    atMost(workload, 'event loop delay p99 below 20 ms', 20, (one) => one.loopP99Ms);
  }
  return reports;
}
