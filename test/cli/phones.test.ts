import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeSyntheticFirmware } from '../../src/emulator/firmware/synthetic-firmware.ts';
import { loadstep, ownFolder } from '../support/fake-io.ts';

const [TARGET, MAC, OTHER] = ['P0S3-08-11-00', '0018B9C0FFEE', '0018B9C0FFAA'];
let folder: Awaited<ReturnType<typeof ownFolder>>;
let env: Record<string, string>;

beforeEach(async () => {
  folder = await ownFolder();
  env = { HOME: folder.path, LOADSTEP_DB: join(folder.path, 'loadstep.db') };
});
afterEach(() => folder.remove());

test('what the display of a phone shows may be said with retry, and the rest of what is listed stays', async () => {
  await loadstep(['enroll', '--mac', MAC, '--target', TARGET, '--label', 'desk 4', '--batch', 'pallet 7'], env);
  const retried = await loadstep(['retry', '--mac', MAC, '--from', TARGET], env);
  expect(retried).toMatchObject({ code: 0, out: `${MAC} starts again\n` });
  expect((await loadstep(['status', '--json'], env)).json()).toMatchObject([{ from: TARGET, label: 'desk 4' }]);
  expect(await loadstep(['retry', '--mac', MAC, '--from', 'SIP42.9-3-1SR4-1S'], env)).toMatchObject({ code: 3 });
  expect(await loadstep(['retry', '--mac', OTHER, '--from', TARGET], env)).toMatchObject({ code: 2 });
});

test('a phone is enrolled, shown, started anew and released', async () => {
  const enrolled = await loadstep(
    ['enroll', '--mac', '00:18:b9:c0:ff:ee', '--target', TARGET, '--label', 'desk 4'],
    env,
  );
  expect(enrolled).toMatchObject({
    code: 0,
    out: `${MAC} is on the list for ${TARGET}\n`,
    err: '',
    begins: expect.stringMatching(/loadstep\.db$/),
  });
  const status = await loadstep(['status', '--json'], env);
  expect(status.json()).toMatchObject([
    { mac: MAC, state: 'waiting', target: TARGET, label: 'desk 4', hop: 0, hops: 0 },
  ]);
  expect((await loadstep(['status'], env)).out).toMatch(/^MAC .*\n0018B9C0FFEE {2}desk 4 /);
  expect((await loadstep(['status'], env)).out).toContain('No server runs on this record, so no phone is answered');
  const retried = await loadstep(['retry', '--mac', MAC], env);
  expect(retried).toMatchObject({ code: 0, out: `${MAC} starts again\n` });
  expect(retried.err).toMatch(/^loadstep: no server runs on this record, so no phone is answered yet/);
  const released = await loadstep(['release', '--mac', MAC], env);
  expect(released).toMatchObject({ code: 0, out: `${MAC} released\n` });
  // It never asked for anything, so no DHCP server has to be told.
  expect(released.err).toBe('');
  expect((await loadstep(['status', '--mac', MAC, '--json'], env)).json()).toMatchObject([{ state: 'released' }]);
  const history = await loadstep(['history', '--mac', MAC, '--json'], env);
  expect(history.json().map(({ event, mac }) => [event, mac])).toEqual([
    ['phone.enrolled', MAC],
    ['phone.decision', MAC],
    ['phone.released', MAC],
  ]);
  expect((await loadstep(['history', '--mac', MAC], env)).out).toMatch(
    /^\d{4}-\d\d-\d\d\n\d\d:\d\d:\d\d {3}on the list for/,
  );
});

test('enrolling twice is enrolling once, and another target is a change', async () => {
  const words = ['enroll', '--mac', MAC, '--target', TARGET];
  await loadstep(words, env);
  expect((await loadstep([...words, '--json'], env)).json()).toMatchObject([{ mac: MAC, result: 'going-on' }]);
  expect((await loadstep(['history', '--json'], env)).json()).toHaveLength(1);
  const other = await loadstep(['enroll', '--mac', MAC, '--target', 'P0S3-08-2-00', '--json'], env);
  expect(other.json()).toMatchObject([{ result: 'changed', target: 'P0S3-08-2-00' }]);
});

test('what was said when a phone was enrolled stays when it is not said again', async () => {
  await loadstep(['enroll', '--mac', MAC, '--target', TARGET, '--from', 'P0030301MFG2', '--model', '7940'], env);
  await loadstep(['enroll', '--mac', MAC, '--target', TARGET, '--label', 'desk 4'], env);
  const [status] = (await loadstep(['status', '--json'], env)).json();
  expect(status).toMatchObject({ from: 'P0030301MFG2', model: '7940', label: 'desk 4' });
});

test('several phones are enrolled at once', async () => {
  await loadstep(['enroll', '--mac', MAC, OTHER, '--target', TARGET], env);
  expect((await loadstep(['status', '--json'], env)).json().map(({ mac }) => mac)).toEqual([MAC, OTHER]);
});

test('a list enrols its good rows, names its bad ones by line, and exits with 2', async () => {
  const file = join(folder.path, 'phones.csv');
  await writeFile(file, `mac,target,label\n${MAC},${TARGET},a\nZZ,${TARGET},b\n${OTHER},${TARGET},c\n`);
  const { code, out, err } = await loadstep(['enroll', '--from-csv', file], env);
  expect(code).toBe(2);
  expect(out).toMatch(/^2 phones are on the list for .* \(2 new; .*\)\n$/);
  expect(err).toMatch(/phones\.csv line 3: "ZZ" is not a MAC address/);
  expect(err).toMatch(/1 row of .*phones\.csv left out, 2 phones taken \(E_BAD_USAGE\)\n$/);
  expect((await loadstep(['status', '--json'], env)).json()).toHaveLength(2);
});

test('phones that are not on the list cannot be released, started anew or waited for', async () => {
  await loadstep(['enroll', '--mac', OTHER, '--target', TARGET], env);
  for (const words of [['release'], ['retry'], ['wait', '--timeout', '1s']]) {
    const { code, err } = await loadstep([...words, '--mac', MAC], env);
    expect(code).toBe(2);
    expect(err).toMatch(/0018B9C0FFEE is not on the list/);
  }
  const { code, err } = await loadstep(['status', '--mac', MAC], env);
  expect(code).toBe(2);
  expect(err).toMatch(/nothing is known of 0018B9C0FFEE/);
});

test('wait exits with 5 when time is up, and says which phones are late', async () => {
  await loadstep(['enroll', '--mac', MAC, '--target', TARGET], env);
  const { code, err, json } = await loadstep(['wait', '--mac', MAC, '--timeout', '50ms', '--json'], env);
  expect(code).toBe(5);
  expect(json()).toMatchObject([{ mac: MAC, state: 'waiting' }]);
  expect(err).toMatch(/not landed within .*: 0018B9C0FFEE \(E_TIMEOUT\)/);
});

test('commands that only read do not make a database', async () => {
  for (const words of [['status'], ['history'], ['watch'], ['wait', '--mac', MAC]]) {
    const { code, out, err } = await loadstep(words, env);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/\(E_DB_MISSING\)\n$/);
  }
});

test('the road of a phone that has not been seen starts where the operator said', async () => {
  const firmware = join(folder.path, 'firmware');
  await writeSyntheticFirmware({ out: firmware, releases: ['P0S3-05-3-00', TARGET] });
  const words = ['plan', '--mac', MAC, '--firmware', firmware, '--json'];
  await loadstep(['enroll', '--mac', MAC, '--target', TARGET], env);
  expect(await loadstep(words, env)).toMatchObject({ code: 3 });
  expect((await loadstep(words, env)).json()).toMatchObject([{ ready: false, code: 'E_AMBIGUOUS' }]);
  await loadstep(['enroll', '--mac', MAC, '--target', TARGET, '--from', 'P0030301MFG2'], env);
  expect((await loadstep(words, env)).json()).toMatchObject([{ ready: true, from: 'P0030301MFG2', target: TARGET }]);
  const rehearsal = await loadstep(
    ['upgrade', '--mac', MAC, '--target', TARGET, '--firmware', firmware, '--dry-run'],
    env,
  );
  expect(rehearsal).toMatchObject({ code: 0 });
  expect(rehearsal.out).toMatch(/^To P0S3-08-11-00 .*in 3 hops/);
  expect((await loadstep(['plan', '--mac', OTHER, '--firmware', firmware], env)).code).toBe(2);
});

test('a phone that was cancelled or released and is enrolled again keeps its model, and its line says what became of its batch', async () => {
  const enroll = (...more: string[]) => loadstep(['enroll', '--mac', MAC, '--target', TARGET, ...more], env);
  const known = async () => (await loadstep(['status', '--mac', MAC, '--json'], env)).json()[0];
  await enroll('--model', '7940', '--batch', 'pallet 12');
  await loadstep(['cancel', '--mac', MAC], env);
  expect((await enroll()).out).toBe(`${MAC} is on the list for ${TARGET}, in batch "pallet 12"\n`);
  expect(await known()).toMatchObject({ model: '7940' });
  await loadstep(['release', '--mac', MAC], env);
  expect((await enroll()).out).toBe(
    `${MAC} is on the list for ${TARGET}, in batch "default" (it was in "pallet 12"; --batch names another)\n`,
  );
  expect(await known()).toMatchObject({ model: '7940' });
});

test('an empty word takes a label, port or serial away, and is none', async () => {
  const words = ['enroll', '--mac', MAC, '--target', TARGET];
  const told = async () => (await loadstep(['status', '--json'], env)).json();
  await loadstep([...words, '--label', ''], env);
  expect(await told()).toMatchObject([{ label: null }]);
  await loadstep([...words, '--label', 'desk 4', '--port', 'sw1/4'], env);
  expect(await told()).toMatchObject([{ label: 'desk 4', port: 'sw1/4' }]);
  await loadstep([...words, '--label', ' ', '--port', ''], env);
  const [{ label, port = null } = {}] = await told();
  expect([label, port]).toEqual([null, null]);
});
