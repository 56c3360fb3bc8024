import { serverClock } from './clock.ts';
import { onPage } from './words.ts';

/** A refusal of the server: one sentence with the way out, and its code. */
export class Refused extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, detail: string) {
    super(detail);
    this.status = status;
    this.code = code;
  }
}

/** How often it is asked again while it starts, and how long between two times where it does not say. */
const [MOST_TRIES, PAUSE_S] = [120, 1];

const NOT_KNOWN = 401;

let tellStarting: (isStarting: boolean) => void = () => {};

/** Calls when an answer has to wait since the server is starting, and when it has come. */
export function onStarting(listener: (isStarting: boolean) => void): void {
  tellStarting = listener;
}

let tellUnknown: () => void = () => {};

/** Calls when the server does not know who asks any more. */
export function onUnknown(listener: () => void): void {
  tellUnknown = listener;
}

/** Asks the API, again and again while the server says that it is starting; rejects with `Refused`, or `TypeError` where no server answers. */
export async function ask<T>(path: string, options: RequestInit & { readonly json?: unknown } = {}): Promise<T> {
  const { json, ...rest } = options;
  const body =
    json === undefined ? {} : { body: JSON.stringify(json), headers: { 'content-type': 'application/json' } };
  for (let tries = 1; ; tries++) {
    const answer = await fetch(`/api/v1/${path}`, { ...rest, ...body });
    serverClock.hint(Date.parse(answer.headers.get('date') ?? ''));
    const told = await answer.json().catch(() => ({}));
    const later = answer.status === 503 ? answer.headers.get('retry-after') : null;
    tellStarting(later !== null);
    if (answer.ok) return told as T;
    if (later === null || tries >= MOST_TRIES) {
      const { code = '', detail = answer.statusText } = told as { code?: string; detail?: string };
      if (answer.status === NOT_KNOWN && path !== 'session') tellUnknown();
      throw new Refused(answer.status, code, detail);
    }
    // Nothing was done: what is refused in this way may be asked once more, whatever it is.
    await new Promise((resolve) => setTimeout(resolve, (Number(later) || PAUSE_S) * 1000));
  }
}

export function post<T>(path: string, json: unknown = {}): Promise<T> {
  return ask<T>(path, { method: 'POST', json });
}

/** A refusal in words, with its code where it has one. Which key of the request was wrong is a word for programs. */
export function faultText(error: unknown): string {
  if (error instanceof Refused) {
    const why = error.message.replace(/^[\w.]+ in the (?:body|query|address): /, '');
    return onPage(error.code === '' ? why : `${why} (${error.code})`);
  }
  // What `fetch` rejects with where nobody answers is a TypeError.
  return error instanceof Error && !(error instanceof TypeError) ? error.message : 'The server does not answer.';
}
