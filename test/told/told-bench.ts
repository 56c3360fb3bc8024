import type { FleetOptions } from '../../src/app/fleet-options.ts';
import { type PhoneReport, type ReportStore, reportPhones } from '../../src/app/told/phone-line.ts';
import { reportTable } from '../../src/cli/output/phone-table.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import { MemoryBatch } from '../support/batch-bench.ts';
import { Bench, macOf } from '../support/bench.ts';
import { PACKAGES } from '../support/packages.ts';

/** The phone that stands still, and where it asks from. */
export const MAC = macOf(1);
export const A = '192.0.2.11';

/** A fleet, the batch beside it, and what `status` says of it. */
export class Told {
  readonly kept = new MemoryBatch();
  readonly bench: Bench;

  constructor(packages = PACKAGES, options: Partial<FleetOptions> = {}) {
    this.bench = new Bench(packages, { batchStore: this.kept, ...options });
  }

  /** Phones and batch in one, as a database is. */
  store(): ReportStore {
    const batch = { batch: () => this.kept.batch(), batchHistory: () => this.kept.events, progress: () => [] };
    return Object.assign(this.bench.store, batch);
  }

  reports(): readonly PhoneReport[] {
    return reportPhones(this.store(), null, this.bench.clock.wall());
  }

  report(): PhoneReport {
    const report = this.reports().find(({ mac }) => mac === MAC);
    if (report === undefined) throw new Error('the status does not know the phone');
    return report;
  }

  /** The paragraph about the phone below the table. */
  line(): string {
    const text = reportTable(this.reports(), this.bench.clock.wall());
    const found = text.split('\n\n').find((part) => part.startsWith(MAC));
    return (found ?? '').replaceAll(/\s+/g, ' ').trim();
  }

  enrol(target: string, from: string | null = null, model: '7940' | '7942' | null = null): void {
    this.bench.enrol(MAC, target, { from: from as LoadName | null, model });
  }

  /** These names, each half a second after the one before it, and what is given taken whole. */
  async boot(names: readonly string[], address = A): Promise<(string | null)[]> {
    this.bench.clock.advance(20_000);
    const given: (string | null)[] = [];
    for (const name of names) {
      this.bench.clock.advance(500);
      given.push((await this.bench.take(name.replace('<MAC>', MAC), address))?.trim() ?? null);
    }
    return given;
  }
}
