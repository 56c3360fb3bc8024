import type { ApiClient } from '../there/api-client.ts';
import type { ServerPlace } from '../there/server-place.ts';
import type { Bench } from './bench.ts';

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

/** Does the work on the bench of a server on another machine. */
export function withBenchThere<T>(place: ServerPlace, work: (bench: Bench) => Promise<T>): Promise<T> {
  return withServer(place, async (api) => {
    const { BenchThere } = await import('./there.ts');
    return work(new BenchThere(api, place.url.origin, place.words));
  });
}
