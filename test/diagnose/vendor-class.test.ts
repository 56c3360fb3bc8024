import { expect, test } from 'vitest';
import { discoverMessage } from '../../src/core/doctor/discover.ts';
import { probeTransaction } from '../../src/core/heard/probe-mark.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import { hearFrames, story } from '../capture/hear.ts';
import { PHONE, SERVER, udp } from '../capture/wire.ts';
import { diagnosed, hpa, onlyPhone } from './diagnosed.ts';

const MAC = '001BD4612346';
const ADDRESS = '10.0.0.5';

/** What dnsmasq writes with log-dhcp of a phone that asks for an address (dnsmasq 2.90). */
function dhcp(minute: number, number: number, model: string, mac = '00:1b:d4:61:23:46'): string[] {
  const head = `2026-03-03T09:${String(minute).padStart(2, '0')}:00Z pbx dnsmasq-dhcp[9]: ${number}`;
  return [
    `${head} vendor class: Cisco Systems, Inc. IP Phone CP-${model}`,
    `${head} DHCPDISCOVER(eth0) ${mac} `,
    `${head} DHCPOFFER(eth0) ${ADDRESS} ${mac} `,
  ];
}

/** The boot of a Java phone of 8.5 or later, which asks for an ITL file (java-phones 4.1). */
const JAVA = hpa(ADDRESS, [`CTLSEP${MAC}.tlv -`, `ITLSEP${MAC}.tlv -`, 'ITLFile.tlv -', `SEP${MAC}.cnf.xml -`]);
const OLD = hpa(ADDRESS, ['OS79XX.TXT -', `SIP${MAC}.cnf -`, 'SIPDefault.cnf -']);

test('a later vendor class that its questions exclude takes no phone its model, and is told with its line', () => {
  const phone = onlyPhone([...dhcp(1, 1001, '7942G'), ...JAVA, ...dhcp(2, 1002, '7940G')]);
  expect(phone).toMatchObject({ mac: MAC, model: '7942' });
  expect(phone.proofs[0]).toMatchObject({ finding: 'vendor-class-denied', at: { line: 14 } });
  expect(phone.proofs[0]?.reason).toMatch(
    /"Cisco Systems, Inc\. IP Phone CP-7940G", which is not believed: .*no 7940 runs/,
  );
  expect(phone.proofs[1]).toMatchObject({ finding: 'vendor-class', at: { line: 3 } });
});

test('where every vendor class is excluded, the phone has no model, and its questions say what it runs', () => {
  const phone = onlyPhone([...JAVA, ...dhcp(2, 1002, '7940G')]);
  expect(phone).toMatchObject({ mac: MAC, model: null });
  expect(phone.proofs.map(({ finding }) => finding)).toContain('vendor-class-denied');
  expect(phone.software.every(({ generation }) => generation === 'java')).toBe(true);
});

test('a 7940 by its questions that DHCP was told to be a 7942 is none', () => {
  const phone = onlyPhone([...OLD, ...dhcp(2, 1002, '7942G')]);
  expect(phone).toMatchObject({ model: null, family: '79x0' });
  expect(phone.proofs[0]?.finding).toBe('vendor-class-denied');
});

test('a vendor class that fits what the phone asks is believed, the newest first', () => {
  expect(onlyPhone([...dhcp(1, 1001, '7940G'), ...OLD, ...dhcp(2, 1002, '7960G')]).model).toBe('7960');
  expect(onlyPhone([...dhcp(1, 1001, '7942G'), ...JAVA]).model).toBe('7942');
});

test('what doctor asks as a phone tells nothing of the phone, and makes none', () => {
  const number = probeTransaction(7);
  const phone = onlyPhone([...OLD, ...dhcp(1, 1001, '7960G'), ...dhcp(2, number, '7940G')]);
  expect(phone.model).toBe('7960');
  expect(diagnosed(dhcp(1, number, '7940G', '02:e8:fc:cb:a3:5e'))).toEqual([]);
  expect(diagnosed(dhcp(1, number - 256, '7940G', '02:e8:fc:cb:a3:5e'))).toHaveLength(1);
});

test('in a capture the same is passed over, and the question of the phone itself is not', () => {
  const asked = (transaction: number) =>
    udp({ ...PHONE, port: 68 }, { ...SERVER, port: 67 }, discoverMessage(MAC as MacAddress, transaction));
  expect(story(hearFrames([asked(probeTransaction(255)), asked(0x4c536300)]).heard)).toEqual(['dhcp discover']);
});
