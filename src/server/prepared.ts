/** A change that can no longer fail: it is made as a whole, or given up and leaves nothing behind. */
export interface Prepared {
  commit(): void;
  discard(): void;
}

/** Several changes as one, made in the order given. */
export function together(changes: readonly Prepared[]): Prepared {
  return {
    commit: () => {
      for (const change of changes) change.commit();
    },
    discard: () => {
      for (const change of changes) change.discard();
    },
  };
}
