import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lackingTargets, lackingText } from '../../src/app/list/wish-check.ts';
import { withSudo } from '../../src/cli/daemon/with-sudo.ts';
import { fitText } from '../../src/cli/output/fit-text.ts';
import { humanView } from '../../src/cli/output/live-view.ts';
import { serveStartText } from '../../src/cli/output/serve-start.ts';
import type { FirmwareIndex } from '../../src/core/firmware/package.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import type { PhoneRecord } from '../../src/ports/store.ts';
import { temporaryFolder } from '../store/temporary.ts';
import { FakeOut } from '../support/fake-io.ts';

const START = {
  addresses: ['192.168.1.3'],
  port: 69,
  states: ['landed', 'waiting', 'held'],
  loads: ['P0S3-05-3-00', 'P0S3-08-11-00'],
  pid: 4711,
  recordFlags: [],
  pause: null,
  limits: null,
  mayWait: false,
  redirect: null,
};

test('a server at a terminal says where to send phones, what is there, how to watch it and how to end it', () => {
  expect(serveStartText(START)).toBe(`DHCP has to give phones 192.168.1.3 in options 150 and 66 and in next-server.
3 phones on the list, 1 landed; in the store: P0S3-05-3-00, P0S3-08-11-00.
A landed phone reads its own configuration when it is restarted: from your provisioning server once DHCP names that one, or from here with --configure or --root.
Watch them in another terminal:
  loadstep watch
Ctrl-C ends it, and so does kill 4711. It goes on when this window is closed.`);
});

test('a server with nothing to do says what to do, with the flags that lead to its record', () => {
  const text = serveStartText({ ...START, states: [], loads: [], port: 6969, recordFlags: ['--db', '/srv/a.db'] });
  expect(text).toContain('Phones ask port 69: redirect it to 6969.');
  expect(text).toContain('No phone is on the list yet; no load in the store.');
  expect(text).toContain(
    '\n  loadstep enroll --mac MAC --target LOAD --db /srv/a.db\n  loadstep watch --db /srv/a.db\n',
  );
});

test('many loads are a number, and 40 columns hold all of it', () => {
  const loads = Array.from({ length: 9 }, (_, i) => `P0S3-08-${i}-00`);
  const text = serveStartText({ ...START, loads });
  expect(text).toContain('P0S3-08-5-00 and 3 more.');
  const lines = fitText(text, 39).split('\n');
  expect(lines.filter((line) => line.length > 39)).toEqual([]);
});

test('a server that begins on a paused batch says so, with the limits that the last server left', () => {
  const pause =
    'The batch is PAUSED since 20:19:26 (3 min) until "loadstep resume": 3 failures. No phone begins another step.';
  const text = serveStartText({
    ...START,
    pause,
    limits: 'at most 8 at once, 3 canaries first, stop after 3 failures',
  });
  expect(text).toContain(`Limits in force: at most 8 at once, 3 canaries first, stop after 3 failures.\n${pause}\n`);
});

test('a server under which phones have to wait says that those whose application starts meanwhile need a restart', () => {
  const text = serveStartText({ ...START, limits: 'at most 8 at once', mayWait: true });
  expect(text).toContain(
    'Limits in force: at most 8 at once. A 7940 or 7960 with SIP 7 or 8 that has to wait starts its application, and needs a restart when its turn comes; status says which.\n',
  );
  expect(serveStartText({ ...START, limits: 'stop after 1 failure' })).not.toContain('needs a restart');
});

test('a server beside another one says that a landed phone asks that one, and that it hears no phone that is not on the list', () => {
  const text = serveStartText({ ...START, port: 6969, redirect: 'table ip loadstep_6969 of nftables' });
  expect(text).toContain(
    'A landed phone reads its own configuration when it is restarted: from the server at port 69, which it asks again.\n',
  );
  expect(text).toContain(
    'Phones that are not on the list are not heard here: if one on the list never asks, check its MAC.\n',
  );
  expect(text).not.toContain('DHCP');
  expect(serveStartText(START)).not.toContain('not heard');
});

test('a server whose list has a target that the store lacks says so when it starts, and what brings it', () => {
  const record = (target: string, state: string | null) =>
    ({
      enrolment: { target, status: 'enrolled' },
      snapshot: state === null ? null : { value: state },
    }) as unknown as PhoneRecord;
  const records = [record('P0S3-08-9-00', null), record('P0S3-08-9-00', 'landed'), record('P0S3-08-11-00', null)];
  const index = { packages: [{ load: 'P0S3-08-11-00', loader: null }] } as unknown as FirmwareIndex;
  const lacking = lackingText(lackingTargets(records, index), ['--firmware', './fw']);
  expect(lacking).toBe(
    '1 phone on the list has a target that is not in the store, and will be held: P0S3-08-9-00. loadstep firmware import ARCHIVE --firmware ./fw brings it; which files: loadstep firmware needed --family 79x0 --target P0S3-08-9-00',
  );
  expect(serveStartText({ ...START, lacking })).toContain(`\n${lacking}.\n`);
  expect(lackingTargets(records.slice(1), index)).toEqual([]);
});

test('a landing ends with what the phone waits for, at a terminal that says so', () => {
  const shown = (afterLanding: string) => {
    const out = new FakeOut(true, 200);
    const view = humanView({ out, nameOf: () => 'desk', isFollowed: false, afterLanding: () => afterLanding });
    view.show({ event: 'phone.landed', at: 1, mac: '0018B9C0FFEE' as MacAddress, target: 'P0S3-08-11-00' });
    return out.text;
  };
  expect(shown('. Restart it now')).toMatch(/landed on P0S3-08-11-00\. Restart it now\n/);
  expect(shown('')).toMatch(/landed on P0S3-08-11-00\n/);
});

test('a server that configures a 7940 or 7960 without a time server says so at its start, and of Java phones nothing', () => {
  const told = { kept: 1, parked: [], lost: [], pbx: '192.0.2.10' };
  const startWith = (hasTimeServer: boolean, targets: readonly string[]) =>
    serveStartText({ ...START, configuring: { ...told, hasTimeServer, targets } });
  const NO_CLOCK = /A 7940 or 7960 is told no time server.*--ntp/;
  expect(startWith(false, ['P0S3-08-11-00'])).toMatch(NO_CLOCK);
  expect(startWith(true, ['P0S3-08-11-00'])).not.toMatch(NO_CLOCK);
  expect(startWith(false, ['SIP45.9-4-2SR3-1S'])).not.toMatch(NO_CLOCK);
});

test('started with sudo, it says whose record is used, and gives commands that lead to it', () => {
  const sudo = { user: 'anna', record: '/root/r.db', firmware: ['/root/fw'], own: null };
  const text = serveStartText({ ...START, states: [], sudo });
  expect(text).toContain(
    'Started with sudo: the record is /root/r.db, and firmware comes from /root/fw, which are not those of anna. Type sudo before every command of loadstep.\n',
  );
  expect(text).toContain('\n  sudo loadstep enroll --mac MAC --target LOAD\n  sudo loadstep watch\n');
  const own = '--db /home/anna/r.db --firmware /home/anna/fw';
  expect(serveStartText({ ...START, sudo: { ...sudo, own } })).toContain(
    `before every command of loadstep, or start this with ${own}.\n`,
  );
});

test('whose record it is, its owner tells: with sudo it may be the one of the person who typed that', () => {
  const record = join(temporaryFolder(), 'loadstep.db');
  writeFileSync(record, '');
  const { uid } = statSync(record);
  const by = (id: number) => withSudo({ SUDO_USER: 'no-such-user', SUDO_UID: String(id) }, record, ['/fw']);
  expect(by(uid + 1)).toEqual({ user: 'no-such-user', record, firmware: ['/fw'], own: null });
  expect(uid === 0 ? null : by(uid)).toBe(null);
  expect(withSudo({}, record, [])).toBe(null);
});
