import { expect, test } from 'vitest';
import { accountsTold } from '../../src/app/told/accounts-told.ts';
import { GivenConfigurations, restartText } from '../../src/cli/output/landed-words.ts';
import { humanView } from '../../src/cli/output/live-view.ts';
import { serveStartText } from '../../src/cli/output/serve-start.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import type { SealedAccount } from '../../src/ports/account-book.ts';
import type { PhoneRecord } from '../../src/ports/store.ts';
import { FakeOut } from '../support/fake-io.ts';

const [A, B, C, D] = ['0018B9C0FA01', '0018B9C0FA77', '0018B9C0FB02', '0018B9C0FB03'] as MacAddress[];
const NOWHERE = { hasRoot: false, isBeside: false, extensionsOf: null };

const listed = (mac: unknown) =>
  ({
    mac,
    enrolment: { target: 'P0S3-08-11-00', status: 'enrolled' },
    snapshot: null,
    evidence: null,
    memory: null,
    lastSeenAt: null,
  }) as unknown as PhoneRecord;
const accounts = (...macs: unknown[]) => ({
  sealedAccounts: () => macs.map((mac) => ({ mac }) as unknown as SealedAccount),
});

const START = {
  addresses: ['192.168.1.3'],
  port: 69,
  states: ['landed'],
  loads: ['P0S3-08-11-00'],
  pid: 4711,
  recordFlags: [],
  pause: null,
  limits: null,
  mayWait: false,
  redirect: null,
};
const startWith = (macs: unknown[], records: PhoneRecord[]) =>
  serveStartText({ ...START, configuring: { pbx: '192.0.2.10', ...accountsTold(accounts(...macs), records) } });

test('a phone that lands on a server which configures is restarted at once, and is told its account', () => {
  const source = { ...NOWHERE, extensionsOf: (mac: MacAddress) => (mac === A ? ['203', '204'] : []) };
  expect(restartText(source, A as MacAddress)).toBe('. Restart it now: it gets account 203, 204 from here');
  expect(restartText(source, B as MacAddress)).toBe(
    '. Restart it now: it has no account, so it is parked: a configuration without a line',
  );
  expect(restartText({ ...source, hasRoot: true }, A as MacAddress)).toMatch(
    /, unless --root has a file of its own for it$/,
  );
});

// One that is known by its address is given its configuration in the boot in which it lands.
test('a 7940 or 7960 that lands on a server which configures is to be restarted only where it is not given its configuration at once', () => {
  const source = { ...NOWHERE, extensionsOf: () => ['203'] };
  expect(restartText(source, A as MacAddress, 'P0S3-08-11-00')).toBe(
    '. Restart it, unless it is given its configuration within seconds: it gets account 203 from here',
  );
  expect(restartText(source, A as MacAddress, 'SIP42.9-4-2SR3-1S')).toBe(
    '. Restart it now: it gets account 203 from here',
  );
});

test('a phone that lands on a server which has nothing for it waits for DHCP, and on one with a tree it does not', () => {
  expect(restartText(NOWHERE, A as MacAddress)).toContain('once DHCP names your provisioning server again');
  expect(restartText({ ...NOWHERE, hasRoot: true }, A as MacAddress)).toContain('Restart it now');
  expect(restartText({ ...NOWHERE, isBeside: true }, A as MacAddress)).toContain('Restart it now');
});

test('a server that configures says at its start how many accounts it has for which PBX, and nothing of DHCP and a provisioning server', () => {
  const text = startWith([A, C], [listed(A), listed(C)]);
  expect(text).toContain(
    '\n2 accounts kept for the PBX 192.0.2.10: a landed phone gets its own from here when it is restarted. 1 phone landed before: restart it once while this runs.\n',
  );
  expect(text).not.toMatch(/provisioning server|no account/);
});

test('a server that configures without accounts says that landed phones are parked', () => {
  expect(startWith([], [listed(A)])).toContain('No account is kept for the PBX 192.0.2.10: landed phones are parked.');
});

test('a server that configures names phones without an account, and accounts without a phone with the phone that is like it', () => {
  const text = startWith([B], [listed(A)]);
  expect(text).toContain('\n0018B9C0FA01 has no account, and will be parked: without a line.\n');
  expect(text).toContain(
    'An account is kept, but no phone with the MAC 0018B9C0FA77 is on the list or has asked here, but 0018B9C0FA01 is: two digits differ.',
  );
  expect(startWith([B], [listed(C), listed(D)])).toContain('has asked here.');
});

test('a landed phone that is given its configuration is news once, and again when its account is another one', () => {
  const out = new FakeOut(true, 200);
  const view = humanView({ out, nameOf: (mac) => mac, isFollowed: false });
  const give = (mac: MacAddress, reason: string) =>
    view.show({
      event: 'load.offered',
      at: 1,
      mac,
      state: 'landed',
      load: 'P0S3-08-11-00',
      file: `SIP${mac}.cnf`,
      reason,
    });
  give(A as MacAddress, 'configuration (parked)');
  give(A as MacAddress, 'configuration (parked)');
  give(A as MacAddress, 'configuration (account 203)');
  give(B as MacAddress, 'from the tree of --root');
  expect(out.text.match(/is given/g)).toHaveLength(2);
  expect(out.text).toMatch(/0018B9C0FA01 {2}is given its configuration \(account 203\)/);
  expect(new GivenConfigurations().newsOf({ event: 'phone.landed', at: 1, mac: A as MacAddress })).toBe(null);
});
