/** Makes a thing when it is asked for first, and keeps it: most commands need few of the statements that a database could prepare. */
export function atFirst<T>(make: () => T): () => T {
  let made: T | null = null;
  return () => {
    made ??= make();
    return made;
  };
}
