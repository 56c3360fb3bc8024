import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PhoneReport } from '../../src/app/told/phone-line.ts';
import { reportTable } from '../../src/cli/output/phone-table.ts';
import { phoneNotice } from '../../src/core/notify/notice.ts';
import { writeSyntheticFirmware } from '../../src/emulator/firmware/synthetic-firmware.ts';
import { loadstep } from '../support/fake-io.ts';

const [TARGET, FROM, MAC] = ['P0S3-08-11-00', 'P0030301MFG2', '0018B9C0FF01'];
const folder = mkdtempSync(join(tmpdir(), 'loadstep-next-'));
const [db, fw] = [join(folder, 'a.db'), join(folder, 'fw')];
const place = ['--db', db, '--firmware', fw];

beforeAll(async () => {
  await writeSyntheticFirmware({ out: fw, releases: ['P0S3-05-3-00', TARGET] });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the next command of a plan leads to the firmware that it was planned with', async () => {
  const { out } = await loadstep(['plan', '--from', FROM, '--target', TARGET, ...place]);
  expect(out).toContain(`\n  loadstep upgrade --mac MAC --target ${TARGET} --db ${db} --firmware ${fw}\n`);
});

test('a dry run says in a line a hop what decides, and with --details everything', async () => {
  const words = ['upgrade', '--mac', MAC, '--from', FROM, '--target', TARGET, '--dry-run', ...place];
  const { out } = await loadstep(words);
  expect(out).toMatch(
    /^To P0S3-08-11-00 \(family 79x0\) in 3 hops:\n(Warning: .*\n)* {2}1\. P0S3-05-3-00, named in OS79XX\.TXT\n {2}2\. P003-08-11-00, named in OS79XX\.TXT\n {2}3\. P0S3-08-11-00, named in SIP<MAC>\.cnf\n\nLeave/,
  );
  expect(out).toContain('"--details" shows why, what these files will say');
  expect(out).toContain(
    `\n  loadstep upgrade --mac ${MAC} --target ${TARGET} --from ${FROM} --db ${db} --firmware ${fw}\n`,
  );
  const whole = await loadstep([...words, '--details']);
  expect(whole.code).toBe(0);
  expect(whole.out).toMatch(/why: .*\n {3}sources: /);
  const alone = await loadstep(words.map((word) => (word === '--dry-run' ? '--details' : word)));
  expect([alone.code, alone.err]).toEqual([2, expect.stringContaining('--details is for --dry-run')]);
});

test('phones that are refused their own file for one reason share the lines that say it', () => {
  const one = (mac: string): PhoneReport =>
    ({
      ...{ mac, label: null, model: null, target: TARGET, from: null, start: null, state: 'offered', hop: 1, hops: 1 },
      ...{
        load: TARGET,
        since: 0,
        deadlineAt: null,
        code: null,
        advice: 'restart it',
        lastSeenAt: 0,
        isEnrolled: true,
      },
      ...{ file: null, bytes: null, size: null, waits: null, inStateMs: 0, usualMs: null, leftMs: null, paused: null },
      reason: `SIP${mac}.cnf was refused: its application runs now`,
    }) as PhoneReport;
  const text = reportTable([one('0018B9000001'), one('0018B9000002')], 0);
  expect(text.match(/was refused/g)).toHaveLength(1);
  expect(text).toContain('0018B9000001, 0018B9000002 (offered): SIP<MAC>.cnf was refused');
  expect(reportTable([one('0018B9000001')], 0)).toContain('SIP0018B9000001.cnf was refused');
});

test('a notice has one full stop between its reason and what to do', () => {
  const row = { event: 'phone.held', at: 0, mac: MAC, reason: 'so 8.5(2) comes first.', advice: 'import it' } as const;
  expect(phoneNotice(row as unknown as Parameters<typeof phoneNotice>[0], null)?.text).toBe(
    `${MAC} is held: so 8.5(2) comes first. What to do: import it`,
  );
});
