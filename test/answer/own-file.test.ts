import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { readOwnFile } from '../../src/core/answer/own-file.ts';
import { classifyName } from '../../src/core/names/asked-name.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import { anyLoadName, cnfValue, loadInformation } from '../../src/emulator/config-text.ts';

const MAC = '0018B9C0FFEE';
const LOAD = 'P0S3-08-11-00' as LoadName;
const JAVA = 'SIP42.9-3-1SR4-1S' as LoadName;
const [SIP, DEFAULT, SEP, XML] = [`SIP${MAC}.cnf`, 'SIPDefault.cnf', `SEP${MAC}.cnf.xml`, 'XMLDefault.cnf.xml'];

const bytes = (text: string) => new TextEncoder().encode(text);
const read = (name: string, text: string, load = LOAD) => readOwnFile(classifyName(name), bytes(text), load);

test.each([
  [SIP, 'line1_name: "12"\nline1_password: "secret"\n', null],
  [SIP, '', null],
  [SIP, 'proxy1_address: "sip01.example.net"\n', null],
  [SIP, `image_version: ${LOAD}\nline1_name: 12\n`, LOAD],
  [SIP, `line1_name: 12\r\nimage_version : "${LOAD}" ; ours\r\nproxy1_port:"5060"\r\n`, LOAD],
  [DEFAULT, `# Büro\nimage_version:${LOAD}`, LOAD],
  [DEFAULT, `image_version: ${LOAD}\nimage_version: ${LOAD}\n`, LOAD],
  [SEP, '<device><deviceProtocol>SIP</deviceProtocol></device>', null],
  [SEP, '<device><loadInformation></loadInformation><loadInformation model="x"/></device>', null],
  [SEP, `<device><!-- desk 4 --><loadInformation model="IP Phone 7940">${LOAD}</loadInformation></device>`, LOAD],
  [XML, `<Default><loadInformation8 model="7940">${LOAD}</loadInformation8></Default>`, LOAD],
  [XML, '<Default><callManagerGroup/></Default>', null],
])('%s that reads %j may be given to a phone that landed on this load', (name, text, load) => {
  expect(read(name, text)).toEqual({ kind: 'fits', content: bytes(text), load });
});

test.each([
  [SIP, `image_version: ${LOAD} P0S3-08-2-00\n`, 'it names P0S3-08-2-00'],
  [SIP, `# image_version: ${LOAD}\n`, 'alone, in the plain form'],
  [SIP, `image_version:\n${LOAD}\n`, 'alone, in the plain form'],
  [SIP, `<loadInformation>${LOAD}</loadInformation>`, 'alone, in the plain form'],
  [SIP, `image_version: ${LOAD}\n\0`, 'no plain text'],
  [SIP, `${' '.repeat(300_000)}`, 'more than 256 kB'],
  [SEP, `<device><!-- <loadInformation>${LOAD}</loadInformation> --></device>`, 'alone, in the plain form'],
  [SEP, `<d><loadInformation><!-- -->term42.default</loadInformation></d>`, 'it names term42.default'],
  [SEP, `<d><x><![CDATA[<loadInformation>${LOAD}</loadInformation>]]></x></d>`, 'alone, in the plain form'],
  // The load of an expansion module, or of another model, is not the phone's to be replaced.
  [
    SEP,
    `<d><loadInformation>${JAVA}</loadInformation><addOnModules><addOnModule idx="1"><loadInformation>S00105000300</loadInformation></addOnModule></addOnModules></d>`,
    'it names SIP42.9-3-1SR4-1S',
  ],
  [
    SEP,
    `<d><loadInformation>${LOAD}</loadInformation><addOnModule><loadInformation>S00105000300</loadInformation></addOnModule></d>`,
    'alone, in the plain form',
  ],
  [
    SEP,
    '<d><addOnModule><loadInformation>S00105000300</loadInformation></addOnModule></d>',
    'alone, in the plain form',
  ],
  [
    SEP,
    `<d><loadInformation>${LOAD}</loadInformation><loadInformation>term42.default</loadInformation></d>`,
    'it names term42.default',
  ],
  [SEP, '<d><sidecar><loadInformation>S00105000300</loadInformation></sidecar></d>', 'alone, in the plain form'],
  [SEP, '<d><loadInformation124>S00105000300</loadInformation124></d>', 'alone, in the plain form'],
  [
    XML,
    `<D><loadInformation8>${LOAD}</loadInformation8><loadInformation124 model="Addon 7914">S00105000300</loadInformation124></D>`,
    'alone, in the plain form',
  ],
  [XML, '<D><loadInformation8 model="7940">P0S3-8-12-00</loadInformation8></D>', 'it names P0S3-8-12-00'],
  [SEP, `<!DOCTYPE d [<!ENTITY l "x">]><d>&l;</d>`, 'document type'],
])('%s that reads %j is withheld, and the reason says why', (name, text, reason) => {
  expect(read(name, text)).toMatchObject({ kind: 'withheld', reason: expect.stringContaining(reason) });
});

test.each([
  [SIP, 'a: ü\nimage_version: P0S3-8-12-00\nb: 1\n', `a: ü\nimage_version: ${LOAD}\nb: 1\n`],
  [SIP, `image_version: ${LOAD}\nimage_version: P0S3-08-2-00\n`, `image_version: ${LOAD}\nimage_version: ${LOAD}\n`],
  [SIP, `image_version: ${LOAD} \n`, `image_version: ${LOAD}\n`],
  [SIP, `image_version: ${LOAD.toLowerCase()}\n`, `image_version: ${LOAD}\n`],
  [SIP, `image_version:"${LOAD}.loads" ; old\r\n`, `image_version:${LOAD}; old\r\n`],
  [DEFAULT, `image_version: ${LOAD}X\n`, `image_version: ${LOAD}\n`],
  [SIP, 'image_version: ""\n', `image_version: ${LOAD}\n`],
  [SIP, 'image_version: whatever', `image_version: ${LOAD}`],
  [SEP, `<d><loadInformation> ${LOAD}</loadInformation></d>`, `<d><loadInformation>${LOAD}</loadInformation></d>`],
  [
    SEP,
    '<d><!-- Büro --><loadInformation>SIP42.9-4-2SR1-1S</loadInformation><a>ü</a></d>',
    `<d><!-- Büro --><loadInformation>${LOAD}</loadInformation><a>ü</a></d>`,
  ],
])('%s that reads %j is given with the load of the phone in place of the one that it names', (name, text, given) => {
  const own = read(name, text);
  expect(own).toMatchObject({ kind: 'fits', load: LOAD, isMended: true });
  expect(own.kind === 'fits' && new TextDecoder().decode(own.content)).toBe(given);
});

test('what is to be changed is told in the form of the file', () => {
  const advice = (name: string) => {
    const own = read(name, 'P0S3-8-12-00');
    return own.kind === 'withheld' ? own.advice : '';
  };
  expect(advice(SIP)).toContain(`image_version: ${LOAD}`);
  expect(advice(SEP)).toContain(`<loadInformation>${LOAD}</loadInformation>`);
  for (const name of [SIP, SEP, DEFAULT, XML])
    expect(advice(name)).toMatch(/^leave the load out of it, or have it name /);
  expect(readOwnFile(classifyName(SIP), 'unreadable', LOAD)).toMatchObject({
    kind: 'withheld',
    reason: expect.stringContaining('cannot be read'),
  });
});

test('of a file that many phones read it is said that a load in it moves them all, and of a file of one phone it is not', () => {
  const advice = (name: string) => {
    const own = read(name, 'P0S3-8-12-00');
    return own.kind === 'withheld' ? own.advice : '';
  };
  for (const name of [DEFAULT, XML]) expect(advice(name)).toMatch(/moves every phone that reads it.* copy of the tree/);
  for (const name of [SIP, SEP]) expect(advice(name)).not.toContain('every phone');
});

/** Pieces of which configurations are made, by people and by accident. */
const NAMES = [
  LOAD,
  JAVA,
  'P0S3-8-12-00',
  'P003-08-11-00',
  'term42.default',
  'SCCP42.9-4-2SR3-1S',
  'p0s3-08-11-00',
  'x',
  '',
];
const PIECES = [
  ...NAMES,
  ...[
    'image_version',
    'IMAGE_VERSION',
    'image_version:',
    'image_version: ',
    ':',
    '"',
    ' ',
    '\t',
    ';',
    '#',
    '\n',
    '\r\n',
  ],
  ...['<loadInformation>', '</loadInformation>', '<loadInformation434>', '</loadInformation434>', '<loadInformation/>'],
  ...['<loadInformation model="a">', '<LoadInformation>', '</LoadInformation>', '<!--', '-->', '<![CDATA[', ']]>'],
  ...['<!DOCTYPE x', '<loadName>', '</loadName>', 'line1_name: 12', '<device>', '\0', '\x0b', '\u2028', 'ü', '&#80;'],
  ...NAMES.map((name) => `image_version: ${name}\n`),
  ...NAMES.map((name) => `<loadInformation>${name}</loadInformation>`),
];
const TEXT = fc.array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 3 })), { maxLength: 12 });

/** Every load that the emulated phone reads in a text, in whichever way: written down apart from the server, and read as loosely. */
function loadsRead(text: string): string[] {
  const version = cnfValue(text, 'image_version');
  const any = anyLoadName(text);
  const java = /(?:(?:SCCP|SIP)\d\d\.\d|TERM\d\d\.)[-\w]+/gi;
  return [
    ...(version === null ? [] : [version]),
    ...loadInformation(text).map(({ load }) => load),
    ...(any === null ? [] : [any]),
    ...[...text.matchAll(java)].map(([load]) => load),
  ];
}

test('whatever lies in the tree, no phone reads another load in what is given, and it reads its own where that is said', () => {
  fc.assert(
    fc.property(fc.constantFrom(SIP, DEFAULT, SEP, XML), fc.constantFrom(LOAD, JAVA), TEXT, (name, load, pieces) => {
      const text = pieces.join('');
      const own = read(name, text, load);
      if (own.kind === 'withheld') return;
      const found = loadsRead(new TextDecoder().decode(own.content));
      expect(found.filter((one) => one !== load)).toEqual([]);
      expect(found.includes(load)).toBe(own.load === load);
    }),
    { numRuns: Number(process.env.RUNS ?? 5_000) },
  );
});

test.each([
  [SIP, '# image_version: P0S3-07-5-00 (old)\n', 'it names P0S3-07-5-00 in line 1, which is a comment'],
  [SIP, 'a: 1\r\nb: 2 ; was P0S3-07-5-00\r\n', 'it names P0S3-07-5-00 in line 2, in a comment'],
  [
    SIP,
    'image_version: P0S3-08-2-00\n\n# image_version: P0S3-07-5-00\n',
    'it names P0S3-07-5-00 in line 3, which is a comment',
  ],
  [SIP, 'image_version: "P0S3-08-12-00" # old\n', 'it names P0S3-08-12-00 in line 1, where it is not replaced'],
  [
    SIP,
    `a: 1\n# image_version: ${LOAD}\n`,
    `it does not name ${LOAD} alone, in the plain form (line 2, which is a comment)`,
  ],
  [SEP, '<d>\n<!--\nSIP42.9-4-2SR1-1S -->\n</d>', 'it names SIP42.9-4-2SR1-1S in line 3, in a comment'],
])('%s that reads %j is withheld, and the reason names the line', (name, text, reason) => {
  expect(read(name, text)).toMatchObject({ kind: 'withheld', reason });
});
