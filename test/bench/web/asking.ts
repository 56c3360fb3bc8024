import { Agent } from 'node:http';
import { get } from './get.ts';

/** An address of the page or the API. */
export interface Route {
  readonly name: string;
  /** What is asked the first time, the second time …, so that nobody asks for the same phone again and again. */
  readonly path: (turn: number) => string;
}

/** How long answers took, in milliseconds. */
interface Times {
  readonly answers: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
}

export interface RouteFigures {
  readonly route: string;
  readonly bytes: number;
  /** The very first answer of this server. */
  readonly firstMs: number;
  /** One question after the other. */
  readonly alone: Times;
  /** Several questions always on their way, each on a connection of its own; null where one alone takes so long that this tells nothing more. */
  readonly together: Times | null;
  /** Answers other than 200. */
  readonly refused: number;
}

export interface Asking {
  readonly url: string;
  readonly seconds: number;
  readonly connections: number;
}

/** Several answers at a time that take longer than this alone would only be waited for (invented). */
const LONG_MS = 1000;

/** Asks a route as fast as it answers: first once, then one question after the other, then several at a time. */
export async function askRoute({ name, path }: Route, { url, seconds, connections }: Asking): Promise<RouteFigures> {
  let [turn, bytes, refused] = [0, 0, 0];
  const ask = async (agent: Agent): Promise<number> => {
    const began = performance.now();
    const got = await get(`${url}${path(turn++)}`, agent);
    bytes = got.bytes;
    if (got.status !== 200) refused += 1;
    return performance.now() - began;
  };
  const loop = async (many: number): Promise<Times> => {
    const agent = new Agent({ keepAlive: true, maxSockets: many });
    const times: number[] = [];
    const began = performance.now();
    const one = async () => {
      do times.push(await ask(agent));
      while (performance.now() - began < seconds * 1000);
    };
    try {
      await Promise.all(Array.from({ length: many }, one));
    } finally {
      agent.destroy();
    }
    const took = (performance.now() - began) / 1000;
    return {
      answers: times.length,
      perSecond: times.length / took,
      p50: percentile(times, 0.5),
      p99: percentile(times, 0.99),
    };
  };
  const first = new Agent();
  const firstMs = await ask(first);
  first.destroy();
  const alone = await loop(1);
  const together = alone.p50 > LONG_MS ? null : await loop(connections);
  return { route: name, bytes, firstMs, alone, together, refused };
}

/** The time within which this share of all is done; the longest where there are too few to tell. */
export function percentile(times: readonly number[], share: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}
