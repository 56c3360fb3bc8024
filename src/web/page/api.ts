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

/** Asks the API; rejects with `Refused`. */
export async function ask<T>(path: string, options: RequestInit & { readonly json?: unknown } = {}): Promise<T> {
  const { json, ...rest } = options;
  const body =
    json === undefined ? {} : { body: JSON.stringify(json), headers: { 'content-type': 'application/json' } };
  const answer = await fetch(`/api/v1/${path}`, { ...rest, ...body });
  const told = await answer.json().catch(() => ({}));
  if (answer.ok) return told as T;
  const { code = '', detail = answer.statusText } = told as { code?: string; detail?: string };
  throw new Refused(answer.status, code, detail);
}

export function post<T>(path: string, json: unknown = {}): Promise<T> {
  return ask<T>(path, { method: 'POST', json });
}

/** A refusal in words, with its code where it has one. */
export function faultText(error: unknown): string {
  if (error instanceof Refused) return error.code === '' ? error.message : `${error.message} (${error.code})`;
  return 'The server does not answer.';
}
