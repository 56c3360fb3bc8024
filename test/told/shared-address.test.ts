import { expect, test } from 'vitest';
import { macOf } from '../support/bench.ts';
import { A, MAC, Told } from './told-bench.ts';

const OTHER = macOf(2);
const boot = (mac: string) => ['OS79XX.TXT', `SEP${mac}.cnf.xml`, 'XMLDefault.cnf.xml', `SEP${mac}.cnf`];

test('a phone at the address of another one is told which phone that is, and when it named itself there', async () => {
  const told = new Told();
  await told.bench.start();
  told.bench.enrol(OTHER, 'P0S3-08-11-00', { label: 'R3-15' });
  told.enrol('P0S3-08-11-00');
  await told.boot(boot(OTHER), A);
  await told.boot(boot(MAC), A);
  await told.boot(boot(MAC), A);
  const { code, reason } = told.report();
  expect(code).toBe('P_AMBIGUOUS_ADDRESS');
  expect(reason).toContain(`; R3-15 (${OTHER}) named itself at ${A} `);
  told.bench.clock.advance(16 * 60_000);
  expect(told.report().reason).not.toContain('R3-15');
});
