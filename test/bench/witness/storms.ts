import { pin } from './pin.ts';
import { type Place, type RegisterKind, Registrants, type StormFigures } from './registrants.ts';

/** A storm, and what it cost the server. */
export interface Storm extends StormFigures {
  readonly server: string;
  readonly kind: RegisterKind;
  readonly atOnce: number;
  /** Processor time of the server for a request that was answered; repeats that it answered, too, are in it. */
  readonly costUs: number;
}

/** Who is stormed. */
export interface Stormed {
  readonly name: string;
  readonly place: Place;
  readonly busy: () => number;
}

/** So many phones register, all at the same moment or some at a time. */
export async function storms(
  server: Stormed,
  phones: number,
  rounds: readonly { readonly kind: RegisterKind; readonly atOnce?: number }[],
): Promise<Storm[]> {
  const registrants = new Registrants(phones, server.place);
  await registrants.open();
  pin(process.pid, 1);
  const figures: Storm[] = [];
  try {
    for (const { kind, atOnce = phones } of rounds) {
      const before = server.busy();
      const storm = await registrants.storm(kind, atOnce);
      const costUs = ((server.busy() - before) / storm.answered) * 1e6;
      figures.push({ ...storm, server: server.name, kind, atOnce, costUs });
    }
    return figures;
  } finally {
    registrants.close();
  }
}
