import { readdirSync, readFileSync } from 'node:fs';

/** A process and all below it, by the process table of Linux. */
export function processTree(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = read(`/proc/${entry}/stat`);
    // The name in parentheses may hold blanks; the parent is the second field after it.
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
  }
  const tree = [root];
  for (const pid of tree) tree.push(...(children.get(pid) ?? []));
  return tree;
}

/** Memory that belongs to these processes alone or by shares (PSS), in megabytes. */
export function memoryMb(pids: readonly number[]): number {
  let kilobytes = 0;
  for (const pid of pids) kilobytes += Number(/^Pss:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0);
  return kilobytes / 1024;
}

/** Ticks of the processor's clock in a second, as Linux counts them for processes. */
const TICKS = 100;

/** Processor time of a process, its threads and its children that have ended, and of its living children, in seconds. */
export function processorSeconds(pids: readonly number[]): number {
  let ticks = 0;
  for (const pid of pids) {
    const stat = read(`/proc/${pid}/stat`);
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // utime, stime, cutime and cstime, counted from the state as field 0.
    for (const field of fields.slice(11, 15)) ticks += Number(field);
  }
  return ticks / TICKS;
}

/** Processor time that all processes of the machine took, and that there was, in seconds since it started. */
export function machineSeconds(): { readonly busy: number; readonly all: number } {
  const [first = ''] = read('/proc/stat').split('\n');
  const fields = first.split(/\s+/).slice(1, 9).map(Number);
  const all = fields.reduce((sum, one) => sum + one, 0);
  // Idle, and waiting for a disk.
  return { busy: (all - (fields[3] ?? 0) - (fields[4] ?? 0)) / TICKS, all: all / TICKS };
}

// A process may end while it is looked at.
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
