import { join } from 'node:path';
import { expect } from 'vitest';
import { Child, type Line, run } from './child.ts';
import { firmwareStore, newFolder, nextPhone, SPEED } from './harness.ts';

/** What hears phones, at ports that are free. */
export const WITNESS = [
  '--witness',
  '--witness-sip',
  '127.0.0.1:0',
  '--witness-sccp',
  '127.0.0.1:0',
  '--witness-page',
  '8081',
];

/** One phone before `serve`, and who hears it. */
export interface Said {
  readonly model: string;
  /** The list does not name the model. */
  readonly isModelUnsaid?: boolean;
  readonly load: string;
  readonly target: string;
  readonly firmware: readonly string[];
  readonly phone?: readonly string[];
  readonly serve?: readonly string[];
  /** Somebody switches the phone off and on when it only asks for its own file again and again. */
  readonly isSwitched?: boolean;
  /** What the phone does after the end. */
  readonly lasts?: (line: Line) => boolean;
}

/** One phone before `serve`; ends when it has landed or is held for good. */
export async function conversion(
  bench: Said,
): Promise<{ readonly end: Line; readonly events: readonly Line[]; readonly phone: readonly Line[] }> {
  const [folder, kept] = [await newFolder('run'), await newFolder('kept')];
  const { mac, address } = nextPhone();
  const place = ['--json', '--db', join(kept, 'loadstep.db')];
  const model = bench.isModelUnsaid === true ? [] : ['--model', bench.model];
  const wish = ['--mac', mac, '--target', bench.target, ...model];
  expect((await run(['enroll', ...wish, ...place], folder)).code).toBe(0);
  const store = await firmwareStore(bench.firmware);
  const server = new Child(
    ['serve', '--firmware', store, '--listen', '127.0.0.1:0', ...(bench.serve ?? []), ...place],
    folder,
  );
  const { port } = await server.until((one) => one.event === 'server.listening');
  const there = ['--server', `127.0.0.1:${port}`, '--address', address, '--mac', mac, '--speed', String(SPEED)];
  const words = [
    'emulate',
    'phone',
    '--json',
    '--restart-idle',
    '30',
    '--model',
    bench.model,
    '--load',
    bench.load,
    ...there,
  ];
  const phones = [new Child([...words, ...(bench.phone ?? [])], folder)];
  const isOver = ({ event, code }: Line) =>
    event === 'phone.landed' || (event === 'phone.held' && code !== 'P_NEEDS_RESTART');
  try {
    while (bench.isSwitched === true && !server.lines.some(isOver)) {
      const [phone] = phones.slice(-1) as [Child];
      await Promise.race([server.until(isOver), phone.until(onlyPolls)]);
      await phone.stop();
      phones.push(new Child([...words, ...(bench.phone ?? [])], folder));
    }
    const end = await server.until(isOver);
    const [phone] = phones.slice(-1) as [Child];
    if (bench.lasts !== undefined) await phone.until(bench.lasts);
    return { end, events: server.lines, phone: phone.lines };
  } finally {
    for (const phone of phones) await phone.stop('SIGKILL');
    await server.stop();
  }
}

/** Whether it has asked for the same file three times in a row. */
function onlyPolls(_: Line, index: number, lines: readonly Line[]): boolean {
  const asked = lines.slice(0, index + 1).filter(({ event, attempt }) => event === 'file.asked' && attempt === 1);
  const last = asked.slice(-3).map(({ file }) => file);
  return last.length === 3 && new Set(last).size === 1;
}
