import { expect, it } from 'vitest';
import { published } from '../heard/heard-lines.ts';
import { codesOf, onlyPhone } from './diagnosed.ts';

it('a second-hand 7940 waits for its old lease, and that is all that is wrong', () => {
  const phone = onlyPhone(published('79x0-01-dhcpd-old-lease'));
  expect(codesOf(phone)).toEqual(['P_OLD_ADDRESS 1']);
  expect(phone.faults[0]?.about).toContain('4 times for 10.10.202.71');
  expect(phone).toMatchObject({ mac: '0018B9FFFFFF', addresses: ['192.168.1.12'], software: [], standing: 'open' });
});

it('a 7940 on its manufacturing load went through its whole list for nothing', () => {
  const phone = onlyPhone(published('79x0-02-sccp31-mfg-boot'));
  expect(phone.runs).toBe('SCCP application of a 7940/7960 (3.x to 4.x)');
  expect(codesOf(phone)).toEqual(['P_CONFIG_ROUND_REPEATS 5']);
  // OS79XX.TXT names nobody: that it was this phone shows in the next line.
  expect(phone.rounds[0]?.steps).toHaveLength(5);
});

it('a loader after a factory reset found none of its files', () => {
  const phone = onlyPhone(published('79x0-03-ual-hunt-after-reset'));
  expect(phone.software).toMatchObject([{ running: 'loader', generation: 'G3' }]);
  expect(codesOf(phone)).toEqual(['P_TFTP_FILE_NOT_FOUND 7']);
});

it('the hunt, the load and the first boot of its application are one story, with the hunt past', () => {
  const phone = onlyPhone(
    ['03-ual-hunt-after-reset', '04-ual-loads', '05-sip8-provisioning'].flatMap((name) => published(`79x0-${name}`)),
  );
  expect(phone.mac).toBe('0018B9FFFFFF');
  expect(phone.software).toMatchObject([{ running: 'application', protocol: 'SIP', generation: 'G3' }]);
  expect(phone.proofs.at(-1)).toMatchObject({ finding: 'sip-unknown', at: { line: 9 } });
  expect(phone.standing).toBe('well');
});

it('a 7942 boots as it should: what it does not find is no fault', () => {
  const phone = onlyPhone(published('java-cisco7942freepbx-normal-boot'));
  expect(phone).toMatchObject({ mac: '12ABC345678D', standing: 'well', faults: [] });
  expect(phone.runs).toBe('SIP application of a Java phone (8.5+)');
});

it('a 7911 was refused an archive whose name begins with a capital letter, and then dropped the next one', () => {
  const phone = onlyPhone(published('java-sysop-ca-7911-jar-name-case'));
  expect(phone).toMatchObject({ mac: null, addresses: ['10.10.10.10'], family: '11', standing: 'stuck' });
  // That it broke off the archive behind it follows from the first, and is no fault of its own.
  expect(codesOf(phone)).toEqual(['P_FILE_REFUSED 3', 'P_WRONG_CASE 3']);
});

it('a 7962 in a recording without times boots as it should', () => {
  const phone = onlyPhone(published('java-aios-7962-normal-boot-tcpdump'));
  expect(phone).toMatchObject({ mac: '00270DC01C92', addresses: ['10.0.0.12'], standing: 'well', faults: [] });
  expect(phone.runs).toBe('an application of a Java phone (8.5+)');
});
