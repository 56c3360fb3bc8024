import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LeaseFile } from '../../src/adapters/who/leases.ts';
import { readWholeLeases } from '../../src/core/who/whole-leases.ts';
import type { Log } from '../../src/ports/log.ts';
import { hasBench } from '../support/dhcp-bench.ts';
import { makeSegment, until } from '../support/segment.ts';

const SILENT: Log = { error() {}, warn() {}, info() {}, debug() {} };
const WRITTEN_AT = Date.UTC(2026, 10, 29, 12) / 1000;

/** A file of udhcpd as BusyBox 1.35 writes it. */
function udhcpd(...leases: readonly (readonly [left: number, address: string, mac: string])[]): string {
  const head = Buffer.alloc(8);
  head.writeBigInt64BE(BigInt(WRITTEN_AT));
  const bodies = leases.map(([left, address, mac]) => {
    const lease = Buffer.alloc(36);
    lease.writeUInt32BE(left, 0);
    lease.set(address.split('.').map(Number), 4);
    lease.set(Buffer.from(mac, 'hex'), 8);
    lease.write('SEP', 14, 'latin1');
    return lease;
  });
  return Buffer.concat([head, ...bodies]).toString('latin1');
}

describe('the lease file of udhcpd', () => {
  test('tells who has which address, and until when', () => {
    const reading = readWholeLeases(udhcpd([600, '10.0.0.100', '0018b9c0ffee'], [0, '10.0.0.101', '0018b9000001']));
    expect(reading).toMatchObject({ format: 'udhcpd', damaged: 0 });
    expect([...(reading?.entries.values() ?? [])]).toEqual([
      { address: '10.0.0.100', mac: '0018B9C0FFEE', endsAt: (WRITTEN_AT + 600) * 1000 },
      { address: '10.0.0.101', mac: '0018B9000001', endsAt: WRITTEN_AT * 1000 },
    ]);
  });

  test('names nobody for an address that is kept because somebody else answered there', () => {
    const reading = readWholeLeases(udhcpd([600, '10.0.0.100', '000000000000']));
    expect([...(reading?.entries ?? [])]).toEqual([['10.0.0.100', null]]);
  });

  test('is one without leases, too, and none when it is cut or of another time', () => {
    expect(readWholeLeases(udhcpd())).toMatchObject({ format: 'udhcpd', damaged: 0 });
    const whole = udhcpd([600, '10.0.0.100', '0018b9c0ffee']);
    for (const cut of ['', whole.slice(0, -1), whole.slice(0, 7), `x${whole.slice(1)}`, '\0'.repeat(44)])
      expect(readWholeLeases(cut)).toBe(null);
  });

  test.skipIf(!hasBench())('of the real one is read', { timeout: 60_000 }, async () => {
    const made = await makeSegment();
    try {
      const { server, folder } = made;
      const conf =
        'start 10.0.0.100\nend 10.0.0.150\ninterface phones\nlease_file leases\npidfile pid\noption lease 600\n';
      writeFileSync(join(folder, 'conf'), conf);
      writeFileSync(join(folder, 'leases'), '');
      const dhcp = server.start(['busybox', 'udhcpd', '-f', 'conf'], 'udhcpd');
      await until('udhcpd answers', () => /:0043 /.test(server.run('cat /proc/net/udp')));
      const { address } = await made.plug('00:18:b9:c0:ff:ee');
      dhcp.kill('SIGUSR1');
      const path = join(folder, 'leases');
      await until('it has written', () => readFileSync(path).length > 0);
      const file = new LeaseFile(path, SILENT);
      await file.read();
      expect(file.reading.format).toBe('udhcpd');
      const lease = file.lookup(address as never, Date.now());
      expect(lease?.mac).toBe('0018B9C0FFEE');
      expect(Math.abs((lease?.endsAt ?? 0) - Date.now() - 600_000)).toBeLessThan(30_000);
    } finally {
      await made.end();
    }
  });
});

describe('the lease file of systemd-networkd', () => {
  const ends = Date.UTC(2026, 10, 29, 13) * 1000;
  const file = (...leases: readonly object[]) =>
    JSON.stringify({ BootID: 'd7f5', Address: [10, 0, 0, 1], PrefixLength: 24, Leases: leases });

  test('tells who has which address, by the hardware or else by the name of the client where that is its hardware', () => {
    const told = {
      ClientId: [255, 1, 2, 3],
      Address: [10, 0, 0, 100],
      HardwareAddressType: 1,
      HardwareAddressLength: 6,
    };
    const reading = readWholeLeases(
      file(
        { ...told, HardwareAddress: [0, 0x18, 0xb9, 0xc0, 0xff, 0xee], ExpirationRealtimeUSec: ends },
        { ClientId: [1, 0, 0x18, 0xb9, 0, 0, 1], Address: [10, 0, 0, 101], ExpirationRealtimeUSec: ends },
        { ClientId: [255, 1, 2, 3], Address: [10, 0, 0, 102], ExpirationRealtimeUSec: ends },
        { ClientId: [1, 0, 0x18, 0xb9, 0, 0, 1], Address: [10, 0, 0], ExpirationRealtimeUSec: ends },
      ),
    );
    expect(reading).toMatchObject({ format: 'networkd', damaged: 1 });
    expect([...(reading?.entries ?? [])]).toEqual([
      ['10.0.0.100', { address: '10.0.0.100', mac: '0018B9C0FFEE', endsAt: ends / 1000 }],
      ['10.0.0.101', { address: '10.0.0.101', mac: '0018B9000001', endsAt: ends / 1000 }],
      ['10.0.0.102', null],
    ]);
  });

  test('is one without leases, too; any other object is none, and neither is half of one', () => {
    expect(readWholeLeases('{"BootID":"d7f5","Address":[10,0,0,1]}')).toMatchObject({ format: 'networkd', damaged: 0 });
    for (const other of ['{}', '{"Leases":7}', '[]', 'null', file().slice(0, -1), '{"a":1}\n{"b":2}'])
      expect(readWholeLeases(other), other).toBe(null);
    expect(readWholeLeases('{"Leases":[null,7,{}]}')?.damaged).toBe(3);
  });
});
