import { describe, expect, test } from 'vitest';
import { tftpdWords } from '../../src/adapters/asked-folder/tftpd-hpa.ts';
import { phoneFolder, phoneOfFolder } from '../../src/core/beside/phone-folder.ts';
import { mapWithOurs, mapWithoutOurs } from '../../src/core/beside/tftpd-map.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';

const OFFICE = '# of the office\nr ^old$ new\n';

describe('the map of tftpd-hpa', () => {
  test('leads the names of one address into its folder, in front of what stands there', () => {
    const map = mapWithOurs(OFFICE, ['10.0.0.7', '10.0.0.9'], '.loadstep');
    expect(map.endsWith(OFFICE)).toBe(true);
    expect(map).toContain('\nre ^10\\.0\\.0\\.7//(.*)$ .loadstep/10.0.0.7/\\1\n');
    // Nobody reaches a folder by writing its name.
    expect(map.split('\n')[1]).toBe('a (^|/)\\.loadstep(/|$)');
  });

  test.each([OFFICE, '', 'r a b', '\r\n\r\n'])('is what it was, byte for byte, once nobody is left: %j', (before) => {
    const written = mapWithOurs(before, ['10.0.0.7'], '.loadstep');
    expect(mapWithOurs(mapWithOurs(written, ['10.0.0.9'], '.loadstep'), [], '.loadstep')).toBe(before);
    expect(mapWithoutOurs(written)).toBe(before);
    expect(mapWithOurs(before, [], '.loadstep')).toBe(before);
  });

  test('a block of ours that somebody has cut is left alone', () => {
    const cut = `${OFFICE}# loadstep: begin\nr a b\n`;
    expect(mapWithoutOurs(cut)).toBe(cut);
  });
});

test.each([
  ['-l -s -m /etc/map /srv/tftp', '/etc/map', ['/srv/tftp']],
  ['--listen --secure --map-file=/etc/map --user tftp /srv/tftp', '/etc/map', ['/srv/tftp']],
  ['--listen --user tftp --address :69 --secure /srv/tftp', null, ['/srv/tftp']],
  ['-Lvsm/etc/map /a /b', '/etc/map', ['/a', '/b']],
  ['-4 -vvv -u root -m /etc/map -s /srv/tftp', '/etc/map', ['/srv/tftp']],
  // From 7 on.
  ['--max-upload 1M -W 16 --verbosity 2 -m /etc/map --systemd --jail /srv/tftp', '/etc/map', ['/srv/tftp']],
  [
    '--normalize --logfile=/var/log/tftp.log --ports 4000:4999 --map-file /etc/map -S 69 -j /srv/tftp',
    '/etc/map',
    ['/srv/tftp'],
  ],
])('the command line of in.tftpd tells its map and its folders: %s', (line, map, folders) => {
  expect(tftpdWords(['in.tftpd', ...line.split(' ')])).toEqual({ map, folders });
});

test('the folder of a phone is called as dnsmasq calls it, and no other name is one', () => {
  expect(phoneFolder('0018B9C0FFEE' as MacAddress)).toBe('00-18-b9-c0-ff-ee');
  expect(phoneOfFolder('00-18-b9-c0-ff-ee')).toBe('0018B9C0FFEE');
  for (const name of ['0018b9c0ffee', '00-18-B9-C0-FF-EE', '00-18-b9-c0-ff', '..', '.loadstep'])
    expect(phoneOfFolder(name), name).toBe(null);
});
