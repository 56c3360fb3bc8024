// Reads the imports of the product and tells how its rooms stand to each other.
// `node scripts/house.mjs` prints the section that docs/architecture.md holds between its markers.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** Layers from the outside inwards. Rooms are drawn inside those of which `hasRooms` is true. */
const LAYERS = [
  { name: 'library', folder: 'src/library', hasRooms: false },
  { name: 'cli', folder: 'src/cli', hasRooms: true },
  { name: 'web', folder: 'src/web', hasRooms: true },
  { name: 'server', folder: 'src/server', hasRooms: false },
  { name: 'adapters', folder: 'src/adapters', hasRooms: true },
  { name: 'app', folder: 'src/app', hasRooms: true },
  { name: 'emulator', folder: 'src/emulator', hasRooms: false },
  { name: 'machines', folder: 'machines', hasRooms: false },
  { name: 'ports', folder: 'src/ports', hasRooms: false },
  { name: 'core', folder: 'src/core', hasRooms: true },
];

const IMPORT = /(?:\bfrom|\bimport|\bimport\()\s*'(\.{1,2}\/[^']+)'/g;

/** Every import inside the product, as `{ from, to }`: paths of files from the root, with `/`. */
export function readImports(root = ROOT) {
  return LAYERS.flatMap(({ folder }) => filesIn(root, folder)).flatMap((from) => {
    const text = readFileSync(join(root, from), 'utf8');
    return [...text.matchAll(IMPORT)].map(([, to = '']) => ({ from, to: slashed(normalize(join(dirname(from), to))) }));
  });
}

function filesIn(root, folder) {
  let names = [];
  try {
    names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  } catch {
    return [];
  }
  return names
    .filter((name) => name.endsWith('.ts'))
    .map((name) => slashed(join(folder, name)))
    .sort();
}

function slashed(path) {
  return path.split(sep).join('/');
}

/** Where a file stands: its layer, and its room, which is a folder of the layer or the file itself. */
export function placeOf(file) {
  const layer = LAYERS.find(({ folder }) => file.startsWith(`${folder}/`));
  if (layer === undefined) return null;
  if (!layer.hasRooms) return { layer: layer.name, room: layer.name };
  const [first = '', ...rest] = relative(layer.folder, file).split(sep);
  return { layer: layer.name, room: rest.length === 0 ? first.replace(/\.ts$/, '') : `${first}/` };
}

/** Every file of the product that stands in no layer. */
export function homelessIn(root = ROOT) {
  return [...filesIn(root, 'src'), ...filesIn(root, 'machines')].filter((file) => placeOf(file) === null);
}

/** Arrows between rooms of one layer, or between layers where `layer` is null: a map from each to those it imports. */
export function arrowsOf(imports, layer, root = ROOT) {
  const arrows = new Map();
  for (const { name, folder } of LAYERS) {
    for (const file of name === layer ? filesIn(root, folder) : []) arrows.set(placeOf(file).room, new Set());
  }
  for (const { from, to } of imports) {
    const [a, b] = [placeOf(from), placeOf(to)];
    if (a === null || b === null) continue;
    const [one, other] = layer === null ? [a.layer, b.layer] : [a.room, b.room];
    if (layer !== null && (a.layer !== layer || b.layer !== layer)) continue;
    if (!arrows.has(one)) arrows.set(one, new Set());
    if (!arrows.has(other)) arrows.set(other, new Set());
    if (one !== other) arrows.get(one).add(other);
  }
  return arrows;
}

/** Rooms by floor, ground first: a room stands one floor above the highest that it imports. Null for a circle's rooms. */
export function floorsOf(arrows) {
  const floors = new Map();
  const visit = (room, above) => {
    if (floors.has(room)) return floors.get(room);
    if (above.includes(room)) return Number.NaN;
    const below = [...(arrows.get(room) ?? [])].map((next) => visit(next, [...above, room]));
    const floor = below.length === 0 ? 0 : Math.max(...below) + 1;
    if (!Number.isNaN(floor)) floors.set(room, floor);
    return floor;
  };
  for (const room of arrows.keys()) visit(room, []);
  return floors;
}

/** Rooms that import each other, directly or by way of others; empty in a sound house. */
export function circlesOf(arrows) {
  const reach = (from) => {
    const seen = new Set();
    const stack = [...(arrows.get(from) ?? [])];
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      stack.push(...(arrows.get(next) ?? []));
    }
    return seen;
  };
  return [...arrows.keys()].filter((room) => reach(room).has(room)).sort();
}

/** The picture as Markdown. */
export function drawHouse(root = ROOT) {
  const imports = readImports(root);
  const layers = arrowsOf(imports, null, root);
  const lines = ['```mermaid', 'flowchart TD'];
  for (const { name } of LAYERS) {
    for (const to of [...(layers.get(name) ?? [])].sort()) lines.push(`  ${name} --> ${to}`);
  }
  lines.push('```', '');
  for (const { name, hasRooms } of LAYERS) {
    if (!hasRooms) continue;
    const arrows = arrowsOf(imports, name, root);
    const floors = floorsOf(arrows);
    const rooms = [...arrows.keys()].sort((a, b) => (floors.get(b) ?? 0) - (floors.get(a) ?? 0) || (a < b ? -1 : 1));
    lines.push(`Rooms of \`${name}\`, the highest floor first:`, '');
    lines.push('| floor | room | imports |', '| --- | --- | --- |');
    for (const room of rooms) {
      const imported = [...(arrows.get(room) ?? [])].sort().join(' ');
      lines.push(`| ${floors.get(room) ?? 'circle'} | ${room} | ${imported === '' ? '–' : imported} |`);
    }
    lines.push('');
  }
  return lines.join('\n').trimEnd();
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const imports = readImports();
  process.stdout.write(`${drawHouse()}\n`);
  for (const { name } of [{ name: null }, ...LAYERS.filter(({ hasRooms }) => hasRooms)]) {
    const circle = circlesOf(arrowsOf(imports, name));
    if (circle.length > 0) process.stderr.write(`circle in ${name ?? 'the layers'}: ${circle.join(', ')}\n`);
  }
}
