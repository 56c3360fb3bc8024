import { expect, test } from 'vitest';
import { protocolAsking } from '../../src/core/identify/application-name.ts';
import { classifyName } from '../../src/core/names/asked-name.ts';

test.each([
  ['mk-sip.jar', 'SIP'],
  ['English_United_States/MK-SIP.JAR', 'SIP'],
  ['gp-sccp.jar', 'SCCP'],
  ['7960-font.xml', 'SCCP'],
  ['English_United_States/7960-dictionary.xml', 'SCCP'],
  ['English_United_States/SCCP-dictionary.xml', 'SCCP'],
  ['RINGLIST.DAT', 'SIP'],
  ['phones/RINGLIST.DAT', 'SIP'],
  ['dialplan.xml', 'SIP'],
  ['syncinfo.xml', 'SIP'],
  // Both have these.
  ['RINGLIST.XML', null],
  ['DistinctiveRingList.xml', null],
  ['mk-font.xml', null],
  ['English_United_States/x7960-font.xml', null],
  ['xsccp-dictionary.xml', null],
  // Nobody's application, whatever the name looks like.
  ['SEP0018B9C0FFEE.cnf.xml', null],
  ['7960-font.xml.bak', null],
  ['x-sip.jar', null],
])('%s is asked by an application of %s', (name, protocol) => {
  expect(protocolAsking(classifyName(name))).toBe(protocol);
});
