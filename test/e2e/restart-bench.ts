import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect } from 'vitest';
import { freeTcpPort } from '../support/free-port.ts';
import { Child, type Line, run } from './child.ts';
import { firmwareStore, newFolder, nextPhone, SPEED } from './harness.ts';

const children: Child[] = [];
afterEach(async () => {
  for (const child of children.splice(0).reverse()) await child.stop('SIGKILL');
});

/** Where phones are heard. */
export interface Ears {
  readonly sip: number;
  readonly sccp: number;
}

/** One phone that is to be restarted without a hand on it. */
export interface RestartBench {
  readonly model: string;
  readonly load: string;
  readonly target?: string;
  readonly firmware?: readonly string[];
  /** More flags of the phone. */
  readonly phone?: (ears: Ears) => readonly string[];
  readonly serve?: readonly string[];
  /** Whether the operator says what it runs. */
  readonly isSaid?: true;
  /** The phone's own configuration in the tree. */
  readonly tree?: (mac: string, ears: Ears) => Readonly<Record<string, string>>;
}

/** A bench of one phone that is not power-cycled by anybody. */
export async function openBench(bench: RestartBench) {
  const [folder, kept] = [await newFolder('run'), await newFolder('kept')];
  const { mac, address } = nextPhone();
  const place = ['--json', '--db', join(kept, 'loadstep.db')];
  const { target = bench.load, model } = bench;
  const from = bench.isSaid === true ? ['--from', bench.load] : [];
  const command = (...words: readonly string[]) => run([...words, ...place], folder);
  const enrolled = await command('enroll', '--mac', mac, '--target', target, '--model', model, ...from);
  expect(enrolled.code, enrolled.stderr).toBe(0);
  const ears = { sip: await freeTcpPort(), sccp: await freeTcpPort() };
  const root = join(kept, 'tree');
  await mkdir(root);
  for (const [name, text] of Object.entries(bench.tree?.(mac, ears) ?? {})) await writeFile(join(root, name), text);
  const at = ['--witness-sip', `127.0.0.1:${ears.sip}`, '--witness-sccp', `127.0.0.1:${ears.sccp}`];
  const witness = ['--witness', ...at, '--witness-page', '8081'];
  const firmware = ['--firmware', await firmwareStore(bench.firmware ?? [target])];
  const words = ['serve', '--listen', '127.0.0.1:0', '--root', root, ...firmware, ...witness, ...(bench.serve ?? [])];
  const server = new Child([...words, ...place], folder);
  children.push(server);
  const { port } = await server.until((one) => one.event === 'server.listening');
  const phone = new Child(
    [
      ...['emulate', 'phone', '--json', '--register', '--restart-idle', '0', '--model', model, '--load', bench.load],
      ...['--server', `127.0.0.1:${port}`, '--address', address, '--mac', mac, '--speed', String(SPEED)],
      ...(bench.phone?.(ears) ?? []),
    ],
    folder,
  );
  children.push(phone);
  const restart = (...more: readonly string[]) => command('restart', '--mac', mac, '--timeout', '60s', ...more);
  return { mac, server, phone, command, restart };
}

export const isLanded = ({ event }: Line) => event === 'phone.landed';
export const isRegistered = ({ event }: Line) => event === 'phone.registered';
