import type { Socket } from 'node:net';
import type { FastifyRequest } from 'fastify';
import type { Clock } from '../../ports/clock.ts';
import type { WebAccessShelf, WebRole } from '../../ports/web-access.ts';
import { WebRefusal } from '../problem.ts';
import { accessOfSession, accessOfToken } from './credentials.ts';
import { namesLoopback, otherSite } from './same-site.ts';

export const COOKIE = 'loadstep';

/**
 * Headers that a proxy adds, whichever it is: then who asks is not who it seems. Browsers and programs that ask a server itself send none of
 * them.
 */
const OF_PROXIES =
  /forward|^via$|^proxy-|(^|-)(real|client|connecting|remote|source|user|true|peer|cluster)-?(ip|addr|address|host)$|^x-original-|^x-envoy-|^cf-|^x-(azure|amzn|appengine|vercel|nf)-/;

export interface WhoParts {
  readonly store: WebAccessShelf;
  readonly clock: Clock;
  /** Why whoever is at the other end of a connection of this machine needs a password all the same; null where it does not. */
  readonly whyNotOwn: (socket: Socket) => string | null;
}

/** What the one who asks may do; null when nobody knows who that is. */
export function roleOf(request: FastifyRequest, parts: WhoParts): WebRole | null {
  const { store, clock } = parts;
  const { authorization } = request.headers;
  if (authorization !== undefined) {
    const [, token] = /^Bearer (\S{1,300})$/i.exec(authorization) ?? [];
    return token === undefined ? null : (accessOfToken(token, store.webAccesses())?.role ?? null);
  }
  if (isOwnMachine(request, parts)) return 'act';
  const session = cookieOf(request.headers.cookie);
  return session === null ? null : (accessOfSession(session, store.webAccesses(), clock.wall())?.role ?? null);
}

/** Whether a person or a program of this machine asks, by a name of this machine, and with nobody between. */
export function isOwnMachine(request: FastifyRequest, { whyNotOwn }: Pick<WhoParts, 'whyNotOwn'>): boolean {
  if (!isLocal(request)) return false;
  // nginx, as it comes, names itself nowhere; what gives away its older releases is that they speak HTTP/1.0.
  if (request.raw.httpVersion === '1.0') return false;
  if (!namesLoopback(request) || Object.keys(request.headers).some((name) => OF_PROXIES.test(name))) return false;
  return whyNotOwn(request.socket) === null;
}

function isLocal({ socket }: FastifyRequest): boolean {
  return /^(::ffff:)?127\.|^::1$/.test(socket.remoteAddress ?? '');
}

function cookieOf(header: string | undefined): string | null {
  const found = header
    ?.split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith(`${COOKIE}=`));
  return found?.slice(COOKIE.length + 1) ?? null;
}

/** Refuses a request that comes from another site, or of somebody who may not do that. */
export function guard(request: FastifyRequest, parts: WhoParts): void {
  const foreign = otherSite(request);
  if (foreign !== null) throw new WebRefusal(403, 'E_WEB_REFUSED', foreign);
  const { webRole = 'look' } = request.routeOptions.config;
  if (webRole === 'nobody') return;
  const role = roleOf(request, parts);
  if (role === null) throw unknown(request, parts);
  if (webRole === 'act' && role !== 'act') {
    throw new WebRefusal(403, 'E_WEB_REFUSED', 'you may look and not act; log in with the password that may act');
  }
}

function unknown(request: FastifyRequest, { whyNotOwn }: WhoParts): WebRefusal {
  return new WebRefusal(401, 'E_WEB_REFUSED', `log in first, or send a token${whyOf(request, whyNotOwn)}`);
}

function whyOf(request: FastifyRequest, whyNotOwn: WhoParts['whyNotOwn']): string {
  if (!isLocal(request)) return '';
  if (!namesLoopback(request)) return ', or ask for http://127.0.0.1 or http://localhost on the machine itself';
  const why = whyNotOwn(request.socket);
  return why === null ? '' : `; this came from ${why}`;
}
