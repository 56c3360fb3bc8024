import { createHash, createHmac, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import type { WallMs } from '../../core/moment.ts';
import type { WebAccess, WebRole } from '../../ports/web-access.ts';

/** Shorter ones are guessed (invented). */
export const LEAST_PASSWORD = 10;
/** Longer ones cost time and help nobody (invented). */
export const MOST_PASSWORD = 200;
/** 32 MB and some 100 ms of one core for each try, as OWASP advises for scrypt with r = 8 (N = 2^15, p = 3). */
const COST = { N: 32_768, r: 8, p: 3, maxmem: 64 * 1024 * 1024 };
const HASH_BYTES = 32;
const TOKEN_START = 'lst_';
/** A session lasts a week; then the password is asked for again (invented). */
export const SESSION_MS = 7 * 86_400_000;

function derived(password: string, salt: Uint8Array): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, HASH_BYTES, COST, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

/** The access that a password gives: it is named after its role, so that there is one for each. */
export async function passwordAccess(password: string, role: WebRole, madeAt: WallMs): Promise<WebAccess> {
  const salt = randomBytes(16);
  return { name: role, kind: 'password', role, salt, hash: await derived(password, salt), madeAt };
}

/** A new token and the access that it gives; the token is told once and kept nowhere. */
export function newToken(name: string, role: WebRole, madeAt: WallMs): { token: string; access: WebAccess } {
  const token = `${TOKEN_START}${randomBytes(32).toString('base64url')}`;
  return { token, access: { name, kind: 'token', role, salt: new Uint8Array(), hash: tokenHash(token), madeAt } };
}

function tokenHash(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

/** The access that a password opens, the one that may act first; null when it opens none. Every password costs the same time. */
export async function accessOfPassword(password: string, accesses: readonly WebAccess[]): Promise<WebAccess | null> {
  if (password.length > MOST_PASSWORD) return null;
  let found: WebAccess | null = null;
  for (const access of accesses) {
    if (access.kind !== 'password') continue;
    const is = isSame(await derived(password, access.salt), access.hash);
    if (is && (found === null || access.role === 'act')) found = access;
  }
  return found;
}

/** The access of a token; null when it is none. */
export function accessOfToken(token: string, accesses: readonly WebAccess[]): WebAccess | null {
  if (!token.startsWith(TOKEN_START) || token.length > MOST_PASSWORD) return null;
  const hash = tokenHash(token);
  return accesses.find((access) => access.kind === 'token' && isSame(hash, access.hash)) ?? null;
}

function signature(access: WebAccess, until: number): Buffer {
  // The hash is secret, and becomes another one with the password: all sessions of the old one end then.
  return createHmac('sha256', access.hash).update(`session ${access.name} ${until}`).digest();
}

/** What a browser shows in place of the password from now on. */
export function sessionOf(access: WebAccess, now: WallMs): string {
  const until = now + SESSION_MS;
  return `${access.name}.${until}.${signature(access, until).toString('base64url')}`;
}

/** The access behind a session; null when it has run out, or is none of ours. */
export function accessOfSession(session: string, accesses: readonly WebAccess[], now: WallMs): WebAccess | null {
  const match = /^(look|act)\.(\d{1,15})\.([\w-]{43})$/.exec(session);
  const access = accesses.find(({ kind, name }) => kind === 'password' && name === match?.[1]);
  if (match === null || access === undefined || Number(match[2]) <= now) return null;
  return isSame(Buffer.from(match[3] ?? '', 'base64url'), signature(access, Number(match[2]))) ? access : null;
}
