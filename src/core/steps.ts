/** A long piece of thinking that may be interrupted after each step; it gives its result at the end. */
export type Steps<T> = Generator<void, T>;

/** Thinks to the end without a pause. */
export function allAtOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}
