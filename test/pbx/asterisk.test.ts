import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import type { ModelId } from '../../src/core/names/family.ts';
import { createPhone } from '../../src/emulator/phone.ts';
import type { EmulatedPhone } from '../../src/emulator/phone-options.ts';
import { ScriptedServer } from '../emulator/scripted-server.ts';
import { cnfFiles, sepFile } from '../support/phone-files.ts';
import type { Asterisk } from './asterisk.ts';
import { type Account, asteriskFiles, PASSWORD } from './asterisk-files.ts';
import { atAsterisk } from './at-asterisk.ts';

// A real Asterisk in a Debian of its own; the phones are emulated, and configured by hand-written files. What a real PBX makes of their
// manners is not ours to decide: after-landing 4.2 and 9 say what a real phone met there.

const ACCOUNTS: readonly Account[] = [
  { name: '201' },
  { name: '202' },
  { name: '203' },
  { name: '211', endpoint: { force_rport: 'yes' } },
  { name: '212', endpoint: { rewrite_contact: 'yes' } },
  { name: '213', auth: { auth_type: 'digest', supported_algorithms_uas: 'SHA-256' } },
  { name: '214', aor: { minimum_expiration: '10', maximum_expiration: '15', default_expiration: '15' } },
];
/** Of 100 packets; the machine may be busy. */
const NEARLY_ALL = expect.toSatisfy((count: number) => count >= 95 && count <= 100);
const SPEED = 20;

const server = new ScriptedServer(new Map());
const phones: EmulatedPhone[] = [];

const withAsterisk = atAsterisk(async (address) => asteriskFiles(address, ACCOUNTS));

beforeAll(() => server.start());

afterEach(async () => {
  await Promise.all(phones.splice(0).map((phone) => phone.stop()));
});

afterAll(() => server.stop());

interface Desk {
  readonly model: ModelId;
  readonly load: string;
  readonly transport?: string;
  readonly more?: string;
  readonly expires?: number;
}

const SIP_7960: Desk = { model: '7960', load: 'P0S3-8-12-00' };
const SIP_7941: Desk = { model: '7941', load: 'SIP41.8-5-4S' };
const TCP_7942: Desk = { model: '7942', load: 'SIP42.9-4-2SR3-1S', transport: '1' };
const UDP_7942: Desk = { model: '7942', load: 'SIP42.9-4-2SR3-1S', transport: '2' };
let macs = 0;

/** A phone that runs its load, finds its files, and goes on from there. */
async function plugged(asterisk: Asterisk, desk: Desk, name: string): Promise<EmulatedPhone> {
  macs += 1;
  const mac = `0018B9${(0xa0_00_00 + macs).toString(16).toUpperCase()}`;
  const { model, load } = desk;
  const written = { ...desk, mac, name, password: PASSWORD, pbx: asterisk.address };
  const files = model === '7960' ? cnfFiles(written) : sepFile(written);
  for (const [file, text] of Object.entries(files)) {
    // Every 7960 here has the same SIPDefault.cnf but for what is on trial.
    server.files.set(file, text);
  }
  const address = asterisk.address.replace(/\.5$/, `.${10 + macs}`);
  const phone = createPhone({
    model,
    load,
    mac,
    address,
    server: { host: '127.0.0.1', port: server.port },
    speed: SPEED,
    isRunning: true,
    registers: true,
  });
  phones.push(phone);
  await phone.start();
  return phone;
}

const registered = (phone: EmulatedPhone) => phone.until(({ event }) => event === 'phone.registered');
const said = (phone: EmulatedPhone) =>
  phone.records.flatMap((one) =>
    one.event === 'line.unregistered' ? [one.why] : one.event === 'phone.says' ? [one.text] : [],
  );

describe('at a real Asterisk', () => {
  for (const [desk, name] of [
    [SIP_7960, '201'],
    [SIP_7941, '202'],
    [TCP_7942, '203'],
    [UDP_7942, '203'],
  ] as const) {
    const spoken = desk.transport === '1' ? 'TCP' : 'UDP';
    withAsterisk(
      `a ${desk.model} on ${desk.load} registers by ${spoken}, calls, is called, and hears each word`,
      async (asterisk) => {
        const phone = await plugged(asterisk, desk, name);
        await registered(phone);
        expect(await asterisk.cli(`pjsip show contacts`)).toMatch(new RegExp(`${name}/sip:${name}@`));
        expect(await phone.call('600')).toMatchObject({ outcome: 'ended', sent: 100, same: NEARLY_ALL });
        const colleague = await plugged(asterisk, SIP_7941, name === '202' ? '201' : '202');
        await registered(colleague);
        expect(await colleague.call(name)).toMatchObject({ outcome: 'ended', sent: 100, same: NEARLY_ALL });
        const rang = await phone.until((one) => one.event === 'call.ended' && !one.isOutgoing);
        expect(rang).toMatchObject({ outcome: 'ended', heard: NEARLY_ALL });
      },
    );
  }

  withAsterisk(
    'with force_rport=yes a phone by UDP registers for ever: every answer goes to a port where nobody listens',
    async (asterisk) => {
      const phone = await plugged(asterisk, SIP_7941, '211');
      await phone.until((one) => one.event === 'line.unregistered');
      await phone.until(() => phone.records.filter(({ event }) => event === 'line.unregistered').length >= 2);
      expect(new Set(said(phone))).toEqual(new Set(['REG auth failed: ack timer']));
      expect(phone.screen).toBe('Registering');
      expect(phone.records.some(({ event }) => event === 'sip.got')).toBe(false);
      expect(asterisk.log()).not.toContain('Failed to authenticate');
    },
  );

  withAsterisk('with NAT on in the phone, force_rport=yes does no harm', async (asterisk) => {
    const phone = await plugged(asterisk, { ...SIP_7960, more: 'nat_enable: 1' }, '211');
    await registered(phone);
    expect(await phone.call('600')).toMatchObject({ outcome: 'ended', same: NEARLY_ALL });
  });

  withAsterisk('over TCP, force_rport=yes does no harm', async (asterisk) => {
    await registered(await plugged(asterisk, TCP_7942, '211'));
  });

  withAsterisk(
    'with rewrite_contact=yes a phone by UDP registers and calls out, and nobody can call it',
    async (asterisk) => {
      const phone = await plugged(asterisk, SIP_7960, '212');
      await registered(phone);
      expect(await phone.call('600')).toMatchObject({ outcome: 'ended', same: NEARLY_ALL });
      const caller = await plugged(asterisk, SIP_7941, '201');
      await registered(caller);
      void caller.call('212');
      await caller.until(({ event }) => event === 'call.began');
      await new Promise((resolve) => setTimeout(resolve, 2000));
      expect(phone.records.filter((one) => one.event === 'call.began' && !one.isOutgoing)).toEqual([]);
    },
  );

  withAsterisk('a challenge by SHA-256 only is answered without credentials, again and again', async (asterisk) => {
    const phone = await plugged(asterisk, SIP_7941, '213');
    await phone.until((one) => one.event === 'line.unregistered');
    expect(said(phone)).toEqual([
      'REG send failure: auth scheme',
      'REG send failure: auth scheme',
      'REG auth failed: no more credentials',
    ]);
  });

  withAsterisk('a server that grants 15 seconds makes the phone unregister itself', async (asterisk) => {
    const phone = await plugged(asterisk, { ...SIP_7941, expires: 3600 }, '214');
    const gone = await phone.until((one) => one.event === 'line.unregistered');
    expect(gone).toMatchObject({ why: 'REG Expires time too small' });
    expect(await asterisk.cli('pjsip show contacts')).not.toContain('214/');
  });
});
