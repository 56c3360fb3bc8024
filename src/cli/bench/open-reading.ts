import type { CommandContext } from '../command.ts';
import { serverPlace } from '../there/server-place.ts';
import { withDatabase } from '../wiring.ts';
import type { Reading } from './bench.ts';
import { withBenchThere } from './open-server.ts';
import { type ReadingQuery, readHere } from './read-here.ts';

/** Reads the record that is meant: with --server that of a server on another machine, else the one here. */
export async function withReading<T>(
  context: Pick<CommandContext, 'settings' | 'io'>,
  query: ReadingQuery,
  work: (reading: Reading) => Promise<T>,
): Promise<T> {
  const place = await serverPlace(context);
  if (place !== null) return withBenchThere(place, async (bench) => work(await bench.read(query)));
  return withDatabase(context.settings, context.io, 'reader', (store) => work(readHere(store, query)));
}
