/** What tells which file it is, and which state of it. */
export interface FileTimes {
  readonly dev: number;
  readonly ino: number;
  readonly size: number;
  readonly mtimeMs: number;
}

/** Equal for two looks at one file that nobody wrote to in between, whatever its names were. */
export function stampOf({ dev, ino, size, mtimeMs }: FileTimes): string {
  return `${dev}:${ino}:${size}:${mtimeMs}`;
}
