/** Spellings that releases or people are known to use, beside the ones on the server. */
const VARIANTS: ReadonlyArray<readonly [RegExp, string]> = [
  [/^XMLDefault\.cnf\.xml$/, 'xmlDefault.CNF.XML'],
  [/^OS79XX\.TXT$/, 'OS79xx.txt'],
  [/^term(\d\d)\.default\.loads$/, 'TERM$1.DEFAULT.loads'],
  [/^jar(\d\d)/, 'Jar$1'],
  [/^cvm(\d\d)/, 'CVM$1'],
];

/** The name in the other case it is known to be asked in (legacy-79x0 9, java-phones 1.3); else the name itself. */
export function otherCase(name: string): string {
  for (const [pattern, variant] of VARIANTS) if (pattern.test(name)) return name.replace(pattern, variant);
  return name;
}

/** Whether a name fits a pattern: `*` stands for any characters, upper and lower case are the same. */
export function fitsPattern(name: string, pattern: string): boolean {
  const source = pattern
    .split('*')
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${source}$`, 'i').test(name);
}
