import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { runPhone, writeSyntheticFirmware } from 'loadstep/emulator';
import { createMemoryStore, createServer } from 'loadstep/server';
import { enrolOnLease, TARGETS } from './enrol-on-lease.js';

const CLASS = 'Cisco Systems, Inc. IP Phone';
let folder;
let fleet;
let server;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pbx-'));
  await writeSyntheticFirmware({
    out: folder,
    releases: ['P0S3-07-4-00', 'P0S3-08-11-00', 'SIP42.8-5-2S', 'SIP42.9-3-1SR4-1S'],
  });
  fleet = createServer({ database: createMemoryStore(), firmware: folder, listen: { address: '127.0.0.1', port: 0 } });
  server = { host: '127.0.0.1', port: (await fleet.start()).port };
});

after(async () => {
  await fleet.stop();
  await rm(folder, { recursive: true, force: true });
});

test('a phone whose lease tells its model is on the list, once', () => {
  const lease = { action: 'add', mac: '00:18:b9:00:00:01', vendorClass: `${CLASS} CP-7960G` };
  assert.equal(enrolOnLease(fleet, lease), 'new');
  assert.equal(enrolOnLease(fleet, { ...lease, action: 'old' }), 'going-on');
  assert.equal(fleet.phone('0018B9000001')?.target, TARGETS[7960]);
});

test('a laptop, a phone without a target and a lease that ended are left alone', () => {
  assert.equal(
    enrolOnLease(fleet, { action: 'add', mac: '02:00:00:00:00:01', vendorClass: 'MSFT 5.0' }),
    'no phone that can be converted',
  );
  assert.equal(
    enrolOnLease(fleet, { action: 'add', mac: '00:18:b9:00:00:09', vendorClass: `${CLASS} CP-7975G` }),
    'no target for a 7975',
  );
  assert.equal(enrolOnLease(fleet, { action: 'del', mac: '00:18:b9:00:00:09' }), 'not a new lease');
  assert.equal(fleet.phone('0018B9000009'), null);
});

test('phones that plug in one after the other each arrive at the load of their model', async () => {
  const phones = [
    {
      model: '7960',
      load: 'P0S3-07-4-00',
      mac: '0018B9000002',
      address: '127.0.0.2',
      vendorClass: `${CLASS} CP-7960\0`,
    },
    {
      model: '7942',
      load: 'SIP42.8-5-2S',
      mac: '0018B9000003',
      address: '127.0.0.3',
      vendorClass: `${CLASS} CP-7942G\0`,
    },
  ];
  const stories = await Promise.all(
    phones.map(({ vendorClass, ...phone }) => {
      enrolOnLease(fleet, { action: 'add', mac: phone.mac, vendorClass });
      return runPhone({
        ...phone,
        server,
        speed: 200,
        restartIdleSeconds: 120,
        until: TARGETS[phone.model],
        forMs: 30_000,
      });
    }),
  );
  assert.deepEqual(
    stories.map((story) => story.running),
    phones.map((phone) => TARGETS[phone.model]),
  );
});
