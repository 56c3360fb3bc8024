import { expect, test } from 'vitest';
import type { PhoneStatus } from '../../src/app/told/phone-status.ts';
import { type CardFacts, endingCard } from '../../src/cli/output/ending-card.ts';
import { ERROR_CODES } from '../../src/core/errors.ts';
import { adviceFor, adviceOnFiles } from '../../src/core/explain/hold-advice.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';

const FACTS: CardFacts = {
  mac: '0018B9C0FFEE' as MacAddress,
  columns: 79,
  paint: (_, text) => text,
  recordFlags: ['--db', './held.db'],
  serveCommand: null,
  isRehearsal: false,
  isOwnServer: true,
  firmwareFlags: ['--firmware', './fw2'],
  bytes: 0,
  witnesses: [],
  status: null,
};

test('a held phone is told with one instruction: what to bring, and then the same command again', () => {
  const status = {
    code: 'E_FILES_MISSING',
    advice: adviceOnFiles(['P0S3-06-3-00.bin'], 'P0S3-05-3-00 or P0S3-06-3-00'),
  } as PhoneStatus;
  const card = endingCard({ kind: 'held' }, { ...FACTS, columns: 400, status });
  expect(card).toContain(
    '  what to do  loadstep firmware import ARCHIVE --firmware ./fw2\n' +
      '              with P0S3-05-3-00 or P0S3-06-3-00; then type the same command again\n',
  );
  expect(card).not.toMatch(/loadstep retry|\n {2}then/);
});

test('a phone for which something else is to be said is told to type the same command with that', () => {
  const mac = '0018B9C0FFEE';
  const wrong = {
    code: 'E_WRONG_FAMILY',
    advice: adviceFor('E_WRONG_FAMILY', { mac, target: 'x', load: null, kind: null }),
  };
  const card = endingCard({ kind: 'held' }, { ...FACTS, columns: 400, status: wrong as PhoneStatus });
  expect(card).toContain(
    'where the list names another: type the same command again with --target <that load> --model <that model>; then restart it',
  );
  expect(card).not.toMatch(/loadstep enroll|\n {2}then/);
});

test('with a tree of its own files the card of the landing names the command that goes on giving them', () => {
  const status = { target: 'P0S3-08-11-00' } as PhoneStatus;
  const serveCommand = 'loadstep serve --db ./held.db --root tree';
  const card = endingCard({ kind: 'landed', tookMs: 1000 }, { ...FACTS, columns: 400, serveCommand, status });
  expect(card).toMatch(/next +Type this; then restart the phone, and it reads its own SIP0018B9C0FFEE\.cnf:/);
  expect(card).toMatch(/\n +loadstep serve --db \.\/held\.db --root tree\n$/);
  expect(card).not.toContain('provisioning server');
});

test('a landed phone has had its configuration in this boot, so its card says to restart it for its own', () => {
  const card = endingCard(
    { kind: 'landed', tookMs: 1000 },
    { ...FACTS, columns: 400, status: { target: 'P0S3-08-11-00' } as PhoneStatus },
  );
  expect(card).toMatch(
    /next +Point DHCP at your provisioning server again, then restart the phone: it reads its own SIP0018B9C0FFEE\.cnf at its next boot\. No such server\? .*serve --root FOLDER:\n +loadstep accounts set --mac 0018B9C0FFEE --extension NUMBER --generate --db \.\/held\.db\n +loadstep pbx KIND --out DIR --db \.\/held\.db\n +loadstep serve --configure --pbx ADDRESS --firmware \.\/fw2 --db \.\/held\.db\n +Then, while that runs, restart the phone\. More: docs\/after-landing\.md\n$/,
  );
});

test('who gives up on a phone that never asked is not led back to a MAC that may be wrong without a word', () => {
  const stopped = (lastSeenAt: number | null) =>
    endingCard(
      { kind: 'stopped', by: 'SIGINT', isBusy: false },
      { ...FACTS, columns: 400, status: { lastSeenAt } as PhoneStatus },
    );
  expect(stopped(null)).toContain('It never asked: is 0018B9C0FFEE the MAC on its label?');
  expect(stopped(1)).toContain('The same command goes on from here.');
});

test('who stops a rehearsal is not told to leave a phone alone that there is not', () => {
  const card = endingCard({ kind: 'stopped', by: 'SIGINT', isBusy: true }, { ...FACTS, isRehearsal: true });
  expect(card).not.toMatch(/unplug|goes on from here/i);
});

test('the card of a rehearsal tells of no account at a PBX: its phone is gone, and so is its firmware', () => {
  const status = { target: 'P0S3-08-11-00' } as PhoneStatus;
  const card = endingCard({ kind: 'landed', tookMs: 1000 }, { ...FACTS, isRehearsal: true, status });
  expect(card).toMatch(/LANDED.*\n +record +loadstep history .*\n$/);
  expect(card).not.toMatch(/next|accounts|PBX|DHCP/);
});

test('a phone that is held by a server which goes on is told how that server takes the package, not to type this again', () => {
  const status = { code: 'E_FILES_MISSING', advice: adviceOnFiles(['A.loads']) } as PhoneStatus;
  const card = endingCard({ kind: 'held' }, { ...FACTS, columns: 400, isOwnServer: false, status });
  expect(card).toMatch(/ARCHIVE --firmware \.\/fw2\n +with A\.loads; then let the server look again/);
  expect(card.replace(/\s+/g, ' ')).toContain('if its screen stays idle after that, restart it');
  expect(card).not.toContain('type the same command');
});

test('a landing on a road that an earlier command began says from when its time is counted', () => {
  const status = { target: 'P0S3-08-11-00' } as PhoneStatus;
  const landed = (isResumed: boolean) =>
    endingCard({ kind: 'landed', tookMs: 11_000, isResumed }, { ...FACTS, status });
  expect(landed(true)).toContain('runs P0S3-08-11-00, 11 s after this command began');
  expect(landed(false)).toContain('runs P0S3-08-11-00, after 11 s');
});

test('each command of the advice on a held phone has a line of its own, which is copied whole on a narrow terminal', () => {
  const about = { mac: FACTS.mac, target: 'P0S3-08-11-00', load: 'P0S3-08-11-00', kind: null };
  const linesFor = (code: string, isOwnServer: boolean) => {
    const status = { code, advice: adviceFor(code, about) } as PhoneStatus;
    const card = endingCard({ kind: 'held' }, { ...FACTS, columns: 39, isOwnServer, status });
    const lines = card.split('\n').map((line) => line.trim());
    return lines.slice(lines.findIndex((line) => line.startsWith('what to do')));
  };
  expect(linesFor('P_UNPROVEN', false)).toContain(
    'loadstep enroll --mac 0018B9C0FFEE --target P0S3-08-11-00 --from <that load>',
  );
  expect(linesFor('P_MANIFEST_LOOP', false)).toContain('loadstep firmware verify');
  for (const code of Object.keys(ERROR_CODES))
    for (const line of linesFor(code, true)) expect(line).not.toMatch(/^[,;]/);
});

test('who leaves a phone that was chosen from those that ask is told the command that goes on with this phone', () => {
  const goOn = 'loadstep upgrade --mac 0018B9C0FFEE --target P0S3-08-11-00';
  const stopped = { kind: 'stopped', by: 'SIGINT', isBusy: true } as const;
  const status = { lastSeenAt: 1 } as PhoneStatus;
  const card = endingCard(stopped, { ...FACTS, columns: 39, status, goOn });
  expect(card).toMatch(
    /next +This goes on from here:\n +loadstep upgrade --mac 0018B9C0FFEE --target P0S3-08-11-00\n$/,
  );
  expect(card).not.toContain('same command');
});
