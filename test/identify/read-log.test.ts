import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readLogFixture, readLogHeader } from './read-log.ts';

const LOGS = join(import.meta.dirname, '..', 'fixtures', 'logs');
const fixture = (name: string) => join(LOGS, name);

test('a manufacturing load asks for five names on five ports within one second', () => {
  expect(readLogFixture(fixture('79x0-02-sccp31-mfg-boot.txt'))).toEqual([
    { atMs: 0, name: 'OS79XX.TXT', port: 52578, address: '192.168.1.12' },
    { atMs: 0, name: 'SEP0018B9FFFFFF.cnf.xml', port: 52579, address: '192.168.1.12' },
    { atMs: 0, name: 'XMLDefault.cnf.xml', port: 52580, address: '192.168.1.12' },
    { atMs: 0, name: 'SEP0018B9FFFFFF.cnf', port: 52581, address: '192.168.1.12' },
    { atMs: 0, name: 'SEPDefault.cnf', port: 52582, address: '192.168.1.12' },
  ]);
});

test('a log of DHCP alone holds no request', () => {
  expect(readLogFixture(fixture('79x0-01-dhcpd-old-lease.txt'))).toEqual([]);
});

test('answers of tftpd-hpa are not taken for requests, and its times count from the first line', () => {
  const requests = readLogFixture(fixture('java-cisco7942freepbx-normal-boot.txt'));
  expect(requests.map(({ atMs, name, port }) => [atMs, name, port])).toEqual([
    [0, 'CTLSEP12ABC345678D.tlv', null],
    [0, 'ITLSEP12ABC345678D.tlv', null],
    [1000, 'ITLFile.tlv', null],
    [1000, 'SEP12ABC345678D.cnf.xml', null],
    [5000, '/mk-sip.jar', null],
    [10_000, 'dialplan.xml', null],
  ]);
});

test('a capture without times gives requests at zero, in order, with the port of the phone', () => {
  const requests = readLogFixture(fixture('java-aios-7962-normal-boot-tcpdump.txt'));
  expect(requests.map(({ atMs, port }) => [atMs, port])).toEqual([
    [0, 52488],
    [0, 52749],
    [0, 49770],
    [0, 51584],
  ]);
});

test('every log names its model, its source and what it shows', () => {
  const names = readdirSync(LOGS).filter((name) => name.endsWith('.txt'));
  expect(names).toHaveLength(8);
  for (const name of names) {
    const header = readLogHeader(fixture(name));
    expect(Object.keys(header).sort(), name).toEqual(['expect', 'model', 'server', 'shows', 'source']);
    if (header.expect !== 'nothing: no file is asked for') {
      expect(readLogFixture(fixture(name)).length, name).toBeGreaterThan(0);
    }
  }
});
