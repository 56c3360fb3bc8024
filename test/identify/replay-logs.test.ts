import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Evidence, NO_EVIDENCE, observe } from '../../src/core/identify/evidence.ts';
import { classifyName } from '../../src/core/names/asked-name.ts';
import { readLogFixture } from './read-log.ts';

const LOGS = join(import.meta.dirname, '../fixtures/logs');
/** Families behind the term files that the logs name (java-phones 1.1), written down here and not read from the matrix. */
const AIDS = {
  termFamily: (term: string) => (term === '11' ? ('11' as const) : null),
  modelFamily: () => '79x0' as const,
  isWhole: true,
};

function replay(file: string): Evidence {
  let evidence = NO_EVIDENCE;
  for (const { name, atMs } of readLogFixture(join(LOGS, file))) {
    evidence = observe(evidence, classifyName(name), atMs, AIDS).evidence;
  }
  return evidence;
}

const EXPECTED: Readonly<Record<string, readonly [string | null, readonly object[]]>> = {
  // A DHCP server's log: no phone asked a TFTP server anything in it.
  '79x0-01-dhcpd-old-lease.txt': [null, []],
  '79x0-02-sccp31-mfg-boot.txt': [
    'g1-sccp',
    [{ family: '79x0', generation: 'G1', running: 'application', protocol: 'SCCP' }],
  ],
  '79x0-03-ual-hunt-after-reset.txt': [
    'loader',
    [{ family: '79x0', generation: 'G3', running: 'loader', protocol: null }],
  ],
  '79x0-04-ual-loads.txt': ['loader', [{ family: '79x0', generation: 'G3', running: 'loader', protocol: null }]],
  '79x0-05-sip8-provisioning.txt': [
    'sip-application',
    [{ family: '79x0', generation: 'G3', running: 'application', protocol: 'SIP' }],
  ],
  'java-aios-7962-normal-boot-tcpdump.txt': [
    'java-application',
    [{ family: null, generation: 'java', running: 'application' }],
  ],
  'java-cisco7942freepbx-normal-boot.txt': [
    'java-application',
    [{ family: null, generation: 'java', running: 'application', protocol: 'SIP' }],
  ],
  'java-sysop-ca-7911-jar-name-case.txt': [
    'java-boot-loader',
    [{ family: '11', generation: 'java', running: 'boot-loader' }],
  ],
};

test('there is an expectation for every log', () => {
  expect(
    readdirSync(LOGS)
      .filter((file) => file.endsWith('.txt'))
      .sort(),
  ).toEqual(Object.keys(EXPECTED).sort());
});

test.each(Object.entries(EXPECTED))('the requests of %s show the right generation', (file, [pattern, software]) => {
  const evidence = replay(file);
  expect(evidence.pattern).toBe(pattern);
  expect(evidence.software).toHaveLength(software.length);
  for (const [at, one] of software.entries()) expect(evidence.software[at]).toMatchObject(one);
});
