import { afterEach, expect, test } from 'vitest';
import { loadNetSnmp } from '../../src/adapters/switches/net-snmp.ts';
import { createPhone } from '../../src/emulator/phone.ts';
import type { EmulatedPhone } from '../../src/emulator/phone-options.ts';
import { formOf, type Rows } from '../switch/forms.ts';
import { type OwnAgent, ownAgent } from '../switch/own-agent.ts';
import { wire } from '../switch/phone-at-port.ts';
import { ScriptedServer } from './scripted-server.ts';

// PoE off and on at the port of an emulated phone, by SNMP of another author (POWER-ETHERNET-MIB, RFC 3621).

const [HERE, OTHER] = [5, 6];
const phones: EmulatedPhone[] = [];
let agent: OwnAgent;
let files: ScriptedServer;

afterEach(async () => {
  await Promise.all(phones.splice(0).map((one) => one.stop()));
  await agent.stop();
  await files.stop();
});

async function setPower(port: number, value: 1 | 2): Promise<void> {
  const snmp = await loadNetSnmp();
  const session = snmp.createSession('127.0.0.1', 'public', { port: agent.port, version: snmp.Version2c });
  const oid = `1.3.6.1.2.1.105.1.1.1.3.1.${port}`;
  return new Promise((resolve, reject) => {
    session.set([{ oid, type: snmp.ObjectType.Integer, value }], (error: Error | null) => {
      session.close();
      if (error === null) resolve();
      else reject(error);
    });
  });
}

test('the phone at the port is dark until the port is on again, and boots; the one beside it goes on', async () => {
  files = new ScriptedServer(new Map());
  await files.start();
  const form = formOf({ kind: 'hp', ports: 8, phones: [] });
  const rows = form.get('public') as Rows;
  agent = await ownAgent(form);
  for (const [n, mac] of ['0024C4AABBC1', '0024C4AABBC2'].entries()) {
    const phone = createPhone({
      ...{ model: '7960', load: 'P0030801SR02', mac, address: `127.87.0.${n + 2}` },
      ...{ server: { host: '127.0.0.1', port: files.port }, speed: 200, networkSpeed: 20 },
    });
    phones.push(phone);
    await phone.start();
    await phone.until(({ event }) => event === 'phone.booted');
  }
  const [here, beside] = phones as [EmulatedPhone, EmulatedPhone];
  wire(
    agent,
    rows,
    'hp',
    new Map([
      [HERE, here],
      [OTHER, beside],
    ]),
  );
  await setPower(HERE, 2);
  await here.until((one) => one.event === 'phone.powered' && !one.isOn);
  expect([here.running, rows.get(`1.3.6.1.2.1.2.2.1.8.${HERE}`)]).toEqual([null, ['int', 2]]);
  await setPower(HERE, 1);
  await here.until(() => here.records.filter((one) => one.event === 'phone.powered' && one.isOn).length === 2);
  expect(rows.get(`1.3.6.1.2.1.105.1.1.1.6.1.${HERE}`)).toEqual(['int', 3]);
  expect(beside.records.filter(({ event }) => event === 'phone.powered')).toHaveLength(1);
});
