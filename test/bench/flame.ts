/**
 * Draws where the time of a profiled server went: `node dist/test/bench/flame.js FOLDER > docs/images/storm.svg`, with the folder that
 * LOADSTEP_BENCH_PROFILE named while `npm run bench` measured the product. Of each thread only what lies between its first and its last
 * question is drawn, since a storm is asked about, not how a server starts.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A profile as V8 writes it; times are in microseconds. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
    readonly children?: readonly number[];
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** Everything that was called at one place of the tree of calls, by name. */
export interface Frame {
  readonly name: string;
  us: number;
  readonly below: Map<string, Frame>;
}

/** What a thread does with questions, by the functions that do it: the main thread decides, the other one hears. */
const AT_QUESTIONS: ReadonlySet<string> = new Set(['decide', 'onQuestion']);
const IDLE = '(idle)';

/** The tree of calls from the first question to the last; null when there was none. */
export function callsOf({ nodes, samples, timeDeltas }: CpuProfile): Frame | null {
  const stacks = stacksOf(nodes);
  const isAsked = (id: number) => stacks.get(id)?.some((name) => AT_QUESTIONS.has(name.split(' ')[0] ?? '')) === true;
  const [first, last] = [samples.findIndex(isAsked), samples.findLastIndex(isAsked)];
  if (first < 0) return null;
  const root: Frame = { name: 'all', us: 0, below: new Map() };
  for (let at = first; at <= last; at++) {
    const stack = stacks.get(samples[at] ?? 0) ?? [];
    if (stack.at(-1) === IDLE) continue;
    const us = timeDeltas[at] ?? 0;
    root.us += us;
    let here = root;
    for (const name of stack) {
      const next: Frame = here.below.get(name) ?? { name, us: 0, below: new Map() };
      here.below.set(name, next);
      next.us += us;
      here = next;
    }
  }
  return root;
}

function stacksOf(nodes: CpuProfile['nodes']): ReadonlyMap<number, readonly string[]> {
  const known = new Map(nodes.map((node) => [node.id, node]));
  const stacks = new Map<number, readonly string[]>();
  const [root] = nodes;
  const pending = root === undefined ? [] : [{ node: root, above: [] as readonly string[] }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { node, above } = next;
    const stack = node === root ? [] : [...above, nameOf(node.callFrame)];
    stacks.set(node.id, stack);
    for (const id of node.children ?? []) {
      const child = known.get(id);
      if (child !== undefined) pending.push({ node: child, above: stack });
    }
  }
  return stacks;
}

/** The function and the part of the program it lies in; what the bundler puts behind the name of a part is left out. */
function nameOf({ functionName, url }: { readonly functionName: string; readonly url: string }): string {
  const part = basename(url)
    .replace(/\.\w+$/, '')
    .replace(/-[\w-]{8}$/, '');
  return `${functionName === '' ? '(anonymous)' : functionName}${part === '' ? '' : ` ${part}`}`;
}

const WIDTH = 1200;
const ROW = 17;
/** Narrower frames are not drawn. */
const LEAST = 2;

/** Threads below each other, each with what it called under it. */
export function flameSvg(threads: readonly { readonly title: string; readonly calls: Frame }[]): string {
  const parts: string[] = [];
  let top = 8;
  for (const { title, calls } of threads) {
    parts.push(`<text x="4" y="${top + 13}" class="t">${escaped(title)}</text>`);
    top += ROW + 4;
    const deepest = draw(calls, 0, top, calls.us / WIDTH, parts);
    top = deepest + ROW + 14;
  }
  const style = 'text{font:11px sans-serif;pointer-events:none}.t{font-size:13px;font-weight:bold}rect{stroke:#fff}';
  const size = `width="${WIDTH}" height="${top}" viewBox="0 0 ${WIDTH} ${top}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size}>\n<title>Where the time of a storm went</title>\n<style>${style}</style>\n<rect width="${WIDTH}" height="${top}" fill="#fff"/>\n${parts.join('\n')}\n</svg>\n`;
}

/** Draws what was called from here; gives where its lowest row lies. */
function draw({ us, below }: Frame, left: number, top: number, usPerPixel: number, parts: string[]): number {
  let [x, lowest] = [left, top];
  for (const frame of [...below.values()].sort((a, b) => b.us - a.us)) {
    const width = frame.us / usPerPixel;
    if (width < LEAST) break;
    const share = ((frame.us / usPerPixel / WIDTH) * 100).toFixed(1);
    const title = `<title>${escaped(frame.name)}: ${share} %</title>`;
    const box = `x="${x.toFixed(1)}" y="${top}" width="${width.toFixed(1)}" height="${ROW - 1}"`;
    parts.push(`<g>${title}<rect ${box} fill="${colourOf(frame.name)}"/>${label(frame.name, x, top, width)}</g>`);
    lowest = Math.max(lowest, draw(frame, x, top + ROW, usPerPixel, parts));
    x += width;
  }
  return us === 0 ? top : lowest;
}

function label(name: string, x: number, top: number, width: number): string {
  const room = Math.floor((width - 6) / 6);
  if (room < 4) return '';
  const text = name.length <= room ? name : `${name.slice(0, room - 1)}…`;
  return `<text x="${(x + 3).toFixed(1)}" y="${top + 12}">${escaped(text)}</text>`;
}

/** Parts of the program are told apart by their colours. */
function colourOf(name: string): string {
  const part = name.includes('(garbage') ? 'gc' : (name.split(' ')[1] ?? 'node');
  let hash = 0;
  for (const letter of part) hash = (hash * 31 + letter.charCodeAt(0)) % 360;
  return part === 'gc' ? '#bbb' : part === 'node' ? '#ddd' : `hsl(${hash} 70% 75%)`;
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

function main(folder: string): void {
  const profiles = readdirSync(folder)
    .filter((name) => name.endsWith('.cpuprofile'))
    .map((name) => callsOf(JSON.parse(readFileSync(join(folder, name), 'utf8')) as CpuProfile))
    .filter((calls) => calls !== null)
    .sort((a, b) => b.us - a.us);
  const titles = ['the thread that decides and records', 'the thread that sends files'];
  const threads = profiles.map((calls, at) => ({
    title: `${titles[at] ?? 'another thread'}: ${(calls.us / 1e6).toFixed(1)} s`,
    calls,
  }));
  process.stdout.write(flameSvg(threads));
}

const [, program = '', folder = ''] = process.argv;
if (import.meta.url === pathToFileURL(program).href) main(folder);
