import { expect, test } from 'vitest';
import { type LoadInFile, loadInFile, loadInName, loadsNamedIn } from '../../src/core/answer/load-in-file.ts';
import { classifyName } from '../../src/core/names/asked-name.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const inFile = (name: string, text: string) => loadInFile(classifyName(name), bytes(text));

test.each<[string, LoadInFile]>([
  ['OS79XX.TXT', 'shared-trigger'],
  ['sub/os79xx.txt', 'shared-trigger'],
  ['XMLDefault.cnf.xml', 'shared-trigger'],
  ['term61.default.loads', 'is-load'],
  ['TERM61.DEFAULT.LOADS', 'is-load'],
  ['./firmware/P0S3-8-12-00.loads', 'is-load'],
  ['P0S3-8-12-00.sb2', 'is-load'],
  ['P003-8-12-00.SBN', 'is-load'],
  ['P0S30203.bin', 'is-load'],
  ['CP7905080003SIP060111A.zup', 'is-load'],
  ['ata00ff00ff00ff.ZUP', 'is-load'],
  ['P00305000300.sbin', 'is-load'],
  ['image.zz', 'is-load'],
  ['image.rom', 'is-load'],
  ['image.fls', 'is-load'],
  ['image.sebn', 'is-load'],
  ['P0S3-8-12-00.loads.old', 'is-load'],
  ['term61.default.loads~', 'is-load'],
])('%s is a load by its name, whatever it holds', (name, expected) => {
  expect(loadInName(classifyName(name))).toBe(expected);
  expect(inFile(name, '')).toBe(expected);
});

test.each([
  ['SIPDefault.cnf', 'image_version: P0S3-8-12-00\n'],
  ['sipdefault.CNF', '# ours\nproxy1_address: "10.0.0.1"\nIMAGE_VERSION : "P0S3-8-12-00" ; the newest\n'],
  ['SIP001B53000078.cnf', 'image_version: x\n'],
  ['MGC001B53000078.cnf', 'image_version: P0M30001\n'],
  ['SEPDefault.cnf', 'P00303020214'],
  ['SEP001B53000078.cnf.xml', '<device><loadInformation>SIP42.9-4-2SR1-1S</loadInformation></device>'],
  ['SEP001B53000078.cnf.xml', '<device><loadInformation model="IP Phone 7960">P0S3-8-12-00</loadInformation></device>'],
  ['SEP001B53000078.cnf.xml', '<device><LOADINFORMATION>\n <![CDATA[anything]]></LOADINFORMATION></device>'],
  ['SEP001B53000078.cnf.xml', '<c:device><c:loadInformation>SIP42</c:loadInformation></c:device>'],
  ['SEP001B53000078.cnf.xml', '<flat><LoadName>\n SIP42</LoadName></flat>'],
  ['SEP001B53000078.cnf.xml', '<flat><loadName model="x">\n <![CDATA[y]]></loadName></flat>'],
  ['SIP001B53000078.cnf', 'image_version: "x"\n'],
  ['other/SEP.xml', '<x><loadInformation8 model="a">P0S3</loadInformation8></x>'],
  ['gk001B53000078', 'upgradecode:3,0x601,0x0400,0x0100,192.168.1.3,69,0x050823a,CP7912050823A.zup'],
  ['README', 'today SCCP41.8-5-2S'],
  ['README', 'today sip41.9-2-1s'],
  ['README', 'then p0s3-8-12-00'],
])('%s names a load by what it holds', (name, text) => {
  expect(inFile(name, text)).toBe('names-load');
  // The same text as a Windows editor writes it.
  const wide = new Uint8Array([0xff, 0xfe, ...[...text].flatMap((one) => [one.charCodeAt(0), 0])]);
  expect(loadInFile(classifyName(name), wide)).toBe('names-load');
});

test.each([
  ['SIPDefault.cnf', 'proxy1_address: "10.0.0.1"\nimage_version: ""\nimage_version:\n'],
  ['SEP001B53000078.cnf.xml', '<device><loadInformation></loadInformation><loadInformation/></device>'],
  ['SEP001B53000078.cnf.xml', '<device><deviceProtocol>SIP</deviceProtocol></device>'],
  ['prices.loadsheet.csv', 'a;b'],
  ['RINGLIST.DAT', 'Analog1\tAnalog1.raw\n'],
  ['dialplan.xml', '<DIALTEMPLATE><TEMPLATE MATCH="1......" TIMEOUT="0"/></DIALTEMPLATE>'],
  ['mk-sip.jar', 'PK\u0003\u0004'],
  ['Analog1.raw', '\u0000\u0001\u0002'],
])('%s does nothing to a load', (name, text) => {
  expect(inFile(name, text)).toBeNull();
});

test('a configuration that is too long to be looked through is not given; other long files are', () => {
  const long = ' '.repeat(300_000);
  expect(inFile('SEP001B53000078.cnf.xml', `${long}<loadInformation>SIP42.9-4-2SR1-1S</loadInformation>`)).toBe(
    'may-name-load',
  );
  expect(inFile('SIP001B53000078.cnf', `; ${long}\nimage_version: P0S3-8-12-00\n`)).toBe('may-name-load');
  expect(inFile('jingle.raw', long)).toBeNull();
});

test('an image under another name is a load all the same', () => {
  expect(inFile('ringtone.raw', 'CNU_File_Archive_3.0')).toBe('is-load');
});

// Without an end of its own: what takes quadratic time here runs into the limit of the runner.
test('a hostile text of a quarter of a megabyte is read in linear time', () => {
  for (const piece of ['<loadinformation ', '<a:loadinformation', 'image_version ', '\tSIP41.', 'P0S3']) {
    const text = piece.repeat(Math.floor(262_000 / piece.length));
    expect(['names-load', null]).toContain(inFile('SIPDefault.cnf', text));
  }
});

test('one content asked by two names is judged by each: signed firmware under one, a signed configuration under the other', () => {
  const signed = Uint8Array.of(0x01, 0x00, 0x02, 1, 0, 0x02, 0x00, 0x02, 0, 60, ...new Array(60).fill(0));
  const names = ['image', 'SEP0018B9000001.cnf.xml.sgn', 'image'];
  const alone = names.map((name) => loadInFile(classifyName(name), signed.slice()));
  expect(names.map((name) => loadInFile(classifyName(name), signed))).toEqual(alone);
  expect(alone).toEqual(['is-load', null, 'is-load']);
});

test('the loads that a text names are read, whatever they are called, and cut where they are long', () => {
  expect(loadsNamedIn(bytes('image_version: "my-own.load"\n'))).toEqual(['my-own.load']);
  expect(loadsNamedIn(bytes(`image_version: ${'x'.repeat(80)}\n`))).toEqual(['x'.repeat(64)]);
  expect(loadsNamedIn(bytes('proxy1_address: 10.0.0.1\n'))).toEqual([]);
});
