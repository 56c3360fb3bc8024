import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openStore } from '../../src/adapters/sqlite/open-store.ts';
import { loadstep } from '../support/fake-io.ts';
import { type FormPhone, formOf } from '../switch/forms.ts';
import { ownAgent } from '../switch/own-agent.ts';
import { sendFrom, trapBytes } from '../switch/trap-bytes.ts';
import { Child, run } from './child.ts';
import { cleanUp, firmwareStore, newFolder } from './harness.ts';

afterAll(cleanUp);

const [LISTED, STRANGER, UNSEEN] = ['0018B9510001', '0018B9510002', '0018B9510003'];
const PHONES: readonly FormPhone[] = [
  { port: 17, mac: LISTED, model: '7960', load: 'P0030301MFG2' },
  { port: 3, mac: STRANGER, model: '7941', load: 'SCCP41.8-5-3S' },
];

test('a server with a switch knows the port of each phone: in its events, status, report and the layout of the bench', {
  timeout: 60_000,
}, async () => {
  const [folder, kept] = [await newFolder('run'), await newFolder('kept')];
  const agent = await ownAgent(formOf({ kind: 'cisco', ports: 24, phones: PHONES }));
  const db = ['--db', join(kept, 'loadstep.db')];
  const key = ['--accounts-key', join(kept, 'accounts.key')];
  const firmware = ['--firmware', await firmwareStore(['P0S3-08-11-00'])];
  const secret = join(kept, 'community');
  await writeFile(secret, 'public\n');
  for (const [mac, more] of [
    [LISTED, ['--label', 'shelf 1']],
    [UNSEEN, ['--label', 'shelf 2']],
  ] as const) {
    await loadstep(['enroll', '--mac', mac, '--target', 'P0S3-08-11-00', ...more, ...db, ...firmware]);
  }
  const added = await run(
    ['switch', 'add', `127.0.0.1:${agent.port}`, '--name', 'sw1', '--community-file', secret, ...db, ...key, '--json'],
    folder,
  );
  expect([added.code, added.stderr]).toEqual([0, '']);
  const server = new Child(
    ['serve', '--json', '--listen', '127.0.0.1:0', '--log-level', 'debug', ...db, ...key, ...firmware],
    folder,
  );
  try {
    const row = await server.until(({ event, finding }) => event === 'phone.decision' && finding === 'switch-port');
    expect(row).toMatchObject({
      mac: LISTED,
      reason: 'it hangs at sw1 Gi0/17, as CDP says: Cisco IP Phone 7960, says that it runs P0030301MFG2',
    });
    const status = await run(['status', '--json', ...db], folder);
    expect(status.lines.map(({ mac, port, switchPort }) => [mac, port, switchPort])).toEqual([
      [LISTED, 'sw1 Gi0/17', 'sw1 Gi0/17'],
      [UNSEEN, undefined, undefined],
    ]);
    const layout = await loadstep(['bench', 'layout', ...db]);
    expect(layout.out).toMatch(
      /^sw1\nPORT +PHONE +SAYS +STATE +SEEN\nGi0\/3 +0018B9510002 +SCCP41\.8-5-3S \(CDP, for 6 min 4\d s\) +bystander +\d s ago\nGi0\/17 +shelf 1 \(0018B9510001\) +P0030301MFG2 \(CDP, .*\) +waiting +\d s ago\n\nSeen at no port: shelf 2\.\n$/,
    );
    const json = await run(['bench', 'layout', '--json', ...db], folder);
    expect(json.lines).toContainEqual(
      expect.objectContaining({
        switch: 'sw1',
        port: 'Gi0/17',
        mac: LISTED,
        by: 'cdp',
        label: 'shelf 1',
        before: null,
      }),
    );
    const report = await run(['report', '--json', ...db], folder);
    expect(report.lines).toContainEqual(expect.objectContaining({ mac: LISTED, port: 'sw1 Gi0/17' }));
    // The port in the operator's words stays, and the other one is told beside it.
    await loadstep(['enroll', '--from-csv', await listWithPort(kept), '--target', 'P0S3-08-11-00', ...db, ...firmware]);
    const again = await run(['status', '--json', '--mac', LISTED, ...db], folder);
    expect(again.lines[0]).toMatchObject({ port: 'window 4', switchPort: 'sw1 Gi0/17' });
    expect((await loadstep(['status', '--mac', LISTED, ...db])).out).toContain('window 4 (seen at sw1 Gi0/17)');
    expect(server.stderr).not.toContain('public');
    expect(await server.stop()).toBe(0);
  } finally {
    await server.stop('SIGKILL');
    await agent.stop();
  }
});

test('a switch that says that a link changed is asked at once, and what strangers say changes nothing', {
  // Shorter than the minute after which it would be asked anyway.
  timeout: 45_000,
}, async () => {
  const [folder, kept] = [await newFolder('run'), await newFolder('kept')];
  const views = new Map(formOf({ kind: 'cisco', ports: 24, phones: [PHONES[0] as FormPhone] }));
  const agent = await ownAgent(views);
  const db = ['--db', join(kept, 'loadstep.db')];
  const key = ['--accounts-key', join(kept, 'accounts.key')];
  const firmware = ['--firmware', await firmwareStore(['P0S3-08-11-00'])];
  await loadstep(['enroll', '--mac', LISTED, '--target', 'P0S3-08-11-00', ...db, ...firmware]);
  const added = await loadstep([
    ...['switch', 'add', `127.0.0.1:${agent.port}`, '--name', 'sw1', '--community', 'public', ...db, ...key],
  ]);
  expect(added.code).toBe(0);
  const words = ['--switch-traps', '127.0.0.1:0', '--log-level', 'debug', ...db, ...key, ...firmware];
  const server = new Child(['serve', '--json', '--listen', '127.0.0.1:0', ...words], folder);
  try {
    const port = Number((await logged(server, 'switch.traps-listening')).port);
    await server.until(({ event, finding }) => event === 'phone.decision' && finding === 'switch-port');
    const moved = formOf({ kind: 'cisco', ports: 24, phones: [{ ...(PHONES[0] as FormPhone), port: 18 }] });
    for (const [community, rows] of moved) views.set(community, rows);
    const linkUp = await trapBytes('1.3.6.1.6.3.1.1.5.4');
    await sendFrom('127.0.0.77', port, [linkUp]);
    expect(await logged(server, 'switch.trap-foreign')).toMatchObject({ address: '127.0.0.77', foreign: 1 });
    await sendFrom('127.0.0.1', port, [linkUp]);
    const row = await server.until(({ reason }) => String(reason).startsWith('it hangs at sw1 Gi0/18, and not at'));
    expect(row).toMatchObject({ mac: LISTED, finding: 'switch-port' });
    expect(await server.stop()).toBe(0);
  } finally {
    await server.stop('SIGKILL');
    await agent.stop();
  }
});

test('a port that was left without power by a server that was killed gets it back from the next one, and its switch is not removed before', {
  timeout: 60_000,
}, async () => {
  const [folder, kept] = [await newFolder('run'), await newFolder('kept')];
  const agent = await ownAgent(formOf({ kind: 'hp', ports: 8, phones: [] }));
  const path = join(kept, 'loadstep.db');
  const [db, key] = [
    ['--db', path],
    ['--accounts-key', join(kept, 'accounts.key')],
  ];
  const added = await loadstep([
    ...['switch', 'add', `127.0.0.1:${agent.port}`, '--name', 'sw1', '--community', 'public', ...db, ...key],
  ]);
  expect(added.code).toBe(0);
  // As the record stands between off and on.
  const store = openStore({ path, mode: 'client' });
  store.keepDark({ switchName: 'sw1', group: 1, port: 5, portName: '5', offAt: Date.now() });
  store.close();
  const refused = await loadstep(['switch', 'remove', 'sw1', ...db]);
  expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('has to come back')]);
  const words = [
    'serve',
    '--json',
    '--listen',
    '127.0.0.1:0',
    ...db,
    ...key,
    '--firmware',
    await firmwareStore(['P0S3-08-11-00']),
  ];
  const server = new Child(words, folder);
  try {
    await server.untilLogged('power.restored');
    expect(agent.sets).toEqual([{ oid: '1.3.6.1.2.1.105.1.1.1.3.1.5', value: 1 }]);
    expect(await server.stop()).toBe(0);
    expect((await loadstep(['switch', 'remove', 'sw1', ...db])).code).toBe(0);
  } finally {
    await server.stop('SIGKILL');
    await agent.stop();
  }
});

async function listWithPort(folder: string): Promise<string> {
  const file = join(folder, 'list.csv');
  await writeFile(file, `mac,port\n${LISTED},window 4\n`);
  return file;
}

/** The first line of the log about that. */
async function logged(server: Child, event: string): Promise<Record<string, unknown>> {
  await server.untilLogged(`"${event}"`);
  const line = server.stderr.split('\n').find((one) => one.includes(`"${event}"`)) ?? '';
  return JSON.parse(line);
}
