import { setFlagsFromString } from 'node:v8';

/**
 * Each step of a boot is run some thousand times in the first second of a storm, so that the compiler has to do with all of them at once; it
 * took a third of the server's processor time. Less of each is compiled together, and later. Measured on Node 20 (docs/performance.md);
 * later versions have another compiler before it, and other flags.
 */
const FLAGS: Readonly<Record<string, readonly string[]>> = {
  11: ['--max-inlined-bytecode-size-cumulative=200', '--interrupt-budget=200000'],
};

/** Has V8 compile less while many phones boot; for programs that are a server, since it holds for the whole process. */
export function compileLess(): void {
  const [major = ''] = process.versions.v8.split('.');
  for (const flag of FLAGS[major] ?? []) setFlagsFromString(flag);
}
