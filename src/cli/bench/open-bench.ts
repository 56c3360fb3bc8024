import type { StoreMode } from '../../adapters/sqlite/open-store.ts';
import type { CommandContext } from '../command.ts';
import { type ServerPlace, serverPlace } from '../there/server-place.ts';
import { withDatabase } from '../wiring.ts';
import type { Bench } from './bench.ts';

/** Does the work on the bench that is meant: with --server that of a server on another machine, else that of the record here. */
export async function withBench<T>(
  context: Pick<CommandContext, 'settings' | 'io'>,
  mode: StoreMode,
  work: (bench: Bench) => Promise<T>,
): Promise<T> {
  const place = await serverPlace(context);
  if (place !== null) return withServer(place, async (api) => work(await benchAt(place, api)));
  const { BenchHere } = await import('./here.ts');
  return withDatabase(context.settings, context.io, mode, (store) => work(new BenchHere(context, store)));
}

type ApiClient = import('../there/api-client.ts').ApiClient;

async function benchAt({ url, words }: ServerPlace, api: ApiClient): Promise<Bench> {
  const { BenchThere } = await import('./there.ts');
  return new BenchThere(api, url.origin, words);
}

/** Does the work with a server on another machine, and ends what is open to it. */
export async function withServer<T>(place: ServerPlace, work: (api: ApiClient) => Promise<T>): Promise<T> {
  const { ApiClient } = await import('../there/api-client.ts');
  const api = new ApiClient(place);
  try {
    return await work(api);
  } finally {
    api.close();
  }
}
