import type { StaticRoot } from '../../ports/static-root.ts';

/** A static root whose tree can be another one from now on, or none. */
export interface ExchangeableRoot extends StaticRoot {
  /** Serves a tree that was started already; the one before is stopped. */
  exchange(next: StaticRoot | null): void;
}

/** A static root that begins with the given tree; with null it has no file. */
export function exchangeableRoot(first: StaticRoot | null): ExchangeableRoot {
  let current = first;
  return {
    start: async () => current?.start(),
    stop: async () => current?.stop(),
    read: async (name) => (current === null ? null : current.read(name)),
    known: (name) => (current === null ? null : current.known?.(name)),
    isNone: () => current === null,
    has: async (name) => (await current?.has(name)) ?? false,
    survey: async () => (current === null ? { loads: [], unreadable: [] } : current.survey()),
    exchange(next) {
      // Readings under way end by themselves; stopping only lets go of what is cached.
      void current?.stop();
      current = next;
    },
  };
}
