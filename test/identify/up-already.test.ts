import { expect, test } from 'vitest';
import { NO_EVIDENCE, observe, type ReadingAids } from '../../src/core/identify/evidence.ts';
import { isOnlyPolling, isUpAlready } from '../../src/core/identify/up-already.ts';
import { classifyName } from '../../src/core/names/asked-name.ts';

// A phone that polls is up, and has to be restarted; one whose boot was heard, or that takes firmware, is not to be told so
// (legacy-79x0 11.1 H, java-phones 4.1).

const MAC = '0018B9C0FFEE';
const AIDS: ReadingAids = { termFamily: () => null, modelFamily: () => '42', isWhole: true };

test.each<[string, string[], boolean, boolean]>([
  ['nothing', [], false, false],
  ['its own file again and again', [`SIP${MAC}.cnf`, `SIP${MAC}.cnf`], true, true],
  ['its configuration and a locale jar', [`SEP${MAC}.cnf.xml`, 'mk-sip.jar'], true, true],
  ['a ring list', ['RINGLIST.DAT', `MGC${MAC}.cnf`], true, true],
  ['the default before its own file', ['SIPDefault.cnf', `SIP${MAC}.cnf`], true, false],
  ['a trust list first', [`CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`], false, false],
  ['OS79XX.TXT', ['OS79XX.TXT'], false, false],
  ['the list of a boot loader', ['term42.default.loads'], false, false],
  ['a manifest of whatever', [`SEP${MAC}.cnf.xml`, 'SIP42.8-5-2S.loads'], false, false],
  ['an image', [`SIP${MAC}.cnf`, 'P0S3-08-11-00.sb2'], false, false],
])('a phone that asks %s', (_, names, isUp, isPolling) => {
  let evidence = NO_EVIDENCE;
  for (const [n, name] of names.entries()) evidence = observe(evidence, classifyName(name), n * 300, AIDS).evidence;
  expect([isUpAlready(evidence.trace), isOnlyPolling(evidence.trace)]).toEqual([isUp, isPolling]);
});
