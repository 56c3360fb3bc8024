import { expect, test } from 'vitest';
import { reportPhones } from '../../src/app/told/phone-line.ts';
import { MAC, Told } from './told-bench.ts';

test('a phone that is held before anything was given to it keeps its way out while a server runs, and is left alone at first', async () => {
  const told = new Told();
  await told.bench.start();
  told.enrol('P0S3-08-11-00', null, null);
  // A Java phone, and a target for a 7940.
  await told.boot([`CTLSEP${MAC}.tlv`, `ITLSEP${MAC}.tlv`, 'ITLFile.tlv', `SEP${MAC}.cnf.xml`]);
  await told.boot([`CTLSEP${MAC}.tlv`, `ITLSEP${MAC}.tlv`, 'ITLFile.tlv', `SEP${MAC}.cnf.xml`]);
  const before = told.report();
  expect(before).toMatchObject({ state: 'held', code: 'E_WRONG_FAMILY', hop: 0 });
  expect(before.advice).toMatch(/a target of its own family \(in the store: SIP4/);
  const startedAt = told.bench.clock.wall() + 1000;
  const at = (ms: number) => reportPhones(told.store(), [MAC], startedAt + ms, { listensSince: startedAt })[0]?.advice;
  expect(at(5000)).toMatch(/^leave its power alone until the server has heard it or has run for 10 min/);
  expect(at(5000)).toContain(`apart from that: ${before.advice}`);
  expect(at(10 * 60_000)).toBe(before.advice);
});
