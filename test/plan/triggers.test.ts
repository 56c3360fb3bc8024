import { expect, test } from 'vitest';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import type { Hop } from '../../src/core/plan/plan.ts';
import { renderTrigger } from '../../src/core/plan/render-trigger.ts';
import type { Candidates } from '../../src/core/software.ts';
import { admits, JAVA, java, OLD, old, road, runs, store } from './store.ts';

const mac = '0018B9C0FFEE' as MacAddress;

function hopTo(load: string, candidates: Candidates, packages = [...Object.values(OLD), ...Object.values(JAVA)]): Hop {
  const plan = road({ candidates, target: load, index: store(...packages) });
  const hop = plan.ok ? plan.hops.find((each) => each.load === load) : undefined;
  if (hop === undefined) throw new Error(`no hop to ${load}`);
  return hop;
}

const textOf = (hop: Hop, file: string) => hop.triggers.find((trigger) => trigger.file === file)?.content ?? '';
const filesOf = (hop: Hop) => hop.triggers.map((trigger) => trigger.file);
const loader = admits(old({ generation: 'G3', running: 'loader' }));

/** Every opened element is closed in order, and text stands in leaves only: enough for documents of our own making. */
function isWellFormed(xml: string): boolean {
  const open: string[] = [];
  for (const [, close, name = '', self] of xml
    .replace(/^<\?xml[^>]*\?>/, '')
    .matchAll(/<(\/)?([A-Za-z0-9]+)[^<>]*?(\/)?>/g)) {
    if (self !== undefined) continue;
    if (close === undefined) open.push(name);
    else if (open.pop() !== name) return false;
  }
  return open.length === 0 && !/[<&](?![/A-Za-z?])/.test(xml);
}

test('OS79XX.TXT holds the bare name and one line feed', () => {
  const hop = hopTo('P0S3-05-3-00', runs('P0030301MFG2'));
  expect(hop.triggers).toEqual([
    { file: 'OS79XX.TXT', content: 'P0S3-05-3-00\n' },
    { file: 'SIPDefault.cnf', content: 'image_version: P0S3-05-3-00\n', isCompanion: true },
  ]);
});

test('to a signed SIP phone OS79XX.TXT names the loader, not the application', () => {
  const plan = road({ candidates: runs('P0S3-05-3-00'), target: 'P0S3-08-11-00', index: store(OLD.sip811) });
  expect(plan.ok && plan.hops[0]?.triggers).toEqual([{ file: 'OS79XX.TXT', content: 'P003-08-11-00\n' }]);
});

test('the loader is offered SIP by image_version first, then by device type, then by its own XML file', () => {
  const hop = hopTo('P0S3-08-11-00', loader);
  expect(filesOf(hop)).toEqual(['SIP<MAC>.cnf', 'XMLDefault.cnf.xml', 'SEP<MAC>.cnf.xml']);
  expect(textOf(hop, 'SIP<MAC>.cnf')).toBe('image_version: P0S3-08-11-00\n');
});

test('XMLDefault.cnf.xml names the load for the 7940 and for the 7960', () => {
  const text = textOf(hopTo('P0S3-08-11-00', loader), 'XMLDefault.cnf.xml');
  expect(text).toContain('<loadInformation7 model="7960">P0S3-08-11-00</loadInformation7>');
  expect(text).toContain('<loadInformation8 model="7940">P0S3-08-11-00</loadInformation8>');
  expect(text).toMatch(
    /<ethernetPhonePort>2000<\/ethernetPhonePort>[\s\S]*<processNodeName>%SERVER%<\/processNodeName>/,
  );
});

test('SCCP 8.x is offered SIP through its XML files, which it reads', () => {
  expect(filesOf(hopTo('P0S3-08-11-00', runs('P0030801SR02')))).toEqual(['XMLDefault.cnf.xml', 'SEP<MAC>.cnf.xml']);
});

test('SIP 8.x is offered SCCP through the file that the loader reads first', () => {
  expect(filesOf(hopTo('P0030801SR02', runs('P0S3-08-11-00')))[0]).toBe('SEP<MAC>.cnf.xml');
});

test('the oldest SCCP is offered a load through SEPDefault.cnf first', () => {
  const hop = hopTo('P00303030300', admits(old({ protocol: 'SCCP', releases: { min: null, below: [3] } })));
  expect(hop.triggers.map(({ file, content }) => [file, content])).toEqual([
    ['SEPDefault.cnf', 'P00303030300\n'],
    ['OS79XX.TXT', 'P00303030300\n'],
  ]);
  expect([hop.level, hop.why]).toEqual(['B', expect.stringContaining('invented')]);
});

test('a running Java phone is offered its own file first, then the one for its device type', () => {
  const hop = hopTo('SIP42.9-4-2SR3-1S', runs('SCCP42.9-2-1S'));
  expect(filesOf(hop)).toEqual(['SEP<MAC>.cnf.xml', 'XMLDefault.cnf.xml']);
  expect(textOf(hop, 'XMLDefault.cnf.xml').match(/loadInformation\d+ /g)).toEqual([
    'loadInformation434 ',
    'loadInformation404 ',
  ]);
});

test('the device types of a family are those of all its models, with and without GE', () => {
  const packages = [java('SIP41.9-4-2SR3-1S', '9-4-2ES26', ['41', '61'])];
  const text = textOf(hopTo('SIP41.9-4-2SR3-1S', runs('SCCP41.9-2-1S'), packages), 'XMLDefault.cnf.xml');
  expect(text.match(/(?<=<loadInformation)\d+/g)).toEqual(['115', '309', '30018', '308']);
});

test.each([
  ['SIP42.9-4-2SR3-1S', 'SIP', true],
  ['SCCP42.9-4-2SR3-1S', 'SCCP', false],
] as const)('SEP<MAC>.cnf.xml to %s speaks %s and has a call manager', (load, protocol, hasLine) => {
  const text = textOf(hopTo(load, runs('SCCP42.9-2-1S')), 'SEP<MAC>.cnf.xml');
  expect(text).toContain(`<deviceProtocol>${protocol}</deviceProtocol>`);
  expect(text).toContain(`<loadInformation>${load}</loadInformation>`);
  expect(text.match(/<callManager>/g)).toHaveLength(1);
  const line = /<line button="1">\n([\s\S]*)<\/line>/.exec(text)?.[1] ?? '';
  // 9.3(1) throws on a line that is not whole.
  const parts = ['featureID', 'featureLabel', 'proxy', 'port', 'name', 'authName'];
  expect([...line.matchAll(/<(\w+)>/g)].map(([, part]) => part)).toEqual(hasLine ? parts : []);
  expect(text.includes('<transportLayerProtocol>1</transportLayerProtocol>')).toBe(hasLine);
  expect(/<sipProfile>[\s\S]*<line button="1">/.test(text)).toBe(hasLine);
  expect(text.startsWith('<?xml version="1.0" encoding="UTF-8"?>\n<device>\n')).toBe(true);
});

test.each([
  ['P0S3-08-11-00', loader],
  ['P0030801SR02', loader],
  ['SIP42.9-4-2SR3-1S', runs('SCCP42.9-2-1S')],
  ['SCCP42.9-2-1S', runs('SIP42.9-4-2SR3-1S')],
] as const)('every XML file on the way to %s is well formed, and none is empty', (target, from) => {
  const { triggers } = hopTo(target, from);
  expect(triggers.every(({ content }) => content !== null && content.length > 0)).toBe(true);
  const documents = triggers.filter(({ file }) => file.endsWith('.xml'));
  expect(documents.map(({ content }) => isWellFormed(content ?? ''))).toEqual([true, true]);
});

test('the check of XML sees what is not closed', () => {
  expect([isWellFormed('<a><b></b></a>'), isWellFormed('<a><b></a></b>'), isWellFormed('<a>')]).toEqual([
    true,
    false,
    false,
  ]);
});

test('a trigger is filled in with the MAC and the address of the asking server', () => {
  const hop = hopTo('P0S3-08-11-00', loader);
  const sep = hop.triggers.find((trigger) => trigger.file === 'SEP<MAC>.cnf.xml');
  const shown = sep === undefined ? null : renderTrigger(sep, { mac, serverAddress: '192.0.2.7' });
  expect(shown?.name).toBe('SEP0018B9C0FFEE.cnf.xml');
  expect(shown?.content).toContain('<processNodeName>192.0.2.7</processNodeName>');
  expect(shown?.content).not.toContain('%');
});

test('a default manifest is named by the digits of the model and has no text of ours', () => {
  const shown = renderTrigger(
    { file: 'termNN.default.loads', content: null },
    { mac, serverAddress: '192.0.2.7', term: '62' },
  );
  expect(shown).toEqual({ name: 'term62.default.loads', content: null });
});
