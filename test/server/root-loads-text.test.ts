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
  expect(rootLoadsText({ loads: OFFICE }, 'nobody', 'some')).toBe(
    '8 files of the tree are a load or name one: SIPDefault.cnf, XMLDefault.cnf.xml, OS79XX.TXT, SIP0018B9C0FFEE.cnf, phones/SEP0018B9C0FFEE.cnf.xml; firmware itself: P0S3-08-11-00.loads, P003-08-11-00.bin, P003-08-11-00.sbn. ' +
      'Phones do not get them. A phone that has landed gets its own configuration; another load that SIPDefault.cnf, SIP<MAC>.cnf or SEP<MAC>.cnf.xml names is replaced by that of the phone; "serve --root-loads bystanders" is for phones that are not on the list. ' +
      'A landed phone that another server answers with any of these files takes the load that stands there',
  );
  const all = rootLoadsText({ loads: OFFICE }, 'nobody', 'all');
  for (const file of OFFICE) expect(all).toContain(file);
});

test('which file names which load is said, firmware apart', () => {
  const named = [
    { file: 'SIPDefault.cnf', loads: ['P0S3-08-12-00'] },
    { file: 'XMLDefault.cnf.xml', loads: ['SIP42.9-4-2SR3-1S', 'SIP45.9-4-2SR3-1S', 'a', 'b', 'c'] },
  ];
  const loads = ['P0S3-08-11-00.loads', 'OS79XX.TXT', 'SIPDefault.cnf', 'XMLDefault.cnf.xml'];
  expect(rootLoadsText({ loads, named }, 'beside', 'some')).toMatch(
    /^4 files of the tree are a load or name one: SIPDefault\.cnf names P0S3-08-12-00, XMLDefault\.cnf\.xml names SIP42\.9-4-2SR3-1S and SIP45\.9-4-2SR3-1S and a and 2 more, OS79XX\.TXT; firmware itself: P0S3-08-11-00\.loads\. /,
  );
});

test('with bystanders it is said who gets such files, and which of them nobody gets', () => {
  expect(rootLoadsText({ loads: ['a.bin', 'OS79XX.TXT'] }, 'bystanders', 'all')).toBe(
    '2 files of the tree are a load or name one: OS79XX.TXT; firmware itself: a.bin. Phones that are certainly not on the list get them (--root-loads bystanders), except OS79XX.TXT. ' +
      'A phone that has landed gets its own configuration; another load that SIPDefault.cnf, SIP<MAC>.cnf or SEP<MAC>.cnf.xml names is replaced by that of the phone. ' +
      'A landed phone that another server answers with any of these files takes the load that stands there',
  );
  expect(rootLoadsText({ loads: ['a.bin'] }, 'bystanders', 'all')).toMatch(
    /^1 file of the tree is a load or names one: a\.bin\. .* get it \(--root-loads bystanders\)\. /,
  );
});

test('beside another server it is said what such a file does to a landed phone, which that server answers', () => {
  expect(rootLoadsText({ loads: ['SIPDefault.cnf'] }, 'beside', 'all')).toBe(
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
