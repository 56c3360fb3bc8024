import { expect, test } from 'vitest';
import { takeConfiguration } from '../../src/emulator/config/take-configuration.ts';
import { type HandWritten, sepFile } from '../support/phone-files.ts';

// What emulated Java phones make of SEP<MAC>.cnf.xml (after-landing 2). Expectations are written from the dossier, not from the reader.

const MAC = '0024C4AABBCC';
const OLD: HandWritten = { mac: MAC, load: 'SIP41.8-5-3S', pbx: '192.0.2.10' };
const NEW: HandWritten = { mac: MAC, load: 'SIP42.9-4-2SR3-1S', pbx: '192.0.2.10' };

type Change = (text: string) => string;
type Knobs = Parameters<typeof takeConfiguration>[0]['knobs'];

function take(written: HandWritten, change: Change = (text) => text, knobs: Knobs = {}) {
  const name = `SEP${MAC}.cnf.xml`;
  const before = sepFile(written)[name] ?? '';
  const text = change(before);
  if (text === before && change !== same) throw new Error('the change changed nothing');
  const model = written.load.startsWith('SIP41') ? '7941' : '7942';
  return takeConfiguration({ model, load: written.load, mac: MAC, files: { [name]: text }, knobs });
}
const same: Change = (text) => text;
const swap =
  (from: string | RegExp, to: string): Change =>
  (text) =>
    text.replace(from, to);
const UNPROVISIONED = { lines: [], screen: 'Unprovisioned' };

test('8.x with an address registers there by UDP, whatever transport the file names', () => {
  const taken = take({ ...OLD, transport: '1' }, same);
  expect(taken).toMatchObject({
    verdict: 'registers',
    isCallManager: false,
    transport: 'udp',
    controlPort: 5060,
    expires: 3600,
  });
  expect(taken.lines).toEqual([
    {
      line: 1,
      name: '201',
      contact: '201',
      authName: '201',
      password: 'lagoon42',
      displayName: 'Desk 201',
      proxy: '192.0.2.10',
      port: 5060,
    },
  ]);
});

test.each([OLD, NEW])('USECALLMANAGER leads to processNodeName with $load', (written) => {
  const taken = take(written, written === NEW ? same : swap('<proxy>192.0.2.10<', '<proxy>USECALLMANAGER<'));
  expect(taken).toMatchObject({
    verdict: 'registers',
    isCallManager: true,
    lines: [{ proxy: '192.0.2.10', port: 5060 }],
  });
});

test('9.x never registers at an address in <proxy>', () => {
  expect(take(NEW, swap('USECALLMANAGER', '192.0.2.10'))).toMatchObject({
    verdict: 'quiet',
    lines: [],
    screen: 'Unregistered',
  });
});

test.each([
  ['1', 'tcp'],
  ['2', 'udp'],
  ['3', 'tcp'],
  ['4', 'tcp'],
])('transportLayerProtocol %s is %s in CallManager mode', (transport, spoken) => {
  expect(take({ ...NEW, transport }, same).transport).toBe(spoken);
});

test('without transportLayerProtocol the knob decides', () => {
  const without = swap(/<transportLayerProtocol>.*/, '');
  expect(take(NEW, without).transport).toBe('udp');
  expect(take(NEW, without, { transportIfAbsent: 'tcp' }).transport).toBe('tcp');
});

test('sipLines outside sipProfile: the file is fetched whole and the phone stays unprovisioned', () => {
  const moved = (text: string) => {
    const lines = /<sipLines>[\s\S]*<\/sipLines>/.exec(text)?.[0] ?? '';
    return text.replace(lines, '').replace('</device>', `${lines}</device>`);
  };
  expect(take(NEW, moved)).toMatchObject({ ...UNPROVISIONED, verdict: 'unprovisioned' });
});

test.each([
  ['no proxy', /<proxy>.*?<\/proxy>/, ''],
  ['an empty name', '<name>201<', '<name><'],
  ['the name UNPROVISIONED', '<name>201<', '<name>UNPROVISIONED<'],
  ['no port', /<port>\d+<\/port>/, ''],
  ['a button that is no number', 'button="1"', 'button="one"'],
  ['a speed dial where the line belongs', '<featureID>9<', '<featureID>2<'],
])('a line with %s is none', (_, from, to) => {
  expect(take(NEW, swap(from, to))).toMatchObject({ ...UNPROVISIONED, verdict: 'unprovisioned' });
});

test.each([
  ['empty members', /<member priority[\s\S]*<\/member>/, ''],
  ['no processNodeName', /<processNodeName>.*/, ''],
  ['a root of another name', /device>/g, 'Default>'],
  ['a label with a blank', '<phoneLabel>201<', '<phoneLabel>Desk 201<'],
  ['a label of 13 characters', '<phoneLabel>201<', '<phoneLabel>1234567890123<'],
  ['a password of 32 characters', 'lagoon42', 'k'.repeat(32)],
  ['a processNodeName of 48 characters', '<processNodeName>192.0.2.10<', `<processNodeName>${'n'.repeat(48)}<`],
])('a file with %s is refused', (_, from, to) => {
  expect(take(NEW, swap(from, to))).toMatchObject({
    ...UNPROVISIONED,
    verdict: 'refused',
    status: ['Error Verifying Config Info'],
  });
});

test.each([
  ['an end tag that is missing', '</sipStack>', ''],
  ['end tags in the wrong order', '</phoneLabel>', '</natEnabled>'],
  ['a bare ampersand', 'Desk 201', 'Tom & Jerry'],
  ['an attribute without quotes', 'button="1"', 'button=1'],
  ['an attribute twice', 'button="1"', 'button="1" button="1"'],
  ['a broken start tag', '<authPassword>', '<authPassword['],
  ['two dashes in a comment', 'by hand', 'by -- hand'],
  ['text behind the end', '</device>', '</device>x'],
  ['a second root', '</device>', '</device><device/>'],
  ['an entity of its own', '<device>', '<!DOCTYPE device [<!ENTITY a "b">]><device>'],
])('%s is not well formed: nothing of the file counts', (_, from, to) => {
  expect(take(OLD, swap(from, to)).verdict).toBe('refused');
});

test.each([
  ['a mark of byte order', (text: string) => `\u{FEFF}${text}`],
  ['CRLF line ends', (text: string) => text.replaceAll('\n', '\r\n')],
  ['CDATA', swap('Desk 201', '<![CDATA[Desk 201]]>')],
  ['entities and numbers of characters', swap('Desk 201', '&#68;esk&#x20;201')],
  ['elements that nobody knows', swap('</device>', '<voipcontrolport>5061</voipcontrolport></device>')],
])('%s does no harm', (_, change) => {
  expect(take(NEW, change)).toEqual(take(NEW, same));
});

test('a sipPort behind the name of its member counts for the next one, and the default stays', () => {
  const written = { ...NEW, port: 5160 };
  const late = (text: string) => {
    const ports = /<ports>.*<\/ports>/.exec(text)?.[0] ?? '';
    return text.replace(ports, '').replace('</processNodeName>', `</processNodeName>${ports}`);
  };
  const port = (change: Change) => take(written, change, { callManagerPortOf: 'sipPort' }).lines[0]?.port;
  expect([port(same), port(late)]).toEqual([5160, 5060]);
});

test('which of three differing ports is the server’s is a knob; the vendor’s stack takes voipControlPort', () => {
  const differ = (text: string) =>
    text.replace(/<sipPort>\d+/, '<sipPort>5061').replace(/<voipControlPort>\d+/, '<voipControlPort>5063');
  const port = (of?: string) =>
    take({ ...NEW, port: 5062 }, differ, of === undefined ? {} : { callManagerPortOf: of }).lines[0]?.port;
  expect([port(), port('sipPort'), port('line')]).toEqual([5063, 5061, 5062]);
});

test('registerWithProxy is exactly true, or nothing registers', () => {
  for (const word of ['false', '1', 'True', '']) {
    const change = swap('<registerWithProxy>true<', `<registerWithProxy>${word}<`);
    expect(take(OLD, change)).toMatchObject({ verdict: 'quiet', screen: 'Unregistered' });
  }
});

test('natEnabled is exactly true, anything else is false', () => {
  const nat = (word: string) => take(OLD, swap('<natEnabled>false<', `<natEnabled>${word}<`)).nat.isOn;
  expect(['true', '1', 'TRUE', 'yes'].map(nat)).toEqual([true, false, false, false]);
});

test.each(['2', '3'])('deviceSecurityMode %s waits for a trust list', (mode) => {
  const taken = take(NEW, swap('<deviceSecurityMode>1<', `<deviceSecurityMode>${mode}<`));
  expect(taken).toMatchObject({ verdict: 'unprovisioned', status: ['No Trust List Installed'], lines: [] });
});

test('the knobs take a long label and cut a long password', () => {
  const label = swap('<phoneLabel>201<', '<phoneLabel>Desk of Mrs Miller<');
  expect(take(NEW, label, { takesAnyLabel: true }).verdict).toBe('registers');
  const cut = take(NEW, swap('lagoon42', 'k'.repeat(40)), { cutsLongPassword: true });
  expect(cut.lines[0]?.password).toBe('k'.repeat(31));
});

test('password of 31, name of its own for the Contact, authName that falls back', () => {
  const change = (text: string) =>
    text
      .replace('lagoon42', 'k'.repeat(31))
      .replace('<authName>201<', '<authName><')
      .replace('</displayName>', '</displayName><contact>desk</contact>');
  expect(take(NEW, change).lines[0]).toMatchObject({ password: 'k'.repeat(31), authName: '201', contact: 'desk' });
});

test('codec names are exact', () => {
  const codec = (word: string) => take(NEW, swap('<preferredCodec>none<', `<preferredCodec>${word}<`)).codec;
  expect(['g711alaw', 'iLBC', 'G722', 'g722'].map(codec)).toEqual(['g711alaw', 'iLBC', 'none', 'g722']);
});

test('a 7942 registers two lines at most', () => {
  const three = (text: string) => {
    const line = /<line [\s\S]*<\/line>/.exec(text)?.[0] ?? '';
    return text.replace(line, [1, 2, 3].map((n) => line.replace('button="1"', `button="${n}"`)).join(''));
  };
  expect(take(NEW, three).lines.map(({ line }) => line)).toEqual([1, 2]);
});

test('a file nested a million times ends in a refusal', () => {
  expect(take(NEW, (text) => text.replace('<kpml>', `${'<a>'.repeat(1_000_000)}<kpml>`)).verdict).toBe('refused');
});
