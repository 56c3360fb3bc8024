import { expect, test } from 'vitest';
import { softwareOfLoad } from '../../src/core/identify/software-of-load.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import type { Software } from '../../src/core/software.ts';
import { describeSoftware, shortSoftware } from '../../src/core/software-words.ts';
import { Batch, isLanded, TARGET } from '../support/batch-bench.ts';

test('a phone that has landed still shows what it came with', async () => {
  const batch = await new Batch().start();
  batch.plug('P0030301MFG2');
  await batch.until(isLanded(batch));
  expect(batch.status(0)).toMatchObject({ state: 'landed', from: TARGET, start: 'SCCP 3.x to 6.x' });
});

test('a phone that is taken off the list after landing still shows what it came with', async () => {
  const batch = await new Batch().start();
  batch.plug('P0030301MFG2');
  await batch.until(isLanded(batch));
  batch.bench.store.release(batch.status(0).mac, batch.bench.clock.wall());
  expect(batch.status(0)).toMatchObject({ state: 'released', from: TARGET, start: 'SCCP 3.x to 6.x' });
});

test('before its road is known a phone shows what it runs, or what the operator said', async () => {
  const batch = await new Batch().start();
  const mac = batch.plug('P0030301MFG2');
  expect(batch.status(0).start).toBe(null);
  batch.bench.enrol(mac, TARGET, { from: 'P0030301MFG2' as LoadName });
  expect(batch.status(0).start).toBe('P0030301MFG2');
});

test('software is told in as few words as tell it apart', () => {
  const some = (rest: Partial<Software>): Software => ({
    ...{ family: null, generation: 'java', running: 'application', protocol: 'SIP', load: null },
    releases: { min: null, below: null },
    ...rest,
  });
  expect(shortSoftware([])).toBe(null);
  expect(shortSoftware([some({ releases: { min: [8, 11, 0], below: [8, 11, 0, 0, 0, 0, 1] } })])).toBe('SIP 8.11');
  expect(shortSoftware([some({})])).toBe('SIP');
  expect(shortSoftware([some({ protocol: null, releases: { min: [8, 5], below: null } })])).toBe('Java 8.5+');
  expect(shortSoftware([some({ releases: { min: null, below: [8, 5] } })])).toBe('SIP before 8.5');
  expect(shortSoftware([some({ releases: { min: [7], below: [8] } })])).toBe('SIP 7.x');
  expect(shortSoftware([some({ releases: { min: [5], below: [7] } }), some({ running: 'boot-loader' })])).toBe(
    'SIP 5.x to 6.x or boot-loader',
  );
  expect(shortSoftware([some({ releases: { min: [8, 11, 0], below: [8, 12] } })])).toBe('SIP 8.11');
  expect(shortSoftware(softwareOfLoad(TARGET as LoadName))).toBe(TARGET);
});

test('what may run is told with the right article', () => {
  const [java] = softwareOfLoad('SIP42.9-3-1SR4-1S' as LoadName) as [Software];
  const open = { ...java, load: null, protocol: null, releases: { min: null, below: null } };
  expect(describeSoftware([open])).toBe('an application of family 42');
  expect(describeSoftware([{ ...open, running: 'boot-loader' }])).toBe('a boot loader of family 42');
});
