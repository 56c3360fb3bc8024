import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect } from 'vitest';
import { createPhone } from '../../src/emulator/phone.ts';
import type { EmulatedPhone, PhoneOptions } from '../../src/emulator/phone-options.ts';
import { freeTcpPort } from '../support/free-port.ts';
import { formOf, type Rows } from '../switch/forms.ts';
import { ownAgent } from '../switch/own-agent.ts';
import { wire } from '../switch/phone-at-port.ts';
import { Child, type Line, run } from './child.ts';
import { firmwareStore, newFolder, nextPhone, SPEED } from './harness.ts';

/** A phone at a port of the switch. */
export interface PoweredSeat {
  readonly port: number;
  readonly model: PhoneOptions['model'];
  readonly load: string;
  /** Null: it is on no list. */
  readonly target: string | null;
  /** Whether the operator says what it runs. */
  readonly isSaid?: true;
  readonly phone?: Partial<PhoneOptions>;
  /** What the tree has for it. */
  readonly tree?: (mac: string) => Readonly<Record<string, string>>;
}

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/**
 * Emulated phones at the ports of a simulated switch, and the built command that may switch their power there. Power that goes at a port goes at its
 * phone, which keeps its flash.
 */
export async function powerBench(seats: readonly PoweredSeat[], firmware: readonly string[]) {
  const [folder, kept] = [await newFolder('run'), await newFolder('kept')];
  const places = seats.map((seat) => ({ ...seat, ...nextPhone() }));
  const views = formOf({ kind: 'cisco', ports: 8, phones: places });
  const agent = await ownAgent(views);
  ends.push(() => agent.stop());
  const place = ['--json', '--db', join(kept, 'loadstep.db'), '--accounts-key', join(kept, 'accounts.key')];
  const files = ['--firmware', await firmwareStore(firmware)];
  const command = (...words: readonly string[]) => run([...words, ...place.slice(0, 3)], folder);
  const root = join(kept, 'tree');
  await mkdir(root);
  for (const { mac, target, model, load, isSaid, tree } of places) {
    for (const [name, text] of Object.entries(tree?.(mac) ?? {})) await writeFile(join(root, name), text);
    if (target === null) continue;
    const said = isSaid === true ? ['--from', load] : [];
    const { code, stderr } = await command('enroll', '--mac', mac, '--target', target, '--model', model, ...said);
    expect(code, stderr).toBe(0);
  }
  const added = ['switch', 'add', `127.0.0.1:${agent.port}`, '--name', 'sw1', '--community', 'public'];
  expect((await run([...added, ...place], folder)).code).toBe(0);
  const ears = ['--witness', '--witness-sip', `127.0.0.1:${await freeTcpPort()}`, '--witness-sccp', '127.0.0.1:0'];
  const words = ['serve', '--power-by-switch', '--root', root, '--log-level', 'info', ...ears, ...place, ...files];
  /** A server; the next one listens where the first did. */
  const serve = async (listen: string, ...more: readonly string[]) => {
    const server = new Child([...words, '--listen', listen, ...more], folder);
    ends.push(() => server.stop('SIGKILL'));
    const { port } = await server.until(({ event }) => event === 'server.listening');
    return { server, at: `127.0.0.1:${port}` };
  };
  /** Every phone gets its power. */
  const plugIn = async (at: string): Promise<ReadonlyMap<number, EmulatedPhone>> => {
    const server = { host: '127.0.0.1', port: Number(at.split(':')[1]) };
    const phones = new Map<number, EmulatedPhone>();
    for (const { port, model, load, mac, address, phone: options } of places) {
      const phone = createPhone({ model, load, mac, address, server, speed: SPEED, ...options });
      ends.push(() => phone.stop());
      phones.set(port, phone);
      await phone.start();
    }
    wire(agent, views.get('public') as Rows, 'cisco', phones);
    return phones;
  };
  /** The command that converts one phone, and is the server. */
  const upgrade = async (mac: string, target: string, listen: string) => {
    const child = new Child(
      ['upgrade', '--mac', mac, '--target', target, '--listen', listen, ...place, ...files],
      folder,
    );
    ends.push(() => child.stop('SIGKILL'));
    await child.until(({ event }) => event === 'server.listening');
    return child;
  };
  return { agent, command, serve, upgrade, plugIn, places };
}

/** Where the power of a port is switched (RFC 3621). */
export const adminOf = (port: number) => `1.3.6.1.2.1.105.1.1.1.3.1.${port}`;

/** How often it had power. */
export const livesOf = (phone: EmulatedPhone | undefined) =>
  phone?.records.filter((one) => one.event === 'phone.powered' && one.isOn).length;

export const isLanded = ({ event }: Line) => event === 'phone.landed';
