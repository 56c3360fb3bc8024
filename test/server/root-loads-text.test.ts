import { expect, test } from 'vitest';
import { loadsFirst, rootLoadsText, unreadableText } from '../../src/server/root-loads-text.ts';

const OFFICE = [
  'OS79XX.TXT',
  'P003-08-11-00.bin',
  'P003-08-11-00.sbn',
  'P0S3-08-11-00.loads',
  'SIP0018B9C0FFEE.cnf',
  'SIPDefault.cnf',
  'XMLDefault.cnf.xml',
  'phones/SEP0018B9C0FFEE.cnf.xml',
];

test('of an office tree those files are named first that decide about most phones, and images last', () => {
  expect(loadsFirst(OFFICE)).toEqual([
    ...['SIPDefault.cnf', 'XMLDefault.cnf.xml', 'OS79XX.TXT'],
    ...['SIP0018B9C0FFEE.cnf', 'phones/SEP0018B9C0FFEE.cnf.xml'],
    ...['P0S3-08-11-00.loads', 'P003-08-11-00.bin', 'P003-08-11-00.sbn'],
  ]);
});

test('the log names the first files and counts the others, and a check names them all', () => {
  expect(rootLoadsText(OFFICE, 'nobody', 'some')).toBe(
    '8 files of the tree are a load or name one: SIPDefault.cnf, XMLDefault.cnf.xml, OS79XX.TXT, SIP0018B9C0FFEE.cnf, phones/SEP0018B9C0FFEE.cnf.xml and 3 more. ' +
      'Phones do not get them. A phone that has landed gets its own configuration, with its own load in place of another one; "serve --root-loads bystanders" is for phones that are not on the list',
  );
  const all = rootLoadsText(OFFICE, 'nobody', 'all');
  for (const file of OFFICE) expect(all).toContain(file);
});

test('with bystanders it is said who gets such files, and which of them nobody gets', () => {
  expect(rootLoadsText(['a.bin', 'OS79XX.TXT'], 'bystanders', 'all')).toBe(
    '2 files of the tree are a load or name one: OS79XX.TXT, a.bin. Phones that are certainly not on the list get them (--root-loads bystanders), except OS79XX.TXT. ' +
      'A phone that has landed gets its own configuration, with its own load in place of another one',
  );
  expect(rootLoadsText(['a.bin'], 'bystanders', 'all')).toMatch(
    /^1 file of the tree is a load or names one: a\.bin\. .* get it \(--root-loads bystanders\)\. /,
  );
});

test('beside another server it is said what such a file does to a landed phone, which that server answers', () => {
  expect(rootLoadsText(['SIPDefault.cnf'], 'beside', 'all')).toBe(
    '1 file of the tree is a load or names one: SIPDefault.cnf. Phones on the list do not get it from loadstep. A landed phone asks the other server again: ' +
      'if that gives it this file, the phone takes the load that stands there. See that no file there names another load than the target',
  );
});

test('files and folders that cannot be read are counted and named', () => {
  expect(unreadableText(['SIPDefault.cnf'], 'all')).toBe(
    '1 file of the tree cannot be read by this user: SIPDefault.cnf. Nobody gets it',
  );
  expect(unreadableText(['closed/'], 'all')).toBe(
    '1 folder of the tree cannot be read by this user: closed/. Nobody gets what is in it',
  );
  expect(unreadableText(['a', 'b', 'c', 'd', 'e', 'f', 'g/'], 'some')).toBe(
    '7 files or folders of the tree cannot be read by this user: a, b, c, d, e and 2 more. Nobody gets them',
  );
});
