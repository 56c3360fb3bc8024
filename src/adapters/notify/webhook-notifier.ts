import { err, ok, type Result } from '../../core/result.ts';
import type { Notifier } from '../../ports/notifier.ts';

/** A receiver that does not answer within this counts as failed (invented). */
const WEBHOOK_TIMEOUT_MS = 15_000;

/** Where notices are posted; the secret parts of the URL are kept apart from what may be shown. */
export interface Webhook {
  /** Without user and password: fetch refuses URLs that have them. */
  readonly target: URL;
  /** User and password as a header; null without any. */
  readonly authorization: string | null;
  /** Scheme, host and port: the path and the query often are the secret. */
  readonly shown: string;
}

/** Reads the URL of a webhook. The complaint does not repeat the text: it may hold a secret. */
export function parseWebhook(text: string): Result<Webhook, string> {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    return err('it is not a URL that begins with http:// or https://');
  }
  const bare = new URL(url);
  bare.username = '';
  bare.password = '';
  try {
    return ok({ target: bare, authorization: authorizationOf(url), shown: url.origin });
  } catch {
    return err('its user or password has a % that two digits do not follow; write %25 for the sign itself');
  }
}

/** Throws URIError where they are not encoded as URLs have it. */
function authorizationOf({ username, password }: URL): string | null {
  if (username === '' && password === '') return null;
  const plain = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return `Basic ${Buffer.from(plain).toString('base64')}`;
}

/** Tells by POST with a JSON body. Any 2xx answer is success; redirects are not followed, for they would carry it elsewhere. */
export function webhookNotifier({ target, authorization, shown }: Webhook, timeoutMs = WEBHOOK_TIMEOUT_MS): Notifier {
  const headers = { 'content-type': 'application/json', ...(authorization === null ? {} : { authorization }) };
  return {
    name: `webhook ${shown}`,
    async deliver(notice, signal) {
      const body = JSON.stringify({ ...notice, at: new Date(notice.at).toISOString() });
      const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
      const response = await fetch(target, { method: 'POST', headers, body, redirect: 'manual', signal: limit }).catch(
        (error: unknown) => {
          throw new Error(reasonOf(error, timeoutMs));
        },
      );
      await response.body?.cancel();
      if (!response.ok) throw new Error(`it answered ${response.status}`);
    },
  };
}

/** Node's messages can repeat the URL; its codes do not. */
function reasonOf(error: unknown, timeoutMs: number): string {
  if (error instanceof Error && error.name === 'TimeoutError') return `no answer within ${timeoutMs / 1000} s`;
  if (error instanceof Error && error.name === 'AbortError') return 'the server stops';
  const code = ((error as { cause?: { code?: unknown } } | null)?.cause?.code ?? null) as string | null;
  return code === null ? 'it cannot be reached' : `it cannot be reached: ${code}`;
}
