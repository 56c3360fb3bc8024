/**
 * `npm run bench:witness`: what phones that say what they run cost the others, and how fast they are heard.
 *
 *   --phones N    phones that are witnessed while others ask, and for the hours (1000)
 *   --storm N     phones that register at the same moment (10000)
 *   --rounds N    rounds of questions without and with witnesses, in turn (3)
 *   --starts N    how often each phone starts in such a round (20): fewer for a busy machine
 *   --hours N     hours of registrations, passed without waiting (1)
 *   --only PART   of decisions, storms, hours, walks
 *   --out FILE    the machine and every figure, as one JSON file
 *
 * The server has one core, and whoever asks it the other. LOADSTEP_BENCH_PROFILE names a folder in which V8 leaves what each thread spent its time with.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { asCommunity, hasSnmpsim, SIMULATED, startSimulator } from '../switch/simulator.ts';
import { walkingWith } from '../switch/walking.ts';
import { generateLoad, makeGenerator } from './load.ts';
import { thisMachine } from './machine.ts';
import { Callers } from './witness/callers.ts';
import { type Beside, decide, type Slice, steadily } from './witness/decisions.ts';
import { type Hours, pass } from './witness/hours.ts';
import { kamailioVersion, startKamailio } from './witness/kamailio.ts';
import { Pages } from './witness/pages.ts';
import { isPinned, pin } from './witness/pin.ts';
import { Registrants } from './witness/registrants.ts';
import { type Serving, serving } from './witness/serving.ts';
import { type Storm, storms } from './witness/storms.ts';
import { checkWitness, type Walk } from './witness/witness-goals.ts';

const { values } = parseArgs({
  options: {
    phones: { type: 'string', default: '1000' },
    storm: { type: 'string', default: '10000' },
    rounds: { type: 'string', default: '3' },
    starts: { type: 'string', default: '20' },
    hours: { type: 'string', default: '1' },
    only: { type: 'string', default: 'decisions,storms,hours,walks' },
    out: { type: 'string' },
  },
});
const [phones, stormed, rounds, hours] = [values.phones, values.storm, values.rounds, values.hours].map(Number) as [
  number,
  number,
  number,
  number,
];
const starts = Number(values.starts);
const parts = new Set(values.only.split(','));
const folder = mkdtempSync(join(tmpdir(), 'loadstep-bench-witness-'));
const generator = makeGenerator(folder);
const began = new Date();

const print = (...cells: readonly string[]) => {
  process.stdout.write(`${cells.map((cell, k) => (k === 0 ? cell.padEnd(44) : cell.padStart(13))).join('')}\n`);
};
const fixed = (value: number, digits = 0) => value.toFixed(digits);

/** Each phone asks for its own file, so that its address is known; who is not answered on a crowded machine asks again. */
async function known(server: Serving, count: number): Promise<void> {
  for (let tries = 0; tries < 5; tries++) {
    const asked = { ...server.tftp, clients: count, names: ['SEP{mac}.cnf.xml'], prefix: [] };
    if ((await generateLoad(generator, asked)).failed === 0) return;
  }
  throw new Error('not every phone was answered by TFTP');
}

/** A phone that is registered does so again every two minutes; one on SCCP says every half minute that it lives (invented). */
const [EVERY_S, LIVES_S] = [120, 30];
/** So many phones ask, one question after the other. */
const CLIENTS = 250;
const UNSEEN = 'nobody is witnessed';

/** Has phones ask of this server, and tells how it went. */
function asking(server: Serving, slices: Slice[]) {
  return async (kind: string, beside?: Beside) => {
    const slice = await decide({ serving: server, generator, clients: CLIENTS, starts }, kind, beside);
    slices.push(slice);
    const { perSecond, costUs, p50, p99, repeated, othersShare } = slice;
    const times = [fixed(p50, 1), fixed(p99, 1), String(repeated), String(slice.beside)];
    print(kind, fixed(perSecond), fixed(costUs), ...times, `${fixed(othersShare * 100)} %`);
  };
}

/** Phones that have landed ask, while all stay registered, and while all start. */
async function besideRegistrations(slices: Slice[]): Promise<void> {
  const server = await serving(join(folder, 'registrations'), phones);
  const [registrants, callers] = [new Registrants(phones, server.sip), new Callers()];
  try {
    await registrants.open();
    await known(server, phones);
    await registrants.storm('first');
    await callers.open(phones, server.sccp);
    await decide({ serving: server, generator, clients: CLIENTS, starts }, 'to warm up');
    const run = asking(server, slices);
    for (let round = 0; round < rounds; round++) {
      await run(UNSEEN);
      await run(`${phones} stay registered`, async (end) => {
        const all = [
          steadily(server, phones / EVERY_S, end, (turn) => registrants.register(turn, 'again')),
          steadily(server, phones / LIVES_S, end, (turn) => callers.live(turn)),
        ];
        return (await Promise.all(all)).reduce((sum, one) => sum + one, 0);
      });
      await run(UNSEEN);
      await run(`${phones} start, 100 a second`, (end) =>
        steadily(server, 100, end, (turn) => registrants.register(turn, 'first')),
      );
    }
    await run(UNSEEN);
  } finally {
    registrants.close();
    callers.close();
    await server.stop();
  }
}

/** When phones that have asked for nothing are asked for their pages, and again (src/app/phone/witness-watch.ts). */
const PAGES_AT_S = [20, 40];

/** Phones that have not landed ask, while the pages of the others are asked. */
async function besidePages(slices: Slice[]): Promise<void> {
  const server = await serving(join(folder, 'pages'), phones);
  const pages = new Pages();
  try {
    await pages.open(server.pagePort);
    await decide({ serving: server, generator, clients: CLIENTS, starts }, 'to warm up');
    await known(server, phones);
    const asked = performance.now();
    const run = asking(server, slices);
    for (const second of PAGES_AT_S) {
      await run(UNSEEN);
      await sleep(asked + (second - 1) * 1000 - performance.now());
      const before = pages.asked;
      await run('pages are asked', async (end) => {
        await new Promise((resolve) => end.addEventListener('abort', resolve));
        return pages.asked - before;
      });
    }
  } finally {
    await pages.close();
    await server.stop();
  }
}

async function decisions(): Promise<readonly Slice[]> {
  const slices: Slice[] = [];
  print('', 'answers/s', 'us each', 'p50 ms', 'p99 ms', 'repeated', 'beside', 'others');
  await besideRegistrations(slices);
  await besidePages(slices);
  return slices;
}

/** So few at a time that nothing is lost, and nothing repeated: then what an answer costs can be compared. */
const SOME = 64;
const AGAIN = [{ kind: 'again' }, { kind: 'again', atOnce: SOME }] as const;

/** The same storm at our registrar and at Kamailio's, in turn. */
async function stormsOfBoth(): Promise<readonly Storm[]> {
  const done: Storm[] = [];
  print('', 'at once', 'registered', 'seconds', 'repeated', 'p50 ms', 'p99 ms', 'us an answer');
  const tell = (all: readonly Storm[]) => {
    done.push(...all);
    for (const { server, kind, atOnce, registered, seconds, repeated, firstP50, firstP99, costUs } of all) {
      const counts = [String(atOnce), String(registered), fixed(seconds, 1), String(repeated)];
      print(`${server}, ${kind}`, ...counts, fixed(firstP50), fixed(firstP99), fixed(costUs));
    }
  };
  const server = await serving(join(folder, 'storms'), stormed);
  const version = kamailioVersion();
  const kamailio = version === null ? null : await startKamailio(join(folder, 'kamailio'));
  if (kamailio === null) print('Kamailio is not installed: nothing to compare with');
  const ours = { name: 'loadstep', place: server.sip, busy: server.busy };
  try {
    await known(server, stormed);
    tell(await storms(ours, stormed, [{ kind: 'first' }]));
    for (let tries = 0; server.landed() < stormed && tries < 50; tries++) await sleep(100);
    print('landed', String(server.landed()));
    for (let round = 0; round < rounds; round++) {
      tell(await storms(ours, stormed, AGAIN));
      if (kamailio === null) continue;
      tell(await storms({ name: `Kamailio ${version}`, place: kamailio.place, busy: kamailio.busy }, stormed, AGAIN));
    }
    return done;
  } finally {
    await kamailio?.stop();
    await server.stop();
  }
}

async function passHours(): Promise<Hours> {
  const server = await serving(join(folder, 'hours'), phones);
  try {
    await known(server, phones);
    // What runs for the first time, and what is remembered of a phone, is there after that.
    await pass(0.5, phones, server);
    const passed = await pass(hours, phones, server);
    const { registrations, alive, answered, seconds, memoryMb, recordGrownBytes } = passed;
    print(`${hours} h of ${phones} phones, without the waits`, `${fixed(seconds)} s`);
    print('registrations, signs of life, answered', ...[registrations, alive, answered].map(String));
    print('memory after each ten minutes, MB', ...memoryMb.map((one) => fixed(one)));
    print('the record has grown by', `${recordGrownBytes} bytes`);
    return passed;
  } finally {
    await server.stop();
  }
}

async function walks(): Promise<readonly Walk[]> {
  if (!hasSnmpsim()) {
    print('snmpsim is not installed: no switch is walked');
    return [];
  }
  const simulator = await startSimulator();
  try {
    const done: Walk[] = [];
    for (const kind of SIMULATED) {
      const tookMs: number[] = [];
      for (let n = 0; n < 5; n++) {
        const walked = await walkingWith({ address: '127.0.0.1', port: simulator.port }, asCommunity(kind));
        tookMs.push(walked.tookMs);
      }
      done.push({ kind, tookMs });
      print(`snmpsim, 48 ports of a ${kind} switch, ms`, ...tookMs.map((ms) => fixed(ms)));
    }
    return done;
  } finally {
    await simulator.stop();
  }
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
pin(process.pid, 1);
if (!isPinned) print('server and load share the cores of this machine');
if (generator.weakness !== null) print(generator.weakness);
const wanted = <T>(part: string, run: () => Promise<T>) => (parts.has(part) ? run() : Promise.resolve(null));
const figures = {
  storms: await wanted('storms', stormsOfBoth),
  decisions: await wanted('decisions', decisions),
  hours: await wanted('hours', passHours),
  walks: await wanted('walks', walks),
};
for (const { goal, measured, isMet } of checkWitness(figures))
  print(`${isMet === null ? '   -  ' : isMet ? ' met  ' : 'MISSED'} ${goal}: ${measured}`);
if (values.out !== undefined)
  writeFileSync(
    values.out,
    `${JSON.stringify({ at: began.toISOString(), machine: thisMachine(), isPinned, phones, stormed, ...figures }, null, 1)}\n`,
  );
