import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadstep } from '../support/fake-io.ts';
import { type Form, formOf } from '../switch/forms.ts';
import { ownAgent } from '../switch/own-agent.ts';
import { sendFrom, trapBytes } from '../switch/trap-bytes.ts';
import { Child } from './child.ts';
import { cleanUp, firmwareStore, newFolder, nextPhone, SPEED } from './harness.ts';

afterAll(cleanUp);

const TARGET = 'SIP42.9-3-1SR4-1S';
/** Hundredths of a second since the switch was started. */
const UP = 8_640_000;

test('a Java phone that runs its target already lands by what it tells its switch, once the switch has heard it say that in this boot', {
  timeout: 120_000,
}, async () => {
  const [folder, kept] = [await newFolder('run'), await newFolder('kept')];
  const { mac, address } = nextPhone();
  const db = ['--db', join(kept, 'loadstep.db')];
  const key = ['--accounts-key', join(kept, 'accounts.key')];
  const firmware = ['--firmware', await firmwareStore([TARGET])];
  const form: Form = { kind: 'cisco', ports: 24, phones: [], upTicks: UP };
  const views = new Map(formOf(form));
  const agent = await ownAgent(views);
  const place = ['switch', 'add', `127.0.0.1:${agent.port}`, '--name', 'sw1', '--community', 'public'];
  expect((await loadstep([...place, ...db, ...key])).code).toBe(0);
  const wish = ['--mac', mac, '--target', TARGET, '--model', '7942'];
  expect((await loadstep(['enroll', ...wish, ...db, ...firmware])).code).toBe(0);
  const ears = ['--witness', '--witness-sip', '127.0.0.1:0', '--witness-sccp', '127.0.0.1:0', '--witness-page', '8082'];
  const words = [...ears, '--switch-traps', '127.0.0.1:0', '--log-level', 'info', ...db, ...key, ...firmware];
  const server = new Child(['serve', '--json', '--listen', '127.0.0.1:0', ...words], folder);
  const phones: Child[] = [];
  try {
    const { port } = await server.until(({ event }) => event === 'server.listening');
    await server.untilLogged('"switch.traps-listening"');
    const line = server.stderr.split('\n').find((one) => one.includes('"switch.traps-listening"')) ?? '{}';
    const traps = Number((JSON.parse(line) as { port: number }).port);
    const where = ['--server', `127.0.0.1:${port}`, '--address', address, '--mac', mac, '--speed', String(SPEED)];
    const phone = ['--model', '7942', '--load', TARGET, '--restart-idle', '0'];
    phones.push(new Child(['emulate', 'phone', '--json', ...phone, ...where], folder));
    await server.until(({ event, state }) => event === 'phone.state' && state === 'offered');
    // The switch has known these words for a minute: they may be those of the boot before.
    const says = async (changedAt: number) => {
      const told = formOf({ ...form, phones: [{ port: 17, mac, model: '7942', load: TARGET, address, changedAt }] });
      for (const [community, rows] of told) views.set(community, rows);
      await sendFrom('127.0.0.1', traps, [await trapBytes('1.3.6.1.6.3.1.1.5.4')]);
    };
    await says(UP - 6_000);
    const doubted = await server.until(({ finding }) => finding === 'witness');
    expect(doubted.reason).toContain('that may have been said before the phone started, so it counts for nothing');
    expect(server.lines.some(({ event }) => event === 'phone.landed')).toBe(false);
    await says(UP);
    const landed = await server.until(({ event }) => event === 'phone.landed');
    expect(landed.witnesses).toEqual([
      `(e) CDP at its switch port at ${address} says "Cisco IP Phone 7942, ${TARGET} (sw1 Gi0/17)"`,
    ]);
    expect(await server.stop()).toBe(0);
  } finally {
    for (const phone of phones) await phone.stop('SIGKILL');
    await server.stop('SIGKILL');
    await agent.stop();
  }
});
