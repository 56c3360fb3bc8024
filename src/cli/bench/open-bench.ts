import type { StoreMode } from '../../adapters/sqlite/open-store.ts';
import type { CommandContext } from '../command.ts';
import { serverPlace } from '../there/server-place.ts';
import { withDatabase } from '../wiring.ts';
import type { Bench } from './bench.ts';
import { BenchHere } from './here.ts';
import { withBenchThere } from './open-server.ts';

/** Does the work on the bench that is meant: with --server that of a server on another machine, else that of the record here. */
export async function withBench<T>(
  context: Pick<CommandContext, 'settings' | 'io'>,
  mode: StoreMode,
  work: (bench: Bench) => Promise<T>,
): Promise<T> {
  const place = await serverPlace(context);
  if (place !== null) return withBenchThere(place, work);
  return withDatabase(context.settings, context.io, mode, (store) => work(new BenchHere(context, store)));
}
