// Draws docs/images/demo.svg: what `loadstep emulate demo` shows on a terminal, from a run of it, at twice its speed. It moves in every
// browser and needs no script; with "reduced motion" it shows its last picture.
//
//   npm run build && node scripts/make-cast.mjs
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import xterm from '@xterm/headless';

const ROOT = join(import.meta.dirname, '..');
const OUT = join(ROOT, 'docs', 'images', 'demo.svg');
const [COLS, ROWS] = [92, 25];
const SPEED = 2;
/** How long the last picture stays, in seconds of the moving picture. */
const LAST_STAYS = 5;
const LOOK_EVERY_MS = 200;
const [CHAR_WIDTH, LINE_HEIGHT, MARGIN] = [8.4, 18, 14];

/** The first sixteen colours, readable on the dark ground below. */
const COLOURS =
  '#3b4252 #ff6b6b #7ddf8f #ffd166 #7aa2f7 #c792ea #6fd6e8 #d8dee9 #7b879d #ff8f8f #a3f0b0 #ffe08f #9dbcff #dab2ff #98e8f5 #ffffff'.split(
    ' ',
  );

/** One picture: its lines, each a list of runs of one style. */
function picture(terminal) {
  const { active } = terminal.buffer;
  return Array.from({ length: ROWS }, (_, row) => runsOf(active.getLine(active.viewportY + row)));
}

function runsOf(line) {
  const runs = [];
  for (let column = 0; line !== undefined && column < COLS; column++) {
    const cell = line.getCell(column);
    if (cell === undefined || cell.getWidth() === 0) continue;
    const style = [
      cell.isBgPalette() ? (COLOURS[cell.getBgColor()] ?? '') : '',
      cell.isFgPalette() ? (COLOURS[cell.getFgColor()] ?? '') : '',
      cell.isBold() ? 'b' : '',
      cell.isDim() ? 'd' : '',
      cell.isInverse() ? 'i' : '',
    ].join(' ');
    const last = runs.at(-1);
    if (last?.style === style) last.text += cell.getChars() || ' ';
    else runs.push({ column, style, text: cell.getChars() || ' ' });
  }
  return runs.filter(({ text, style }) => text.trim() !== '' || style.endsWith('i') || style.startsWith('#'));
}

const escaped = (text) => text.replace(/[&<>]/g, (char) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[char]);

function drawRun({ column, style, text }) {
  const [ground, colour, bold, dim] = style.split(' ');
  const fill = colour === '' ? '' : ` fill="${colour}"`;
  const weight = bold === '' ? '' : ' font-weight="bold"';
  const faint = dim === '' ? '' : ' opacity=".6"';
  const length = ` textLength="${(text.trimEnd().length * CHAR_WIDTH).toFixed(1)}"`;
  const behind =
    ground === ''
      ? ''
      : `<rect x="${(column * CHAR_WIDTH).toFixed(1)}" y="-13" width="${(text.length * CHAR_WIDTH).toFixed(1)}" height="${LINE_HEIGHT}" fill="${ground}"/>`;
  return `${behind}<text x="${(column * CHAR_WIDTH).toFixed(1)}"${fill}${weight}${faint}${length}>${escaped(text.trimEnd())}</text>`;
}

/** The moving picture: every different line once, the pictures side by side, and a strip that jumps from one to the next. */
function draw(pictures, seconds) {
  const [width, height] = [COLS * CHAR_WIDTH + 2 * MARGIN, ROWS * LINE_HEIGHT + 2 * MARGIN];
  const lines = new Map();
  const strip = pictures.map(({ shown }, n) => {
    const rows = shown.flatMap((runs, row) => {
      if (runs.length === 0) return [];
      const drawn = runs.map(drawRun).join('');
      if (!lines.has(drawn)) lines.set(drawn, `l${lines.size}`);
      return [`<use href="#${lines.get(drawn)}" y="${(row + 1) * LINE_HEIGHT - 5}"/>`];
    });
    return `<g transform="translate(${n * width} 0)">${rows.join('')}</g>`;
  });
  const steps = pictures.map(
    ({ at }, n) => `${((100 * at) / seconds).toFixed(2)}%{transform:translateX(${-n * width}px)}`,
  );
  const last = -(pictures.length - 1) * width;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<title>loadstep converts an emulated 7940</title>
<style>text{white-space:pre}.s{animation:p ${seconds.toFixed(1)}s step-end infinite}@keyframes p{${steps.join('')}}@media(prefers-reduced-motion){.s{animation:none;transform:translateX(${last}px)}}</style>
<rect width="100%" height="100%" rx="8" fill="#12161f"/>
<defs>${[...lines].map(([drawn, id]) => `<g id="${id}">${drawn}</g>`).join('\n')}</defs>
<svg x="${MARGIN}" y="${MARGIN}" width="${COLS * CHAR_WIDTH}" height="${ROWS * LINE_HEIGHT}" font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,DejaVu Sans Mono,monospace" font-size="14" fill="#d8dee9"><title>what the terminal shows</title><g class="s">
${strip.join('\n')}
</g></svg>
</svg>
`;
}

const home = await mkdtemp(join(tmpdir(), 'loadstep-cast-'));
const terminal = new xterm.Terminal({ cols: COLS, rows: ROWS, allowProposedApi: true });
const typed = 'npx loadstep emulate demo';
const command = `stty cols ${COLS} rows ${ROWS}; exec "${process.execPath}" "${join(ROOT, 'dist/src/cli/main.js')}" emulate demo`;
const child = spawn('script', ['-qefc', command, '/dev/null'], {
  env: { ...process.env, HOME: home, XDG_STATE_HOME: undefined, TERM: 'xterm-256color', FORCE_COLOR: '1' },
});
await new Promise((done) => terminal.write(`$ ${typed}\r\n`, done));
const began = Date.now();
const pictures = [{ at: 0, shown: picture(terminal) }];
const look = () => {
  const shown = picture(terminal);
  if (JSON.stringify(shown) === JSON.stringify(pictures.at(-1).shown)) return;
  pictures.push({ at: (Date.now() - began) / 1000 / SPEED, shown });
};
// The folder is of this machine; on another one it is the reader's home.
child.stdout.setEncoding('utf8').on('data', (text) => terminal.write(text.replaceAll(home, '~')));
const looking = setInterval(look, LOOK_EVERY_MS);
const code = await new Promise((done) => child.on('close', done));
clearInterval(looking);
await new Promise((done) => terminal.write('', done));
look();
await rm(home, { recursive: true, force: true });
if (code !== 0) throw new Error(`the demo ended with ${code}`);
await mkdir(dirname(OUT), { recursive: true });
const svg = draw(pictures, pictures.at(-1).at + LAST_STAYS);
await writeFile(OUT, svg);
process.stdout.write(`${OUT}: ${pictures.length} pictures, ${Math.round(svg.length / 1000)} kB\n`);
