import type { CommandContext } from '../command.ts';
import { serverPlace } from '../there/server-place.ts';
import { withDatabase } from '../wiring.ts';
import type { Bench } from './bench.ts';
import { LookHere } from './look-here.ts';
import { withBenchThere } from './open-server.ts';

/** Looks where phones are, on the bench that is meant: with --server that of a server on another machine, else that of the record here. */
export async function withLooking<T>(
  context: Pick<CommandContext, 'settings' | 'io'>,
  work: (bench: Pick<Bench, 'look'>) => Promise<T>,
): Promise<T> {
  const place = await serverPlace(context);
  if (place !== null) return withBenchThere(place, work);
  return withDatabase(context.settings, context.io, 'reader', (store) => work(new LookHere(context, store)));
}
