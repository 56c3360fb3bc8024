import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type Seat, untilEach, writeList, writeSpec } from './bench.ts';
import { Child, type Line, run } from './child.ts';
import { cleanUp, firmwareStore, newFolder, nextPhone } from './harness.ts';

afterAll(cleanUp);

const TARGET = 'P0S3-08-11-00';
const PHONES = 5;
const AT_ONCE = 2;
const WRITES = ['downloading', 'flashing', 'confirming'];

const seat = (): Seat => ({ title: 'old', model: '7940', load: 'P0030301MFG2', target: TARGET, ...nextPhone() });

test('limits outlive kill -9: at no instant more phones write flash than may, and one goes first', {
  timeout: 180_000,
}, async () => {
  const [folder, kept] = [await newFolder('run'), await newFolder('kept')];
  const firmware = await firmwareStore(['P0S3-05-3-00', TARGET]);
  const all = Array.from({ length: PHONES }, seat);
  const place = ['--json', '--db', join(kept, 'loadstep.db'), '--firmware', firmware];
  expect((await run(['enroll', '--from-csv', await writeList(kept, all), ...place], folder)).code).toBe(2);
  const serve = (listen: string, ...limits: string[]) =>
    new Child(['serve', ...place, '--listen', listen, ...limits], folder);
  const servers = [serve('127.0.0.1:0', '--at-once', String(AT_ONCE), '--canary', '1')];
  const children = [...servers];
  try {
    const first = servers[0] as Child;
    const { port } = await first.until((line) => line.event === 'server.listening');
    const address = `127.0.0.1:${port}`;
    const spec = await writeSpec(kept, all, 60);
    children.push(new Child(['emulate', 'bench', '--json', '--spec', spec, '--server', address], folder));
    const moments: readonly ((line: Line) => boolean)[] = [
      (line) => line.event === 'phone.state' && line.state === 'downloading',
      (line) => line.event === 'phone.state' && line.state === 'flashing',
      // The one that went first is over, the rest has begun.
      (line) => line.event === 'phone.state' && line.state === 'flashing' && line.hop === 2,
    ];
    for (const isMoment of moments) {
      const server = servers.at(-1) as Child;
      await server.until(isMoment);
      await server.stop('SIGKILL');
      // The limits are those that were kept.
      const next = serve(address);
      servers.push(next);
      children.push(next);
    }
    const last = servers.at(-1) as Child;
    const landed = new Map(all.map(({ mac }) => [mac, 'landed']));
    await untilEach(() => servers.flatMap((server) => server.lines), last, landed);
    await last.until((line) => line.event === 'batch.finished');
    expect(await last.stop()).toBe(0);
    const { lines } = await run(['history', ...place], folder);
    expect(mostAtOnce(lines)).toBe(AT_ONCE);
    const over = lines.findIndex((line) => line.event === 'batch.decision' && /went first/.test(String(line.reason)));
    expect(over).toBeGreaterThan(0);
    const offered = (rows: readonly Line[]) =>
      new Set(rows.filter((row) => row.event === 'load.offered').map((row) => row.mac));
    expect(offered(lines.slice(0, over)).size).toBe(1);
    expect(offered(lines).size).toBe(PHONES);
    expect(lines.filter((line) => line.event === 'batch.finished')).toHaveLength(1);
  } finally {
    for (const child of children) await child.stop('SIGKILL');
  }
});

/** The most phones that the record has in steps that write flash at one time. */
function mostAtOnce(rows: readonly Line[]): number {
  const states = new Map<unknown, unknown>();
  let most = 0;
  for (const { event, mac, state } of rows) {
    if (event !== 'phone.state') continue;
    states.set(mac, state);
    most = Math.max(most, [...states.values()].filter((one) => WRITES.includes(String(one))).length);
  }
  return most;
}
