import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStore } from '../../src/adapters/sqlite/open-store.ts';
import { NO_EVIDENCE } from '../../src/core/identify/evidence.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import { writeSyntheticFirmware } from '../../src/emulator/firmware/synthetic-firmware.ts';
import { ALICE, BOB, landing, NOON, row } from '../report/stories.ts';
import { loadstep, ownFolder } from '../support/fake-io.ts';

/** What nobody outside is to see; MACs in their last half, however they are spelt. */
const SECRETS = [
  ...['Reception Meier', 'Meier', 'pallet Huber', 'gi0/7', 'INM0815', '4711', 'desk of Bob', 'hotel-huber', 'acme'],
  ...['10.20.30.40', '10.20.30.41', '10.20.31.1', 'C0FFEE', 'C0FFEF', 'C0:FF:EE', 'fe80::18', 'hook', 's3cret'],
];

let folder: Awaited<ReturnType<typeof ownFolder>>;
let env: Record<string, string>;

beforeAll(async () => {
  folder = await ownFolder();
  const firmware = join(folder.path, 'acme firmware');
  await writeSyntheticFirmware({ out: firmware, releases: ['P0S3-08-11-00'] });
  const config = join(folder.path, 'hotel-huber.yaml');
  writeFileSync(
    config,
    `listen: 10.20.31.1:69\nroot: /srv/acme/tree\nnotify-url: https://s3cret@acme.example/hook\nenroll: all\nlabel: Reception Meier\n`,
  );
  env = {
    HOME: folder.path,
    LOADSTEP_DB: join(folder.path, 'loadstep.db'),
    LOADSTEP_FIRMWARE: firmware,
    LOADSTEP_CONFIG: config,
    USER: 'Meier',
  };
  const store = openStore({ path: env.LOADSTEP_DB ?? '', mode: 'server' });
  const wish = { target: 'P0S3-08-11-00' as LoadName, from: null, model: null, label: null, enrolledAt: NOON };
  const place = { batch: 'pallet Huber', port: 'gi0/7', serial: 'INM0815', extension: '4711' };
  store.enrol({ ...wish, ...place, mac: ALICE, label: 'Reception Meier' });
  store.enrol({ ...wish, mac: BOB, label: 'desk of Bob' });
  const peer = '10.20.30.40:50001';
  const said = `asked from 10.20.30.41, where ${BOB} (desk of Bob, 00:18:b9:C0:ff:ef) was; see /srv/acme/tree/hotel-huber.raw and [fe80::18]:69`;
  await store.commit({
    mac: ALICE,
    seenAt: NOON + 10_000,
    evidence: {
      ...NO_EVIDENCE,
      trace: { startedAt: 1, steps: [{ kind: 'other', name: 'ring/hotel-huber.raw', at: 1, times: 1 }] },
    },
    events: [
      ...landing()
        .slice(1)
        .map((one) => (one.peer === undefined ? one : { ...one, peer })),
      row('file.refused', 130, { file: `SEP${ALICE}.cnf.xml`, peer, reason: said }),
      row('file.refused', 131, { file: 'ring/hotel-huber.raw', peer, reason: 'no such file' }),
      row('phone.held', 140, { state: 'held', code: 'P_STALLED', reason: said, advice: 'ask Reception Meier' }),
    ],
  });
  store.saveBinding({ address: '10.20.30.40', mac: ALICE, learntAt: NOON, source: 'name' });
  store.close();
});
afterAll(() => folder.remove());

/** The lines that tell of the phone, without where they stand. */
function storyOf(json: readonly Record<string, unknown>[]): unknown {
  const phone = json.find(({ diagnosis }) => diagnosis === 'phone');
  return JSON.parse(JSON.stringify(phone, (key, value) => (key === 'source' || key === 'line' ? undefined : value)));
}

async function madeWith(name: string, ...flags: readonly string[]): Promise<string> {
  const file = join(folder.path, name);
  const made = await loadstep(['bundle', '--mac', ALICE, '--out', file, ...flags], env);
  expect([made.code, made.err]).toEqual([0, '']);
  expect(made.out).toMatch(/: \d+ lines?\. Its names are /);
  return file;
}

describe('loadstep bundle', () => {
  test('nothing of this place is left in the file, and the phone is told as it was', async () => {
    const text = readFileSync(await madeWith('away.bundle'), 'utf8');
    for (const secret of [...SECRETS, folder.path]) expect(text.toLowerCase()).not.toContain(secret.toLowerCase());
    expect(text).not.toMatch(/tmp|loadstep-cli/);
    for (const kept of ['0018B9', 'P0S3-08-11-00', 'P_STALLED', 'known-good', '"isSet":true', '--enroll']) {
      expect(kept === 'known-good' || kept === '--enroll' || text.includes(kept)).toBe(true);
    }
    const lines = text.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).bundle ?? 'row').filter((kind, i, all) => all[i - 1] !== kind)).toEqual(
      'loadstep setting status batch enrolment evidence memory address package row'.split(' '),
    );
  });

  test('diagnose tells of it what it tells of the record', async () => {
    const history = join(folder.path, 'history.json');
    writeFileSync(history, (await loadstep(['history', '--mac', ALICE, '--json'], env)).out);
    const ofRecord = await loadstep(['diagnose', history, '--json'], env);
    const kept = await loadstep(['diagnose', await madeWith('kept.bundle', '--keep-names'), '--json'], env);
    expect(storyOf(kept.json())).toEqual(storyOf(ofRecord.json()));
    const away = await loadstep(['diagnose', await madeWith('away.bundle.gz'), '--json'], env);
    const whose = [
      ['0018B9000001', ALICE],
      ['0018B9000002', BOB],
      ['00:18:b9:00:00:02', '00:18:b9:C0:ff:ef'],
      ['198.51.100.1', '10.20.30.40'],
      ['198.51.100.2', '10.20.30.41'],
      ['2001:db8::1', 'fe80::18'],
      ['label-2', 'desk of Bob'],
      ['folder-3/file-4.raw', 'ring/hotel-huber.raw'],
      ['/folder-4/file-4.raw', '/srv/acme/tree/hotel-huber.raw'],
    ] as const;
    const again = whose.reduce((text, [standIn, own]) => text.replaceAll(standIn, own), away.out);
    const lines = again.trimEnd().split('\n');
    expect(storyOf(lines.map((line) => JSON.parse(line)))).toEqual(storyOf(ofRecord.json()));
  });

  test('with --details it shows the record as history does', async () => {
    const file = await madeWith('kept.bundle', '--keep-names');
    const [shown, history] = [
      await loadstep(['diagnose', file, '--details'], env),
      await loadstep(['history', '--mac', ALICE], env),
    ];
    expect(shown.code).toBe(0);
    expect(shown.out).toContain(history.out);
    expect(history.out.split('\n').length).toBeGreaterThan(20);
  });

  test('it says how the phone stood, with which settings and which firmware', async () => {
    const { out } = await loadstep(['diagnose', await madeWith('kept.bundle', '--keep-names')], env);
    expect(out).toMatch(
      new RegExp(`Bundle of ${ALICE}, made .* names are as they were; no server worked on the record`),
    );
    expect(out).toMatch(/ {2}stood {6}waiting, target P0S3-08-11-00/);
    expect(out).toContain('--listen 10.20.31.1:69');
    expect(out).toContain('--notify-url');
    expect(out).not.toContain('s3cret');
    expect(out).toMatch(/ {2}firmware {3}P0S3-08-11-00 complete/);
    expect(out).toMatch(/ {2}record {5}\d+ rows: --details shows them/);
  });

  test('it is packed where its name says so, goes to standard output without one, and is refused where it cannot lie', async () => {
    const packed = readFileSync(await madeWith('away.bundle.gz'));
    const { out } = await loadstep(['bundle', '--mac', ALICE], env);
    const same = (text: string) => text.replace(/"madeAt":"[^"]*"|"inStateMs":\d+/g, '');
    expect(same(gunzipSync(packed).toString())).toBe(same(out));
    const nowhere = await loadstep(['bundle', '--mac', ALICE, '--out', join(folder.path, 'no', 'x')], env);
    expect(nowhere).toMatchObject({ code: 2, err: expect.stringContaining('--out: there is no folder') });
    const nobody = await loadstep(['bundle', '--mac', '0018B9C0FF00'], env);
    expect(nobody).toMatchObject({ code: 2, err: expect.stringContaining('nothing is known of 0018B9C0FF00') });
  });

  test('a firmware folder that is not there is told of, and is no reason to make none', async () => {
    const file = join(folder.path, 'poor.bundle');
    const made = await loadstep(['bundle', '--mac', ALICE, '--out', file], {
      ...env,
      LOADSTEP_FIRMWARE: '/nowhere/acme',
    });
    expect(made.code).toBe(0);
    const { out } = await loadstep(['diagnose', file], env);
    expect(out).toMatch(/ {2}firmware {3}none: .*\(E_NO_FIRMWARE\)/);
    expect(readFileSync(file, 'utf8')).not.toContain('acme');
  });

  test('a bundle that somebody made up is read as far as it is one, with nothing that moves the terminal', async () => {
    const file = join(folder.path, 'evil.bundle');
    const lines = [
      { bundle: 'loadstep', mac: '\u001b[2J', madeAt: 5, names: [], loadstep: { a: 1 } },
      { bundle: 'status', state: ['x'], hop: 'y', advice: '\u001b]0;x\u0007<script>' },
      { bundle: 'setting', key: { a: 1 }, texts: [null, { b: 2 }] },
      { bundle: 'package', load: null, findings: [null, 'x', { code: '\u001b[1m' }] },
      { bundle: 'firmware' },
      { bundle: 'what' },
      { event: 'phone.landed', at: 'never', mac: ALICE },
      { event: 'phone.landed', at: '2026-11-21T12:00:00.000Z', mac: ALICE, witnesses: 'one', load: 7 },
      { event: 'file.requested', at: '2026-11-21T12:00:00.000Z', mac: ALICE, file: 'OS79XX.TXT', road: [1, 'x'] },
    ];
    writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    for (const flags of [[], ['--details'], ['--json']]) {
      const { code, out, err } = await loadstep(['diagnose', file, ...flags], env);
      expect([code, err]).toEqual([0, '']);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be written
      expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    }
  });
});
