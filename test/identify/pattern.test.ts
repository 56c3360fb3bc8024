import { expect, test } from 'vitest';
import { type PatternReading, readPattern } from '../../src/core/identify/pattern.ts';
import { EMPTY_TRACE, extendTrace, type Trace } from '../../src/core/identify/trace.ts';
import { classifyName } from '../../src/core/names/asked-name.ts';
import type { Software } from '../../src/core/software.ts';

// What the dossiers show of each generation's boot, asked name by name: which software it is taken for, and what is told of it.

const MAC = '0018B9C0FFEE';
const [CTL, ITL, SEP, SEP_CNF] = [`CTLSEP${MAC}.tlv`, `ITLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`, `SEP${MAC}.cnf`];
const [SIP, MGC] = [`SIP${MAC}.cnf`, `MGC${MAC}.cnf`];
const XML = 'XMLDefault.cnf.xml';

/** A boot that asks these names, so many milliseconds apart. */
function boot(names: readonly string[], everyMs = 300): Trace {
  return names.reduce((trace, name, i) => extendTrace(trace, classifyName(name), i * everyMs).trace, EMPTY_TRACE);
}

const termFamily = (term: string) => (term === '62' ? ('42' as const) : null);

function read(names: readonly string[], isWhole = true, everyMs = 300): PatternReading | null {
  return readPattern(boot(names, everyMs), termFamily, isWhole);
}

const brief = ({ family, generation, running, protocol }: Software) =>
  [family ?? '?', generation, running, protocol ?? '?'].join(' ');

const [G1_SCCP, G2_SCCP] = ['79x0 G1 application SCCP', '79x0 G2 application SCCP'];
const [G1_SIP, G2_SIP] = ['79x0 G1 application SIP', '79x0 G2 application SIP'];
const [LOADER, SIP8, SCCP8] = ['79x0 G3 loader ?', '79x0 G3 application SIP', '79x0 G3 application SCCP'];

test.each<[string, readonly string[], string, readonly string[], string]>([
  // Phones that take one unsigned or signed image.
  ['a .bin alone', ['P0S30203.bin'], 'g1', [G1_SCCP, G1_SCCP, G1_SIP], 'a .bin'],
  ['an MGCP .bin alone', ['P0M30001.bin'], 'g1', [G1_SCCP, G1_SCCP, G1_SIP], 'a .bin'],
  ['a .sbn alone', ['P0S3-05-3-00.sbn'], 'signed', [G2_SCCP, G2_SIP, LOADER], 'a .sbn'],
  ['SIP names and a .bin', ['SIPDefault.cnf', 'P0S30203.bin'], 'g1-sip', [G1_SIP], 'its SIP configuration and a .bin'],
  ['its SIP file and a .bin', [SIP, 'P0S30203.bin'], 'g1-sip', [G1_SIP], 'its SIP configuration and a .bin'],
  ['SEP….cnf.xml and a .bin', [SEP, 'P00303030300.bin'], 'g1-sccp', [G1_SCCP], 'its SCCP configuration and a .bin'],
  ['XMLDefault and a .bin', [XML, 'P00303030300.BIN'], 'g1-sccp', [G1_SCCP], 'its SCCP configuration and a .bin'],
  ['SEP….cnf and a .bin', [SEP_CNF, 'P00303030300.bin'], 'g1-sccp', [G1_SCCP], 'its SCCP configuration and a .bin'],
  ['OS79XX.TXT and a .sbn', ['OS79XX.TXT', 'P0S3-05-3-00.sbn'], 'g2', [G2_SCCP, G2_SIP], 'OS79XX.TXT and a .sbn'],
  [
    'OS79XX.TXT, SIP names and a .sbn',
    ['OS79XX.TXT', 'SIPDefault.cnf', 'P0S3-05-3-00.sbn'],
    'g2-sip',
    [G2_SIP],
    'a signed SIP image',
  ],
  ['OS79XX.TXT and its SIP file', ['OS79XX.TXT', SIP], 'g1-or-g2-sip', [G1_SIP, G2_SIP], 'a SIP image before 7.x'],
  ['OS79XX.TXT, SEP….cnf.xml', ['OS79XX.TXT', SEP], 'g1-or-g2-sccp', [G1_SCCP, G2_SCCP], 'an SCCP image before 7.x'],
  ['OS79XX.TXT, XMLDefault', ['OS79XX.TXT', XML], 'g1-or-g2-sccp', [G1_SCCP, G2_SCCP], 'an SCCP image before 7.x'],
  ['OS79XX.TXT, SEP….cnf', ['OS79XX.TXT', SEP, SEP_CNF], 'g1-sccp', [G1_SCCP], 'an SCCP 3.x image'],
  ['OS79XX.TXT, SEPDefault.cnf', ['OS79XX.TXT', 'SEPDefault.cnf'], 'g1-sccp', [G1_SCCP], 'an SCCP 3.x image'],
  ['SEPDefault.cnf twice', ['SEPDefault.cnf', 'SEPDefault.cnf'], 'ancient-sccp', [G1_SCCP], 'a very old SCCP image'],
  ...[SEP, XML, SEP_CNF, 'SEPDefault.cnf'].map((name): [string, string[], string, string[], string] => [
    `OS79XX.TXT, ${name} and a .sbn`,
    ['OS79XX.TXT', name, 'P00305000300.sbn'],
    'g2-sccp',
    [G2_SCCP],
    'a signed SCCP image',
  ]),
  // The loader and what it starts.
  ['a hunt that comes to its SIP file', [CTL, SEP, SIP], 'loader', [LOADER], 'every protocol'],
  ['a hunt that comes to its MGCP file', [CTL, SEP, MGC], 'loader', [LOADER], 'every protocol'],
  ['a hunt that comes to MGCDefault.cnf', [CTL, SEP, 'MGCDefault.cnf'], 'loader', [LOADER], 'every protocol'],
  ['a hunt whose XML file was not heard', [CTL, SIP], 'loader', [LOADER], 'every protocol'],
  ['a hunt whose trust list was not heard', [SEP, SIP], 'loader', [LOADER], 'every protocol'],
  ['the .loads of a SIP load', ['P0S3-08-11-00.loads'], 'loader', [LOADER], 'asked for the .loads'],
  ['the .loads of an SCCP load', ['P0030801SR02.loads'], 'loader', [LOADER], 'asked for the .loads'],
  [
    '.loads, then SIPDefault.cnf',
    ['P0S3-08-11-00.loads', 'SIPDefault.cnf'],
    'sip-application',
    [SIP8],
    'without starting over',
  ],
  ['SIPDefault.cnf first', ['SIPDefault.cnf', SIP], 'sip-application', [SIP8], 'SIPDefault.cnf first'],
  ['SCCP, then 7960 locales', [CTL, SEP, '7960-font.xml'], 'sccp-application', [SCCP8], '7960 locale files'],
  // Java phones.
  ['a default manifest', ['term62.default.loads'], 'java-boot-loader', ['42 java boot-loader ?'], 'term62'],
  ['an ITL file', [CTL, ITL], 'java-application', ['? java application ?'], 'asked for an ITL file: a Java phone'],
  ['ITLFile.tlv', [CTL, 'ITLFile.tlv'], 'java-application', ['? java application ?'], 'asked for an ITL file'],
  [
    'ITL and a SIP jar',
    [ITL, SEP, 'mk-sip.jar'],
    'java-application',
    ['? java application SIP'],
    'ITL file and mk-sip',
  ],
  ['ITL and an SCCP jar', [ITL, 'gp-sccp.jar'], 'java-application', ['? java application SCCP'], 'and gp-sccp.jar'],
  ['a locale jar', [SEP, 'MK-SIP.JAR'], 'java-application', ['? java application SIP'], 'asked for a locale jar'],
  ['its manifest', [CTL, SEP, 'SIP42.9-3-1SR4-1S.loads'], 'java-application', ['42 java application ?'], 'family 42'],
])('a phone that asks %s is known', (_, names, pattern, software, why) => {
  const reading = read(names);
  expect([reading?.pattern, reading?.software.map(brief)]).toEqual([pattern, software]);
  expect(reading?.why).toContain(why);
});

test.each<[string, readonly string[]]>([
  ['nothing', []],
  ['OS79XX.TXT alone', ['OS79XX.TXT']],
  ['SEPDefault.cnf once', ['SEPDefault.cnf']],
  ['SEPDefault.cnf twice after another name', [XML, 'SEPDefault.cnf', 'SEPDefault.cnf']],
  ['its own XML file alone', [SEP]],
  ['trust list and XML file', [CTL, SEP]],
  ['its SIP file alone', [SIP]],
  ['the trust list and XMLDefault', [CTL, XML]],
  ['XML file and XMLDefault without a trust list', [SEP, XML]],
  ['a default manifest that no model has', ['term99.default.loads']],
  ['an image of another family', ['cvm42sccp.8-5-2TH1-9.sbn']],
  ['an image whose name only holds that of an old one', ['xP0S30203.bin']],
  ['a manifest that only holds the name of an old load', ['xP0S3-08-11-00.loads']],
  ['SIPDefault.cnf after a manifest that names no load', ['x.loads', 'SIPDefault.cnf']],
  ['an application as .sb2', ['P0S3-08-11-00.sb2']],
  ['a ring list after its XML file', [CTL, SEP, 'RINGLIST.DAT']],
])('a phone that asks %s fits too much to be known', (_, names) => {
  expect(read(names)).toBeNull();
});

test('an image tells only while it is the last that was asked: what follows may be asked by the software in it', () => {
  expect(read(['OS79XX.TXT', 'P0S3-05-3-00.sbn', 'SIPDefault.cnf'])?.pattern).toBe('g1-or-g2-sip');
  expect(read(['P0S30203.bin', SEP])).toBeNull();
});

test('the oldest generations are told by their releases, so that no later one is taken for them', () => {
  const releases = (names: readonly string[]) => read(names)?.software.map((one) => one.releases);
  const [ancient, sccp3, sip2] = [
    { min: null, below: [3] },
    { min: [3], below: [5] },
    { min: [2], below: [5] },
  ];
  expect(releases(['P0S30203.bin'])).toEqual([ancient, sccp3, sip2]);
  expect(releases(['SEPDefault.cnf', 'SEPDefault.cnf'])).toEqual([ancient]);
  const signed = { min: [5], below: [7] };
  expect(releases(['P0S3-05-3-00.sbn'])).toEqual([signed, signed, { min: [6], below: null }]);
});

test('SCCP names of 3.x fit a signed phone too, where a .sbn showed one before', () => {
  expect(read(['OS79XX.TXT', SEP, SEP_CNF])?.alsoFits?.map(brief)).toEqual([G2_SCCP]);
  expect(read(['OS79XX.TXT', SEP])?.alsoFits).toBeUndefined();
});

test('a phone that goes straight from its trust list to the next name asks for no ITL file: it is older than 8.5', () => {
  const releases = (names: readonly string[], everyMs: number) => read(names, true, everyMs)?.software.at(-1)?.releases;
  const [before, since, any] = [
    { min: null, below: [8, 5] },
    { min: [8, 5], below: null },
    { min: null, below: null },
  ];
  expect(releases([CTL, SEP, 'SIP42.9-3-1SR4-1S.loads'], 300)).toEqual(before);
  expect(releases([CTL, SEP, 'SIP42.9-3-1SR4-1S.loads'], 13_000)).toEqual(any);
  expect(releases([CTL, ITL, SEP, 'SIP42.9-3-1SR4-1S.loads'], 300)).toEqual(since);
  expect(releases([SEP, 'SIP42.9-3-1SR4-1S.loads'], 300)).toEqual(any);
  expect(releases([CTL, SEP, XML], 300)).toEqual(before);
  expect(releases([CTL, SEP, XML], 13_000)).toEqual(any);
});

test('a manifest after the ITL file tells the family of a Java phone', () => {
  const reading = read([CTL, ITL, SEP, 'SIP42.9-3-1SR4-1S.loads']);
  expect(reading?.software.map(brief)).toEqual(['42 java application ?']);
});

test('CTLSEP, SEP….cnf.xml and XMLDefault are asked by SCCP 8.x and by Java phones alike', () => {
  expect(read([CTL, SEP, XML])).toMatchObject({ pattern: 'ctl-then-sep', why: expect.stringContaining('before 8.5') });
  expect(read([CTL, SEP, XML])?.software.map(brief)).toEqual([SCCP8, '? java application ?']);
  expect(read([CTL, SEP, XML], true, 13_000)?.why).toContain('whose ITL requests may be unheard');
});

test('SIPDefault.cnf first tells a loader phone only where nothing before it can have been missed', () => {
  expect(read(['SIPDefault.cnf', SIP], false)).toMatchObject({
    pattern: 'sip-unknown',
    software: [{ generation: 'G1' }, { generation: 'G2' }, { generation: 'G3', running: 'application' }],
    why: expect.stringContaining('before we listened'),
  });
});

test('of two boots in one list the last default manifest and the last locale count', () => {
  expect(read(['term99.default.loads', 'term62.default.loads'])?.software[0]?.family).toBe('42');
  expect(read([SEP, 'mk-sip.jar', 'gp-sccp.jar'])?.software[0]?.protocol).toBe('SCCP');
});
