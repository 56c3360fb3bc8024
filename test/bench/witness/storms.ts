import { pin } from './pin.ts';
import { type Place, type RegisterKind, Registrants, type StormFigures } from './registrants.ts';

/** A storm, and what it cost the server. */
export interface Storm extends StormFigures {
  readonly server: string;
  readonly kind: RegisterKind;
  /** Processor time of the server for a request that was answered; repeats that it answered, too, are in it. */
  readonly costUs: number;
}

/** Who is stormed. */
export interface Stormed {
  readonly name: string;
  readonly place: Place;
  readonly busy: () => number;
}

/** So many phones register at the same moment, several times over. */
export async function storms(server: Stormed, phones: number, kinds: readonly RegisterKind[]): Promise<Storm[]> {
  const registrants = new Registrants(phones, server.place);
  await registrants.open();
  pin(process.pid, 1);
  const figures: Storm[] = [];
  try {
    for (const kind of kinds) {
      const before = server.busy();
      const storm = await registrants.storm(kind);
      const costUs = ((server.busy() - before) / storm.answered) * 1e6;
      figures.push({ ...storm, server: server.name, kind, costUs });
    }
    return figures;
  } finally {
    registrants.close();
  }
}
