/**
 * `npm run bench:web`: what people who look cost phones, and how fast the page and the API answer on a large record.
 *
 *   --phones N       how many phones go from SCCP 3.1 to SIP 8.11 at once (300)
 *   --speed N        so many times as fast as real ones (8)
 *   --readers N      how many pages are open in every second run (20)
 *   --on-phones N    so many of them show one phone, the others the wall (5)
 *   --rounds N       runs without and with onlookers, in turn (1)
 *   --rows N         rows of the record that is asked (100000)
 *   --seconds S      how long each route is asked alone, and again with several at a time (2)
 *   --connections N  how many ask at a time (10)
 *   --only PART      `pages`: no record is filled and asked; `load`: nobody looks while phones are converted
 *   --out FILE       the machine and every figure, as one JSON file
 */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { freeTcpPort } from '../support/free-port.ts';
import { start, THIS_CLI } from './conversion.ts';
import { type Filled, fillRecord } from './fill-record.ts';
import { thisMachine } from './machine.ts';
import { askRoute, type RouteFigures } from './web/asking.ts';
import { routes } from './web/routes.ts';
import { convertWatched, type Watched } from './web/watched.ts';
import { checkWatched, inTime, rateOf } from './web/web-goals.ts';

const { values } = parseArgs({
  options: {
    phones: { type: 'string', default: '300' },
    speed: { type: 'string', default: '8' },
    readers: { type: 'string', default: '20' },
    'on-phones': { type: 'string', default: '5' },
    rounds: { type: 'string', default: '1' },
    rows: { type: 'string', default: '100000' },
    seconds: { type: 'string', default: '2' },
    connections: { type: 'string', default: '10' },
    only: { type: 'string' },
    out: { type: 'string' },
  },
});
if (values.only !== undefined && values.only !== 'pages' && values.only !== 'load')
  throw new Error(`--only ${values.only} is neither pages nor load`);
const [phones, speed, readers] = [values.phones, values.speed, values.readers].map(Number) as [number, number, number];
const onPhones = Math.min(readers, Number(values['on-phones']));
const folder = mkdtempSync(join(tmpdir(), 'loadstep-bench-web-'));
const began = new Date();

const print = (...cells: readonly string[]) => {
  process.stdout.write(`${cells.map((cell, k) => (k === 0 ? cell.padEnd(44) : cell.padStart(12))).join('')}\n`);
};
const ms = (value: number) => `${value.toFixed(value < 10 ? 1 : 0)} ms`;
const kb = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;
const verdict = (isMet: boolean | null) => (isMet === true ? ' met ' : 'MISSED');

function tellPages(unseen: readonly Watched[], seen: readonly Watched[]): void {
  const runs = [...unseen, ...seen];
  const line = (name: string, of: (run: Watched) => string) => print(name, ...runs.map(of));
  line(`${phones} phones, ${speed} times as fast as real ones`, ({ stream }) =>
    stream === null ? 'nobody looks' : `${readers} pages`,
  );
  line('phones landed, held', ({ conversion: { landed, held } }) => `${landed}, ${held}`);
  line('time for all', ({ conversion: { seconds } }) => `${seconds.toFixed(1)} s`);
  line('requests, of them repeated', ({ conversion: { asked, repeated } }) => `${asked}, ${repeated}`);
  const costUs = ({ costMs, phones, asked }: Watched['conversion']) => (costMs * phones * 1000) / asked;
  line('processor time of the server for a request', ({ conversion }) => `${costUs(conversion).toFixed(0)} us`);
  line('processor time of the server for a phone', ({ conversion: { costMs } }) => `${costMs.toFixed(1)} ms`);
  line('event loop delay p50, p99', ({ conversion: { delay } }) => `${delay.p50.toFixed(1)}, ${ms(delay.p99)}`);
  line('memory of the server at its peak', ({ conversion: { peakMb } }) => `${peakMb.toFixed(0)} MB`);
  line('others, the readers among them', ({ conversion }) => `${(conversion.othersShare * 100).toFixed(0)} %`);
  line('asked by pages, of that in vain', ({ asked, failed }) => `${asked}, ${failed}`);
  const streamed = (name: string, of: (stream: NonNullable<Watched['stream']>) => number) =>
    line(name, ({ stream }) => (stream === null ? '' : kb(of(stream))));
  streamed('one stream, a second', rateOf);
  streamed('one stream, the busiest second', ({ busiestBytes }) => busiestBytes);
  streamed('one stream, all of it', ({ bytes }) => bytes);
  streamed('of that where phones are', ({ phonesBytes }) => phonesBytes);
  streamed('one stream, its first picture', ({ firstBytes }) => firstBytes);
  const busy = (of: readonly Watched[]) => of.reduce((sum, { conversion: one }) => sum + one.costMs * one.phones, 0);
  const looked = seen.reduce((sum, { conversion }) => sum + conversion.seconds * 1000, 0);
  print('what looking took of a core', `${(((busy(seen) - busy(unseen)) / looked) * 100).toFixed(1)} %`);
  for (const { goal, measured, isMet } of checkWatched(unseen, seen)) print(`${verdict(isMet)} ${goal}: ${measured}`);
  print('');
}

/** Asks a server that has nothing else to do everything that pages and scripts ask, on the record that phones left. */
async function askAll(path: string, tree: string): Promise<readonly RouteFigures[]> {
  const port = await freeTcpPort();
  const place = ['--db', path, '--firmware', tree, '--listen', '127.0.0.1:0', '--json'];
  const server = start(THIS_CLI, ['serve', ...place, '--web', `127.0.0.1:${port}`]);
  try {
    const listening = new Promise<void>((resolve, reject) => {
      createInterface(server.stdout).on('line', (line) => {
        if (line.includes('"server.listening"')) resolve();
      });
      server.once('close', () => reject(new Error('serve has ended')));
    });
    await listening;
    const figures: RouteFigures[] = [];
    const how = { url: `http://127.0.0.1:${port}`, seconds: Number(values.seconds) };
    for (const route of routes(phones)) {
      const one = await askRoute(route, { ...how, connections: Number(values.connections) });
      figures.push(one);
      tellRoute(one);
    }
    return figures;
  } finally {
    const isOver = server.exitCode !== null || server.signalCode !== null;
    server.kill('SIGTERM');
    if (!isOver) await once(server, 'close');
  }
}

function tellRoute(one: RouteFigures): void {
  const { route, bytes, firstMs, alone, together, refused } = one;
  const isInTime = inTime(one);
  const times = [firstMs, alone.p50, alone.p99].map(ms);
  const many =
    together === null
      ? ['not tried', '', '']
      : [ms(together.p50), ms(together.p99), together.perSecond.toFixed(together.perSecond < 10 ? 1 : 0)];
  print(
    route,
    kb(bytes),
    ...times,
    ...many,
    verdict(isInTime.alone),
    verdict(isInTime.together),
    refused > 0 ? `${refused} refused` : '',
  );
}

try {
  const unseen: Watched[] = [];
  const seen: Watched[] = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    const run = (name: string, many: number) =>
      convertWatched({ folder, name: `${name}-${round}`, phones, speed, readers: many, onPhones });
    unseen.push(await run('unseen', 0));
    if (values.only !== 'load') seen.push(await run('seen', readers));
  }
  if (seen.length > 0) tellPages(unseen, seen);
  let filled: Filled | null = null;
  let asked: readonly RouteFigures[] = [];
  if (values.only !== 'pages') {
    const place = (name: string) => join(folder, 'unseen-0', name);
    filled = await fillRecord(place('bench.db'), { rows: Number(values.rows), phones });
    print(`${phones} phones, ${filled.rows} rows, in time: below 100 ms`);
    const many = `${values.connections} x`;
    print('', 'bytes', 'first', '1 x p50', '1 x p99', `${many} p50`, `${many} p99`, 'a second', '1 x', many);
    asked = await askAll(place('bench.db'), place('fw'));
  }
  if (values.out !== undefined) {
    const how = { phones, speed, readers, onPhones, connections: Number(values.connections) };
    const figures = { at: began.toISOString(), machine: thisMachine(), ...how, unseen, seen, filled, asked };
    writeFileSync(values.out, `${JSON.stringify(figures, null, 1)}\n`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
