import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';

/** The parts of a request that say from where it comes. */
export interface Asked {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
}

/** The host that a request names, without its port and in lower case; null when it names none. */
function hostOf({ headers }: Asked): string | null {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9.-]+))(?::\d{1,5})?$/.exec(headers.host ?? '');
  return (match?.[1] ?? match?.[2])?.toLowerCase() ?? null;
}

/** Whether a request names this machine itself: a page of the network that had its own name lead to 127.0.0.1 names that. */
export function namesLoopback(asked: Asked): boolean {
  const host = hostOf(asked);
  if (host === null) return false;
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** Why a request is another site's; null when it is not. Browsers say where a request comes from, and programs say nothing. */
export function otherSite({ method, headers }: Asked): string | null {
  const site = headers['sec-fetch-site'];
  if (site === 'cross-site' || site === 'same-site') {
    // A link that leads here is a person's own choice; it changes nothing.
    const isVisit =
      method === 'GET' && headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
    return isVisit ? null : 'another site sent this request';
  }
  const { origin } = headers;
  if (origin === undefined) return null;
  if (origin === `http://${headers.host}` || origin === `https://${headers.host}`) return null;
  return 'another site sent this request';
}
