import { type Agent, get as httpGet, type IncomingMessage } from 'node:http';

/** What came of a question. */
export interface Got {
  readonly status: number;
  readonly bytes: number;
}

/** Asks, and gives the answer as soon as it begins. */
export function begin(url: string, agent: Agent): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    httpGet(url, { agent }, resolve).on('error', reject);
  });
}

/** Asks, and reads the answer to its end. */
export async function get(url: string, agent: Agent): Promise<Got> {
  const answer = await begin(url, agent);
  return new Promise((resolve, reject) => {
    let bytes = 0;
    answer.on('data', (piece: Buffer) => {
      bytes += piece.length;
    });
    answer.on('error', reject);
    answer.on('end', () => resolve({ status: answer.statusCode ?? 0, bytes }));
  });
}

/** Asks, and rejects unless the answer is what was asked for. */
export async function mustGet(url: string, agent: Agent): Promise<Got> {
  const got = await get(url, agent);
  if (got.status !== 200) throw new Error(`${url} was answered with ${got.status}`);
  return got;
}
