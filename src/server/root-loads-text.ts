import type { RootLoads } from '../app/fleet-options.ts';

/** So many files are named. */
const MOST_NAMED = 3;

/** What becomes of files of the operator's tree that name or are a load, for the log and for `--check-config`. */
export function rootLoadsText(
  files: readonly string[],
  rootLoads: RootLoads,
): { readonly files: number; readonly reason: string } {
  const named = files.slice(0, MOST_NAMED).join(', ');
  const more = files.length > MOST_NAMED ? ` and ${files.length - MOST_NAMED} more` : '';
  const what = `${named}${more} ${files.length === 1 ? 'names or is a load' : 'name or are loads'}`;
  const to =
    rootLoads === 'bystanders'
      ? 'given to phones that are certainly not on the list, and to nobody else (--root-loads bystanders)'
      : 'given to nobody but a landed phone whose load such a file names alone; --root-loads bystanders gives such files to phones that are not on the list';
  return { files: files.length, reason: `${what}: ${to}` };
}
