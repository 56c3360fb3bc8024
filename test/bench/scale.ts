/**
 * `npm run bench:bench`: emulated phones that all go from SCCP 3.1 to SIP 8.11 at once, and their record, filled to a million rows.
 *
 *   --phones N       how many phones (1000)
 *   --groups N       in so many groups, each emulated by a process of its own (one for every 1000 phones)
 *   --every S        the groups are powered on so many seconds after each other (20)
 *   --before FOLDER  the same once more with a build of another time, and whether this one meets its goals beside it
 *   --than N         first with so many phones, and how much dearer one is among more
 *   --convert        only converts them: the record is not filled up and read
 *   --rows N         rows of the record (1000000)
 *   --at-once N      at most so many phones take a load at a time (no limit)
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openStore } from '../../src/adapters/sqlite/open-store.ts';
import { statusOf } from '../../src/app/told/phone-status.ts';
import { type Conversion, convert, done, macOf, THIS_CLI } from './conversion.ts';
import { fillRecord } from './fill-record.ts';
import { checkConversion } from './goals.ts';

const { values } = parseArgs({
  options: {
    phones: { type: 'string' },
    groups: { type: 'string' },
    every: { type: 'string' },
    before: { type: 'string' },
    than: { type: 'string' },
    convert: { type: 'boolean', default: false },
    rows: { type: 'string' },
    'at-once': { type: 'string' },
  },
});
const PHONES = Number(values.phones ?? 1000);
const ROWS = Number(values.rows ?? 1_000_000);
const folder = mkdtempSync(join(tmpdir(), 'loadstep-scale-'));
const print = (name: string, value: string, goal = '') => {
  process.stdout.write(`${name.padEnd(52)} ${value.padStart(14)}  ${goal}\n`);
};

const converting = (name: string, phones: number, cli = THIS_CLI) =>
  convert({
    folder: join(folder, name),
    cli,
    phones,
    groups: phones === PHONES && values.groups !== undefined ? Number(values.groups) : Math.ceil(phones / 1000),
    everyMs: Number(values.every ?? 20) * 1000,
    limits: values['at-once'] === undefined ? [] : ['--at-once', values['at-once']],
  });

function tell(title: string, one: Conversion): void {
  print(`${title}: phones landed, held`, `${one.landed}, ${one.held}`, `${one.phones}, 0`);
  print('growth a request, states and plans included', `${one.grownBytes.toFixed(0)} bytes`);
  print('time for all', `${one.seconds.toFixed(0)} s`);
  print('processor time of the server for a phone', `${one.costMs.toFixed(1)} ms`);
  print('share of the machine that others took', `${(one.othersShare * 100).toFixed(0)} %`);
  print('requests, of them repeated', `${one.asked}, ${one.repeated}`, 'no storm');
  print('memory of the server at its peak', `${one.peakMb.toFixed(0)} MB`);
  print('event loop delay p50, p99', `${one.delay.p50.toFixed(1)}, ${one.delay.p99.toFixed(1)} ms`);
  print('event loop delay, longest', `${one.delay.max.toFixed(0)} ms`, 'below 50 ms');
  print('the same, less waiting for a processor', `${one.delay.maxOwn.toFixed(0)} ms`, 'below 50 ms');
  print('', '');
}

/** What reading costs when the record that the conversion left is filled up to a million rows. */
async function remember(): Promise<void> {
  const path = join(folder, 'this', 'bench.db');
  const { rows: filled, requestBytes } = await fillRecord(path, { rows: ROWS, phones: PHONES });
  const reader = openStore({ path, mode: 'reader' });
  const timed = (name: string, work: () => unknown) => {
    const began = performance.now();
    work();
    print(name, `${(performance.now() - began).toFixed(0)} ms`, 'below 100 ms');
  };
  timed(`status of ${PHONES} phones, ${filled} rows`, () => reader.phones().map(statusOf));
  timed(`history of one phone, ${filled} rows`, () => [...reader.history({ mac: macOf(7) })]);
  reader.close();
  for (const words of [
    ['--version'],
    ['status', '--json'],
    ['status', '--json', '--mac', macOf(7)],
    ['history', '--json', '--mac', macOf(7)],
  ]) {
    const times: number[] = [];
    for (let run = 0; run < 9; run++) {
      const began = performance.now();
      await done(THIS_CLI, words[0] === '--version' ? words : [...words, '--db', path]);
      times.push(performance.now() - began);
    }
    times.sort((a, b) => a - b);
    print(`as a command, median of 9: ${words.join(' ')}`, `${times[4]?.toFixed(0)} ms`, 'below 100 ms');
  }
  print('growth a request (two rows)', `${requestBytes.toFixed(0)} bytes`, 'below 200 bytes');
}

try {
  const fewer = values.than === undefined ? null : await converting('fewer', Number(values.than));
  if (fewer !== null) tell('fewer phones', fewer);
  const ours = await converting('this', PHONES);
  tell('this build', ours);
  const other = values.before;
  const before =
    other === undefined ? null : await converting('before', PHONES, join(other, 'dist', 'src', 'cli', 'main.js'));
  if (before !== null) tell('the build before', before);
  for (const { goal, measured, isMet } of checkConversion(ours, { fewer, before }))
    print(`${isMet === true ? ' met ' : 'MISSED'} ${goal}: ${measured}`, '');
  if (!values.convert) await remember();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
