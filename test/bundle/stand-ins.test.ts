import { describe, expect, test } from 'vitest';
import { StandIns } from '../../src/core/bundle/stand-ins.ts';

/** What becomes of these values when they are written together. */
function written(...values: readonly unknown[]): unknown[] {
  const standIns = new StandIns();
  for (const value of values) standIns.note(value);
  return values.map((value) => standIns.of(value));
}

describe('stand-ins', () => {
  test('a MAC is the same stand-in in every spelling, and keeps its vendor', () => {
    expect(
      written({
        a: '0018B9C0FFEE',
        b: 'SEP0018b9c0ffee.cnf.xml, 00:18:b9:C0:ff:ee, 00-18-B9-C0-FF-EE and 0018.b9c0.ffee',
        c: 'CTLSEPAABBCC001122.tlv',
      }),
    ).toEqual([
      {
        a: '0018B9000001',
        b: 'SEP0018b9000001.cnf.xml, 00:18:b9:00:00:01, 00-18-B9-00-00-01 and 0018.b900.0001',
        c: 'CTLSEPAABBCC000001.tlv',
      },
    ]);
  });

  test("no stand-in is another phone's own address", () => {
    expect(written(['0018B9C0FFEE', '0018B9000001', '10.0.0.9', '192.0.2.1'])).toEqual([
      ['0018B9000002', '0018B9000003', '192.0.2.2', '198.51.100.1'],
    ]);
  });

  test('addresses of one network stay in one network; those of every machine stay as they are', () => {
    const text = '10.1.2.3:69 and 10.1.2.44; 10.1.3.3, [fe80::18:1]:69, ::1, 0.0.0.0:69. ::ffff:10.1.2.3 at 10:15:32';
    expect(written(text)).toEqual([
      '192.0.2.1:69 and 192.0.2.2; 198.51.100.1, [2001:db8::1]:69, ::1, 0.0.0.0:69. ::ffff:192.0.2.1 at 10:15:32',
    ]);
  });

  test('hashes, releases and times are no addresses', () => {
    const row = {
      sha1: '4a58d2cba18f2860ef3462d8c8f252a35ec35d14',
      load: 'SIP42.9-4-2SR3-1S',
      reason: 'sent P00308010200 with 8.1(2.0) at 2026-11-29T01:14:57.488Z',
      content: 'p0s3-08-11-00.loads=21763c26e878',
    };
    expect(written(row)).toEqual([row]);
  });

  test("an operator's words are replaced in their place and in every sentence, and are the same there", () => {
    expect(
      written(
        { label: 'Reception Meier', batch: 'pallet Huber', port: 'gi0/7', serial: 'INM1', extension: '4711' },
        'held after Reception Meier (gi0/7) of pallet Huber; Receptionist stays',
      ),
    ).toEqual([
      { label: 'label-1', batch: 'batch-1', port: 'port-1', serial: 'serial-1', extension: 'extension-1' },
      'held after label-1 (port-1) of batch-1; Receptionist stays',
    ]);
  });

  test('extensions are replaced where a row tells which account a configuration was made of, short ones, too', () => {
    const rows = ['account 2017, 12', 'account 12', 'no account: parked'].map((of) => ({
      reason: `configuration (${of})`,
    }));
    expect(written(...rows)).toEqual([
      { reason: 'configuration (account extension-1, extension-2)' },
      { reason: 'configuration (account extension-2)' },
      { reason: 'configuration (no account: parked)' },
    ]);
  });

  test("a label that is a word of the field or of the program's own leaves those as they are", () => {
    const row = { label: '7940', event: 'phone.held', state: 'held', reason: 'a 7940 for P0S3-08-11-00' };
    const other = { label: 'held', batch: 'default', load: 'P0S3-08-11-00' };
    expect(written(row, other)).toEqual([
      { ...row, label: 'label-1' },
      { ...other, label: 'label-2' },
    ]);
  });

  test('paths and files of this place are replaced, and names that Cisco phones ask for stay', () => {
    expect(
      written(
        { file: 'ring/Hotel Huber.raw', path: ['/srv/My Tree', 'fw/acme'] },
        { file: '/srv/tftp/OS79XX.TXT' },
        { file: 'SIP42.9-4-2S.loads' },
        'no /srv/tftp/acme.zip in /srv/My Tree: Hotel Huber.raw is not there, see tftp://acme.example/x and 7940/7960, SIP<MAC>.cnf',
      ),
    ).toEqual([
      { file: 'folder-1/file-1.raw', path: ['/folder-2/file-2', 'folder-3/file-3'] },
      { file: '/folder-4/OS79XX.TXT' },
      { file: 'SIP42.9-4-2S.loads' },
      'no /folder-4/file-4.zip in /folder-2/file-2: file-1.raw is not there, see url-1 and 7940/7960, SIP<MAC>.cnf',
    ]);
  });

  test('a package is called by its load, not by the folders in which it lies', () => {
    expect(
      written(
        { package: 'pallets of Huber/P0S3-08-11-00' },
        { package: 'P0S3-08-11-00' },
        { package: 'Huber:P0S3-08-11-00' },
      ),
    ).toEqual([{ package: 'folder-1/P0S3-08-11-00' }, { package: 'P0S3-08-11-00' }, { package: 'file-1' }]);
  });
});
