import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { liveErr, liveOut, MOST_BACKLOG } from '../../src/cli/output/live-out.ts';
import { runCli } from '../../src/cli/program.ts';
import { writeSyntheticFirmware } from '../../src/emulator/firmware/synthetic-firmware.ts';
import { FakeIo, FakeOut, loadstep, ownFolder } from '../support/fake-io.ts';

test('what a reader does not take is lost beyond a limit, counted, and told when there is room again', () => {
  const out = new FakeOut();
  const told: number[] = [];
  const live = liveOut(out, (lines) => void told.push(lines));
  live.write('a\n');
  out.waiting = MOST_BACKLOG;
  live.write('b\n');
  out.waiting = MOST_BACKLOG + 1;
  live.write('c\n');
  live.write('d\ne\n');
  expect([out.text, told]).toEqual(['a\nb\n', []]);
  out.waiting = 0;
  live.write('f\n');
  live.write('g\n');
  expect([out.text, told]).toEqual(['a\nb\nf\ng\n', [3]]);
});

test('a log says in a line of its own where lines are missing', () => {
  const err = new FakeOut();
  const live = liveErr(err);
  err.waiting = MOST_BACKLOG + 1;
  live.write('{"event":"x"}\n');
  err.waiting = 0;
  live.write('{"event":"y"}\n');
  expect(err.json()).toEqual([
    { level: 'warn', time: expect.any(String), event: 'log.lost', lines: 1 },
    { event: 'y' },
  ]);
});

test('serve goes on beside a reader that has stopped, and says how many lines it lost', async () => {
  const folder = await ownFolder();
  const env = { HOME: folder.path, LOADSTEP_DB: `${folder.path}/x.db`, LOADSTEP_FIRMWARE: `${folder.path}/store` };
  await writeSyntheticFirmware({ out: env.LOADSTEP_FIRMWARE, releases: ['P0S3-08-11-00'] });
  const io = new FakeIo(env);
  const code = runCli(['serve', '--listen', '127.0.0.1:0', '--json'], io);
  const enrol = (mac: string) => loadstep(['enroll', '--mac', mac, '--target', 'P0S3-08-11-00'], env);
  const released = (mac: string) => loadstep(['release', '--mac', mac], env);
  const isTold = (mac: string, event: string) =>
    io.stdout.text.includes(`"event":"${event}","at"`) && io.stdout.text.includes(mac);
  await expect.poll(() => io.stdout.text, { timeout: 10_000 }).toContain('server.listening');
  await enrol('0018B9C0FF01');
  await expect.poll(() => isTold('0018B9C0FF01', 'phone.enrolled'), { timeout: 10_000 }).toBe(true);
  io.stdout.waiting = MOST_BACKLOG + 1;
  await enrol('0018B9C0FF02');
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  io.stdout.waiting = 0;
  await released('0018B9C0FF01');
  await expect.poll(() => isTold('0018B9C0FF01', 'phone.released'), { timeout: 10_000 }).toBe(true);
  io.signal('SIGTERM');
  expect(await code).toBe(0);
  expect(io.stdout.text).not.toContain('0018B9C0FF02');
  expect(io.stderr.json()).toContainEqual(expect.objectContaining({ level: 'warn', event: 'output.lost', lines: 1 }));
  await folder.remove();
});

/** One command of a folder of its own, at whose output nobody reads, until `isOver` or its end. */
async function unheard(words: readonly string[], isOver: (io: FakeIo) => boolean = () => false): Promise<FakeIo> {
  const folder = await ownFolder();
  onTestFinished(folder.remove);
  const env = { HOME: folder.path, LOADSTEP_DB: `${folder.path}/x.db`, LOADSTEP_FIRMWARE: `${folder.path}/store` };
  await writeSyntheticFirmware({ out: env.LOADSTEP_FIRMWARE, releases: ['P0S3-08-11-00'] });
  await loadstep(['enroll', '--mac', '0018B9C0FF01', '--target', 'P0S3-08-11-00'], env);
  const io = new FakeIo(env);
  io.stdout.waiting = MOST_BACKLOG + 1;
  io.stderr.waiting = MOST_BACKLOG + 1;
  let hasEnded = false;
  const code = runCli(
    words.map((word) => word.replace('FOLDER', folder.path)),
    io,
  );
  void code.finally(() => {
    hasEnded = true;
  });
  await expect.poll(() => hasEnded || isOver(io), { timeout: 10_000 }).toBe(true);
  io.signal('SIGTERM');
  await code;
  return io;
}

const UPGRADE = ['--mac', '0018B9C0FF01', '--target', 'P0S3-08-11-00', '--from', 'P003-08-11-00'];

test.each([
  [['serve', '--listen', '127.0.0.1:0', '--json', '--log-level', 'debug']],
  [['upgrade', '--listen', '127.0.0.1:0', '--json', '--log-level', 'debug', ...UPGRADE]],
  [['watch', '--json']],
  [['emulate', 'firmware', '--release', 'P0S3-08-11-00', '--out', 'FOLDER/made', '--json']],
])('nothing is kept in memory for those who do not read what %j writes', async ([...words]) => {
  const io = await unheard(words, ({ isListening }) => isListening);
  expect(io.stdout.text).toBe('');
  // What ends a command is said all the same.
  expect(io.stderr.text).not.toContain('"level":');
});

/** Compiled modules, in a process whose standard output nobody reads. */
async function unread(script: string): Promise<string> {
  const module = (name: string) => JSON.stringify(new URL(`../../dist/src/cli/${name}`, import.meta.url).href);
  const whole = `
    const { processIo } = await import(${module('process-io.js')});
    const { liveOut } = await import(${module('output/live-out.js')});
    const io = processIo();
    ${script}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', whole], { stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  child.stderr.setEncoding('utf8').on('data', (more: string) => {
    text += more;
  });
  await once(child.stderr, 'end');
  child.stdout.destroy();
  return text;
}

test('hundreds of thousands of lines into a stopped pipe take no more memory than the limit', async () => {
  const text = await unread(`
    let lost = 0;
    const out = liveOut(io.stdout, () => {});
    const line = JSON.stringify({ event: 'file.progress', text: 'x'.repeat(200) }) + '\\n';
    for (let n = 0; n < 400; n++) {
      for (let m = 0; m < 1000; m++) out.write(line);
      await new Promise((resolve) => setImmediate(resolve));
    }
    process._rawDebug(String(out.backlog()));
    process.exit(0);`);
  expect(Number(text)).toBeGreaterThan(MOST_BACKLOG / 2);
  expect(Number(text)).toBeLessThan(MOST_BACKLOG + 1_000_000);
});

test('a second signal ends the process at once, after what has to be done at the very end', async () => {
  const module = new URL('../../dist/src/cli/process-io.js', import.meta.url).href;
  const script = `
    const { processIo } = await import(${JSON.stringify(module)});
    const io = processIo();
    io.onStop(() => io.stdout.write('asked\\n'));
    io.onEnd(() => io.stdout.write('left\\n'));
    io.onEnd(() => io.stdout.write('never\\n'))();
    process.kill(process.pid, 'SIGINT');
    setTimeout(() => process.kill(process.pid, 'SIGINT'), 50);
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (more: string) => {
    text += more;
  });
  const [code] = await once(child, 'close');
  expect([code, text]).toEqual([130, 'asked\nleft\n']);
});

test('a terminal that watch draws on is given back when the process is ended at once', async () => {
  const folder = await ownFolder();
  const env = { HOME: folder.path, LOADSTEP_DB: `${folder.path}/x.db` };
  const enrol = ['enroll', '--mac', '0018B9C0FFEE', '--target', 'P0S3-08-11-00'];
  expect(await runCli(enrol, new FakeIo(env))).toBe(0);
  const out = new FakeOut(true);
  const io = new FakeIo(env, out);
  const code = runCli(['watch'], io);
  await expect.poll(() => out.text, { timeout: 10_000 }).toContain('\u001b[?1049h');
  io.endNow();
  expect(out.text.endsWith('\u001b[?1049l')).toBe(true);
  const length = out.text.length;
  out.waiting = 1_000_000;
  io.signal('SIGINT');
  expect(await code).toBe(130);
  expect(out.text.length).toBe(length);
  await folder.remove();
});
