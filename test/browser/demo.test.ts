import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { Child } from '../e2e/child.ts';
import { ownFolder } from './served.ts';

/** Whether a process is there. */
function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test.runIf(process.platform === 'linux')(
  'the rehearsal in a browser tells its address, converts eight phones, and ends with them',
  async () => {
    const demo = new Child(['emulate', 'demo', '--web', '127.0.0.1:0', '--json', '--log-level', 'info'], ownFolder());
    onTestFinished(async () => void (await demo.stop()));
    await demo.untilLogged('"event":"web.listening"');
    const line = demo.stderr.split('\n').find((one) => one.includes('"web.listening"')) ?? '{}';
    const base = `http://127.0.0.1:${JSON.parse(line).port}/api/v1/`;
    // The one in its boot loader says its name nowhere; a lease does.
    const landed = ({ event, mac }: { event?: string; mac?: unknown }) => event === 'phone.landed' && mac === WAREHOUSE;
    await demo.until(landed);
    const { phones } = (await (await fetch(`${base}phones`)).json()) as { phones: { state: string }[] };
    expect(phones.length).toBe(8);
    expect(phones.filter(({ state }) => state === 'waiting')).toEqual([]);
    // Loaders come with the package of their application: the road of an old phone lacks nothing.
    for (const mac of [WAREHOUSE, '0018B9DE0001']) {
      const { road } = (await (await fetch(`${base}phones/${mac}/plan`)).json()) as { road: { present: boolean }[] };
      expect([mac, road.length > 1, road.filter(({ present }) => !present)]).toEqual([mac, true, []]);
    }
    const children = readFileSync(`/proc/${demo.pid}/task/${demo.pid}/children`, 'utf8').trim().split(' ').map(Number);
    expect(children.filter(isThere).length).toBeGreaterThan(0);
    demo.signal('SIGINT');
    expect(await demo.end()).toBe(130);
    expect(children.filter(isThere)).toEqual([]);
  },
  120_000,
);

const WAREHOUSE = '0018B9DE0004';
