import { afterEach } from 'vitest';
import { syntheticPackage } from '../../src/emulator/firmware/synthetic-firmware.ts';
import { createPhone } from '../../src/emulator/phone.ts';
import type { EmulatedPhone, PhoneOptions } from '../../src/emulator/phone-options.ts';
import { type Script, ScriptedServer } from './scripted-server.ts';

export const MAC = '0018B9FFFFFF';

const running: { stop(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of running.splice(0).reverse()) await one.stop();
});

/** A server with these files; stopped after the test. */
export async function serve(files: Readonly<Record<string, string | Buffer | null>> = {}): Promise<ScriptedServer> {
  const server = new ScriptedServer(new Map(Object.entries(files)) as Script);
  await server.start();
  running.push(server);
  return server;
}

let phones = 0;

/** Addresses that no other test process uses, so that source ports are free. */
function ownAddress(): string {
  phones += 1;
  return `127.${1 + (process.pid % 250)}.${1 + (Math.floor(process.pid / 250) % 250)}.${1 + (phones % 250)}`;
}

/** Whether ports rise from request to request; a port that something else on the machine holds may be left out. */
export function areRising(ports: readonly number[]): boolean {
  return ports.every((port, k) => k === 0 || (port > (ports[k - 1] ?? 0) && port - (ports[k - 1] ?? 0) < 5));
}

/** A fast phone before that server; stopped after the test. */
export async function plugIn(
  server: { readonly port: number },
  options: Omit<PhoneOptions, 'mac' | 'server'> & { readonly mac?: string },
): Promise<EmulatedPhone> {
  const phone = createPhone({
    mac: MAC,
    speed: 1000,
    address: ownAddress(),
    server: { host: '127.0.0.1', port: server.port },
    ...options,
  });
  running.push(phone);
  await phone.start();
  return phone;
}

/** The files of synthetic packages, by name. */
export function filesOf(...loads: readonly string[]): Record<string, Buffer> {
  const files = loads.flatMap((load) => syntheticPackage(load));
  return Object.fromEntries(files.map((file) => [file.name, file.content]));
}

/** Resolves when the phone has nothing to do. */
export async function rest(phone: EmulatedPhone): Promise<void> {
  await phone.until((event) => event.event === 'phone.idle');
}

/** The names asked since the last power on or restart. */
export function askedSinceBoot(phone: EmulatedPhone): string[] {
  const start = phone.records.findLastIndex((event) => event.event === 'phone.powered' && event.isOn);
  return phone.records
    .slice(start)
    .filter((event) => event.event === 'file.asked' && event.attempt === 1)
    .map((event) => (event.event === 'file.asked' ? event.file : ''));
}
