import { describe, expect, test } from 'vitest';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import type { SnippetPhone } from '../../src/core/snippet/kind.ts';
import {
  kindInside,
  readServerAddress,
  SNIPPET_KINDS,
  snippetKind,
  snippetText,
  undoText,
} from '../../src/core/snippet/snippet.ts';

const SERVER = '192.168.50.2';
const phone = (mac: string, label: string | null = null): SnippetPhone => ({ mac: mac as MacAddress, label });
const byMac = (...phones: SnippetPhone[]) => ({ chosen: { by: 'mac', phones } as const, server: SERVER });
const BY_CLASS = { chosen: { by: 'vendor-class' } as const, server: SERVER };

const CHOOSING = SNIPPET_KINDS.filter(({ chooses }) => chooses.includes('mac'));
const BY_MODEL = SNIPPET_KINDS.filter(({ chooses }) => chooses.includes('vendor-class'));

/** What is no comment, and what stands alone on a line in a list of web pages. */
const active = (text: string) => text.split('\n').filter((line) => line !== '' && !/^\s*(#|\/\/)/.test(line));

/** A label with every way out of a comment or a string that any of the servers knows. */
const HOSTILE = [
  'desk\nmutiny=1',
  'desk\r\nmutiny=1',
  'desk\u2028mutiny=1',
  'desk\u0085mutiny=1',
  'desk\0mutiny',
  '"; mutiny; "',
  "'; mutiny; '",
  '`mutiny`',
  '$(mutiny)',
  '*/ mutiny /*',
  '<?include "/etc/passwd"?>',
  'desk \\',
  'desk \u202e mutiny',
  '\u2018; mutiny; \u2019',
  '] } mutiny {',
  '#> mutiny <#',
  'END_OF_LOADSTEP',
  '\tEND_OF_LOADSTEP\n',
  'x'.repeat(5000),
];

test('every kind is found by its name, whatever the case, and no other word is one', () => {
  expect(SNIPPET_KINDS.map(({ name }) => name)).toEqual(SNIPPET_KINDS.map(({ name }) => name).sort());
  for (const kind of SNIPPET_KINDS) expect(snippetKind(kind.name.toUpperCase())).toBe(kind);
  expect(snippetKind('dhcpd')).toBeNull();
  expect(snippetKind('')).toBeNull();
});

describe.each(SNIPPET_KINDS.map((kind) => [kind.name, kind] as const))('%s', (name, kind) => {
  test('names the server it was given, and no other address', () => {
    const text = snippetText(kind, byMac(phone('0018B9C0FFEE')));
    // The one way to write it where a text does not do.
    const hex = /c0a83202/i.test(text);
    expect(text.includes(SERVER) || hex).toBe(true);
    const others = (text.match(/\d+\.\d+\.\d+\.\d+/g) ?? []).filter((one) => one !== SERVER && one !== '0.0.0.0');
    expect(others).toEqual([]);
  });

  test('its comments fit a terminal of 80 columns', () => {
    const texts = [snippetText(kind, byMac(phone('0018B9C0FFEE'))), undoText(kind)];
    if (kind.chooses.includes('vendor-class')) texts.push(snippetText(kind, BY_CLASS));
    const wide = texts
      .flatMap((text) => text.split('\n'))
      .filter((line) => /^\s*(#|\/\/)/.test(line) && line.length > 80);
    expect(wide).toEqual([]);
  });

  test('undoing names neither a phone nor an address, so that it undoes whatever was set', () => {
    const text = undoText(kind);
    expect(text).not.toMatch(/\d+\.\d+\.\d+\.\d+|([0-9a-f]{2}[:-]){5}/i);
    expect(text).toContain('\n# The phones ask as before when they boot next. ');
    expect(text.replaceAll('\n# ', ' ')).toMatch(
      /no file of the server they will ask names another load .*would take that load\.\n$/,
    );
    expect(name === 'fritzbox' || text.split('\n').length > 2).toBe(true);
  });
});

describe.each(CHOOSING.map((kind) => [kind.name, kind] as const))('phones chosen in %s', (name, kind) => {
  test('are all there, in the order of their MACs, whatever order they came in', () => {
    const [a, b, c] = [phone('0018B9C0FFEE', 'desk'), phone('0018B9C0FFAA'), phone('00AA00BB00CC', 'bench 4')];
    const text = snippetText(kind, byMac(a, b, c));
    expect(text).toBe(snippetText(kind, byMac(c, a, b)));
    const bare = text.toLowerCase().replaceAll(/(?<=[0-9a-f]{2})[:-](?=[0-9a-f]{2})/g, '');
    const places = ['0018b9c0ffaa', '0018b9c0ffee', '00aa00bb00cc'].map((mac) => bare.lastIndexOf(mac));
    expect(places).toEqual([...places].sort((x, y) => x - y));
    expect(places.every((place) => place > 0)).toBe(true);
    expect(text).toContain('bench 4');
  });

  test.each(HOSTILE)('a label changes nothing that is read: %j', (label) => {
    const plain = snippetText(kind, byMac(phone('0018B9C0FFEE'), phone('0018B9C0FFAA')));
    const labelled = snippetText(kind, byMac(phone('0018B9C0FFEE', label), phone('0018B9C0FFAA', label)));
    // pfSense is told by hand: there the label stands behind the MAC.
    const read = (text: string) =>
      active(text).map((line) => (name === 'pfsense' ? line.replace(/ {2}#.*/, '') : line));
    expect(read(labelled)).toEqual(read(plain));
    for (const line of labelled.split('\n')) expect(line.length).toBeLessThan(250);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(labelled).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/);
    const comments = labelled.split('\n').filter((line) => !plain.split('\n').includes(line));
    expect(comments.join('\n')).not.toMatch(/["'`$\\*<>?{}|!^~%]/);
  });

  test('a label in another script is read again, except where the console knows only ASCII', () => {
    const text = snippetText(kind, byMac(phone('0018B9C0FFEE', '受付 Größe 3')));
    const isAscii = name === 'windows' || name === 'mikrotik';
    expect(text.includes('受付 Größe 3')).toBe(!isAscii);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: everything but ASCII is what must not be there
    if (isAscii) expect(text).not.toMatch(/[^\u0000-\u007f]/);
  });

  test('a thousand phones are a thousand phones', () => {
    const many = Array.from({ length: 1000 }, (_, at) =>
      phone(`0018B9${at.toString(16).padStart(6, '0').toUpperCase()}`),
    );
    const text = snippetText(kind, byMac(...many)).toLowerCase();
    const bare = text.replaceAll(/(?<=[0-9a-f]{2})[:-](?=[0-9a-f]{2})/g, '');
    expect(new Set(bare.match(/0018b9[0-9a-f]{6}/g)).size).toBe(1000);
  });
});

test.each(BY_MODEL.map((kind) => [kind.name, kind] as const))(
  'by vendor class, %s is given every model, and no text that other Cisco phones send',
  (name, kind) => {
    const text = snippetText(kind, BY_CLASS);
    for (const model of ['7906', '7911', '7940', '7941', '7960', '7971', '7975']) expect(text).toContain(`CP-${model}`);
    // The bare beginning fits a CP-8841, too: alone it may only stand where whole texts are compared.
    expect(/IP Phone["']/.test(active(text).join('\n'))).toBe(name === 'kea');
  },
);

test.each([
  ['192.168.1.3', '192.168.1.3'],
  [' 10.0.0.1 ', '10.0.0.1'],
  ['::ffff:10.0.0.1', '10.0.0.1'],
])('phones can be told to ask %j', (text, address) => {
  expect(readServerAddress(text)).toEqual({ ok: true, value: address });
});

test.each([
  ['127.0.0.1', /no phone can ask 127\.0\.0\.1/],
  ['0.0.0.0', /no phone can ask/],
  ['224.0.0.1', /no phone can ask/],
  ['255.255.255.255', /no phone can ask/],
  ['tftp.example', /is not an IPv4 address/],
  ['fe80::1', /is not an IPv4 address/],
  ['192.168.1.3:69', /is not an IPv4 address/],
  ['192.168.1.300', /is not an IPv4 address/],
  ['192.168.1.3\nx', /is not an IPv4 address/],
  ['', /is not an IPv4 address/],
])('%j is refused with the way out', (text, complaint) => {
  const read = readServerAddress(text);
  expect(read.ok ? '' : read.error).toMatch(complaint);
  expect(read.ok ? '' : read.error).toMatch(/write/);
});

test.each(['constructor', 'toString', '__proto__'])('%s is no product', (word) => {
  expect(kindInside(word)).toBeNull();
});
