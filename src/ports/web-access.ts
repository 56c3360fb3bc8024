import type { WallMs } from '../core/moment.ts';

/** What somebody may do over HTTP: look at everything, or change things, too. */
export type WebRole = 'look' | 'act';

/** Who may ask from other machines. The secret itself is kept nowhere. */
export interface WebAccess {
  /** `act` and `look` are the passwords of the two roles; tokens have the name that the operator gave them. */
  readonly name: string;
  readonly kind: 'password' | 'token';
  readonly role: WebRole;
  /** For passwords; empty for tokens, which are long and random. */
  readonly salt: Uint8Array;
  readonly hash: Uint8Array;
  readonly madeAt: WallMs;
}

/** Where accesses are kept. */
export interface WebAccessShelf {
  webAccesses(): readonly WebAccess[];
  /** Adds one, or puts it in the place of the one of that name; durable on return. */
  keepWebAccess(access: WebAccess): void;
  /** False where there was none. */
  forgetWebAccess(name: string): boolean;
}
