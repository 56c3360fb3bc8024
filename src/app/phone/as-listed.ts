import type { AsListed } from '../../core/explain/mistyped.ts';
import { DEFAULT_BATCH, type Enrolment } from '../../ports/store.ts';

/** A phone as its list describes it. */
export function asListed({ mac, target, model, label, port, serial, batch }: Enrolment): AsListed {
  return { mac, target, model, label, port, serial, batch: batch === DEFAULT_BATCH ? null : batch };
}
