/** Whether two facts of one kind are the same: each has a few parts, and each part is a text or a number. */
export function isSameFact<T extends object>(one: T, other: T): boolean {
  const [a, b] = [Object.entries(one), other as Readonly<Record<string, unknown>>];
  return a.length === Object.keys(b).length && a.every(([key, value]) => b[key] === value);
}
