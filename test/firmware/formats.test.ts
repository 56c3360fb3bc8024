import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { parseCnuArchive } from '../../src/core/firmware/cnu-archive.ts';
import { contentKind } from '../../src/core/firmware/content-kind.ts';
import { inspectFile } from '../../src/core/firmware/inspect-file.ts';
import { parseComponentName, parseManifest } from '../../src/core/firmware/manifest.ts';
import { parseRawImage } from '../../src/core/firmware/raw-image.ts';
import { parseSignedHeader } from '../../src/core/firmware/signed-header.ts';
import {
  ascii,
  cat,
  cnu,
  demoFile,
  javaManifest,
  javaNames,
  rawImage,
  signed,
  signedHeader,
  textMode,
} from './builders.ts';

const H = 404;

function codeOf(bytes: Uint8Array): string {
  const parsed = parseSignedHeader(bytes);
  if (!parsed.ok) return parsed.error.code;
  const archive = parseCnuArchive(bytes.subarray(parsed.value.length), parsed.value.length);
  return archive.ok ? 'whole' : archive.error.code;
}

function patched(bytes: Uint8Array, changes: Readonly<Record<number, number>>): Uint8Array {
  const copy = bytes.slice();
  for (const [at, value] of Object.entries(changes)) copy[Number(at)] = value;
  return copy;
}

describe('the worked example', () => {
  test('is reproduced byte for byte by an independent builder', () => {
    const demo = demoFile();
    expect(demo.length).toBe(1063);
    expect(createHash('sha1').update(demo).digest('hex')).toBe('77639de2e176cdad117b32d3286c575abc7463f8');
  });

  test('is read: header, inner name, signature, members', () => {
    const demo = demoFile();
    const header = parseSignedHeader(demo);
    expect(header.ok && header.value).toMatchObject({
      version: [1, 1],
      length: H,
      name: 'demo41.1-0-0-1.sbn',
      nameOffset: 0x180,
      signatureOffset: 0x7d,
      signatureLength: 256,
      hashAlgorithm: 1,
      signer: 'CN=testSigner;OU=someOrgUnit;O=someOrg',
    });
    const archive = parseCnuArchive(demo.subarray(H));
    expect(
      archive.ok && archive.value.members.map(({ name, sizeBytes, offset }) => ({ name, sizeBytes, offset })),
    ).toEqual([
      { name: '/etc/demo.txt', sizeBytes: 6, offset: 0x289 },
      { name: '/ubin/demo', sizeBytes: 4, offset: 0x28f },
    ]);
  });
});

describe('negative vectors', () => {
  const demo = demoFile();
  const crBeforeLf = textMode(demo);
  const vectors: [string, Uint8Array, string][] = [
    ['the demo file itself is whole', demo, 'whole'],
    ['cut after the header', demo.subarray(0, H), 'truncated'],
    ['one byte missing at the end', demo.subarray(0, -1), 'truncated'],
    ['one byte more at the end', cat(demo, [0]), 'appended'],
    ['CR written before every LF', crBeforeLf, 'text-mode'],
    ['the header length 4 too large', patched(demo, { 9: 0x98 }), 'header-length'],
    ['the header length 4 too small', patched(demo, { 9: 0x90 }), 'header-length'],
    ['the header length 1 too small', patched(demo, { 9: 0x93 }), 'header-length'],
    ['a padding byte 00 instead of 0D', patched(demo, { 403: 0 }), 'header-damaged'],
    ['one member too many stated', patched(demo, { [H + 0x33]: 3 }), 'cnu-damaged'],
    ['one member too few stated', patched(demo, { [H + 0x33]: 1 }), 'cnu-damaged'],
    ['the content offset one too large', patched(demo, { [H + 0x37]: 0x8a }), 'cnu-damaged'],
    ['the content offset one too small', patched(demo, { [H + 0x37]: 0x88 }), 'cnu-damaged'],
    ['a raw block that carries a name', patched(demo, { [H + 0x24b]: 6 }), 'cnu-damaged'],
    ['the second signature damaged', patched(demo, { [H + 0x38]: 0x44 }), 'cnu-damaged'],
    ['a byte set in the first zero area', patched(demo, { [H + 0x20]: 1 }), 'cnu-damaged'],
    ['a byte set in the second zero area', patched(demo, { [H + 0x247]: 1 }), 'cnu-damaged'],
    ['a name offset outside the table of names', patched(demo, { [H + 0x25b]: 0x6f }), 'cnu-damaged'],
    ['a name without its leading slash', patched(demo, { [H + 0x270]: 0x61 }), 'cnu-damaged'],
    [
      'a signature shorter than its key size',
      signed('demo41.1-0-0-1.sbn', cnu([]), { signature: new Uint8Array(128) }),
      'signature-length',
    ],
    [
      'a key size that does not fit the signature',
      signed('demo41.1-0-0-1.sbn', cnu([]), { modulusCode: 1 }),
      'signature-length',
    ],
    [
      'a key size code that does not exist',
      signed('demo41.1-0-0-1.sbn', cnu([]), { modulusCode: 9 }),
      'header-damaged',
    ],
    ['an unknown record', patched(demo, { 10: 0x7f }), 'header-damaged'],
    ['a container whose length does not add up', patched(demo, { 12: 0x5a }), 'header-damaged'],
    ['another first byte', patched(demo, { 0: 2 }), 'not-signed'],
  ];
  for (const [what, bytes, code] of vectors) test(`${what}: ${code}`, () => expect(codeOf(bytes)).toBe(code));

  test('a gzip magic planted in the signature misleads nobody', () => {
    const signature = new Uint8Array(256).fill(0xa5);
    signature.set([0x1f, 0x8b, 0x08], 100);
    const payload = cnu([{ name: '/ubin/x', content: ascii('x') }]);
    const file = signed('jar41sip.1-0-0-1.sbn', payload, { signature });
    expect(codeOf(file)).toBe('whole');
    expect(contentKind(file)).toBe('signed');
  });

  test('a member name that climbs out of the phone is refused', () => {
    const parsed = parseCnuArchive(cnu([{ name: '/ubin/../../etc/x', content: ascii('x') }]));
    expect(!parsed.ok && parsed.error.code).toBe('cnu-damaged');
  });

  test('every cut of a signed CNU file is noticed', () => {
    for (let size = 0; size < demo.length; size++)
      expect(codeOf(demo.subarray(0, size)), `cut at ${size}`).not.toBe('whole');
  });

  test('every single changed byte of the structure is noticed or lies in content, names, times or signature', () => {
    const free = (at: number) =>
      (at >= 3 && at < 5) || // version
      (at >= 0x10 && at < 0x68) || // signer strings and serial
      at === 0x6e || // hash algorithm
      at === 0x75 || // signature algorithm
      (at >= 0x7d && at < 0x17d) || // signature
      (at >= 0x180 && at < 0x193) || // own name
      (at >= H + 0x248 && at < H + 0x270) || // types, flags, times of members
      at >= H + 0x270; // names and content
    for (let at = 0; at < demo.length; at++) {
      if (free(at)) continue;
      expect(codeOf(patched(demo, { [at]: (demo[at] ?? 0) ^ 0x40 })), `byte ${at}`).not.toBe('whole');
    }
  });

  test('overlapping names cannot make reading slow', () => {
    const size = 2_000_000;
    const hostile = cnu([]);
    const count = 20_000;
    const bytes = new Uint8Array(0x248 + count * 20 + size);
    bytes.set(hostile);
    const view = new DataView(bytes.buffer);
    const names = 0x248 + count * 20;
    view.setUint32(0x30, count);
    view.setUint32(0x34, bytes.length);
    for (let k = 0; k < count; k++) {
      view.setUint32(0x248 + k * 20, 7);
      view.setUint32(0x248 + k * 20 + 16, names);
    }
    bytes.fill(0x2f, names);
    bytes[bytes.length - 1] = 0;
    const started = performance.now();
    expect(parseCnuArchive(bytes).ok).toBe(false);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

describe('header', () => {
  test('its length is predicted by the length of the name', () => {
    for (const [length, expected] of [
      [16, 404],
      [19, 404],
      [20, 408],
      [23, 408],
      [24, 412],
      [27, 412],
      [28, 416],
    ] as const) {
      const header = parseSignedHeader(signedHeader('x'.repeat(length - 4).concat('.sbn')));
      expect(header.ok && header.value.length).toBe(expected);
    }
  });

  test('the beginning of a file is enough when its size is told', () => {
    const demo = demoFile();
    expect(parseSignedHeader(demo.subarray(0, 500), demo.length).ok).toBe(true);
    const short = parseSignedHeader(demo.subarray(0, 300), 300);
    expect(!short.ok && short.error.code).toBe('truncated');
  });
});

describe('manifest', () => {
  test('a Java list gives five names in order, build and hardware classes', () => {
    const names = javaNames('42', 'SIP', '9-4-2ES26');
    const parsed = parseManifest(javaManifest(names, '9-4-2ES26'));
    expect(parsed.ok && parsed.value).toEqual({
      files: names,
      laVersion: null,
      build: '9-4-2ES26',
      hardwareComp: 5,
      lines: { lf: 0, crlf: 11 },
    });
  });

  test('a 79x0 list gives loader, application and the loader it needs, with LF and with CR LF', () => {
    for (const end of ['\n', '\r\n']) {
      const text = `P003-8-12-00.sbn${end}P0S3-8-12-00.sb2${end}LA_VERSION=PAS30830${end}`;
      const parsed = parseManifest(ascii(text));
      expect(parsed.ok && parsed.value.files).toEqual(['P003-8-12-00.sbn', 'P0S3-8-12-00.sb2']);
      expect(parsed.ok && parsed.value.laVersion).toBe('PAS30830');
    }
  });

  test('the example list of 8.12 has the size that was observed', () => {
    const text = 'P003-8-12-00.sbn\nP0S3-8-12-00.sb2\nLA_VERSION=PAS30830\n';
    expect(signed('P0S3-8-12-00.loads', ascii(text)).length).toBe(458);
  });

  test('names in comments are no files, and a list without files is damaged', () => {
    const parsed = parseManifest(ascii('# jar41sip.1.sbn\r\n'));
    expect(!parsed.ok && parsed.error.code).toBe('manifest-damaged');
    const binary = parseManifest(Uint8Array.from([0x61, 0x80]), 404);
    expect(!binary.ok && binary.error).toMatchObject({ code: 'manifest-damaged', offset: 405 });
  });

  test('archive names are read in every spelling that exists', () => {
    expect(parseComponentName('Jar41sccp.8-0-0-103dev.sbn')).toMatchObject({
      component: 'jar',
      family: '41',
      protocol: 'SCCP',
    });
    expect(parseComponentName('CVM41.2-0-2-26.sbn')).toMatchObject({
      component: 'cvm',
      protocol: null,
      build: '2-0-2-26',
    });
    expect(parseComponentName('apps99.1.sbn')).toBeNull();
    expect(parseComponentName('P003-8-12-00.sbn')).toBeNull();
  });
});

describe('raw image', () => {
  test('tells its name and platform id', () => {
    const parsed = parseRawImage(rawImage('P003-8-12-00', 'PAS30830'));
    expect(parsed.ok && parsed.value).toEqual({ name: 'P003-8-12-00', platform: 'PAS30830' });
  });

  test('an old image of unknown build tells nothing and is no error', () => {
    const parsed = parseRawImage(new Uint8Array(4096).fill(0xc0));
    expect(parsed.ok && parsed.value).toEqual({ name: null, platform: null });
  });
});

describe('content', () => {
  const kinds: [string, Uint8Array, string][] = [
    ['nothing', new Uint8Array(), 'empty'],
    ['an error page', ascii('<!DOCTYPE html><html><body>404</body></html>'), 'web-page'],
    ['an error page behind blank lines', ascii('\r\n \r\n<HTML><head>'), 'web-page'],
    ['XML', ascii('<?xml version="1.0"?><x/>'), 'web-page'],
    ['a gzip stream', Uint8Array.from([0x1f, 0x8b, 8, 0]), 'gzip'],
    ['a zip', ascii('PK\x03\x04xxxx'), 'zip'],
    ['plain text', ascii('P003-08-11-00\n'), 'text'],
    ['an unsigned CNU archive', cnu([]), 'cnu'],
    ['other bytes', Uint8Array.from([1, 2, 3]), 'binary'],
  ];
  for (const [what, bytes, kind] of kinds) test(`${what} is ${kind}`, () => expect(contentKind(bytes)).toBe(kind));
});

describe('one file', () => {
  const findings = (name: string, bytes: Uint8Array) =>
    inspectFile(name, bytes).facts.findings.map((found) => found.code);
  const file = signed('apps42.9-4-2ES26.sbn', cnu([{ name: '/ubin/x', content: ascii('x') }]));

  test('a whole file has nothing said against it', () => expect(findings('apps42.9-4-2ES26.sbn', file)).toEqual([]));
  test('a renamed file is unmasked by its inner name', () => {
    expect(findings('apps42.9-4-2ES9.sbn', file)).toEqual(['renamed']);
  });
  test('a name in another case is a remark', () =>
    expect(findings('APPS42.9-4-2ES26.sbn', file)).toEqual(['name-case']));
  test('a web page is called one', () => {
    const [found] = inspectFile('apps42.9-4-2ES26.sbn', ascii('<html>Please log in</html>')).facts.findings;
    expect(found).toMatchObject({ code: 'web-page', message: expect.stringContaining('web page') });
    expect(found?.advice).toContain('logged in');
  });
  test('an archive under the name of a load file is called one', () => {
    expect(findings('apps42.9-4-2ES26.sbn', ascii('PK\x03\x04xxxx'))).toEqual(['archive-inside']);
  });
  test('a file without its header is called unsigned', () =>
    expect(findings('apps42.9-4-2ES26.sbn', cnu([]))).toEqual(['not-signed']));
  test('an empty file is called empty', () =>
    expect(findings('P003-8-12-00.bin', new Uint8Array())).toEqual(['empty-file']));
  test('an image that calls itself otherwise was renamed', () => {
    expect(findings('P003-8-12-00.bin', rawImage('P003-08-2-00', 'PAS30830'))).toEqual(['renamed']);
  });
  test('a list with LF alone was converted', () => {
    const names = javaNames('42', 'SIP', '9-4-2ES26');
    const text = new TextDecoder().decode(javaManifest(names, '9-4-2ES26')).replaceAll('\r\n', '\n');
    expect(findings('SIP42.9-4-2SR3-1S.loads', signed('SIP42.9-4-2SR3-1S.loads', ascii(text)))).toEqual(['text-mode']);
  });
  test('a list cut at any byte is not whole', () => {
    const list = signed('P0S3-8-12-00.loads', ascii('P003-8-12-00.sbn\nP0S3-8-12-00.sb2\nLA_VERSION=PAS30830\n'));
    // Whole lines missing are told by the package, which knows what a list must name.
    const lineEnds = new Set([404 + 17, 404 + 34]);
    for (let size = 0; size < list.length; size++) {
      if (lineEnds.has(size)) continue;
      expect(findings('P0S3-8-12-00.loads', list.subarray(0, size)), `cut at ${size}`).not.toEqual([]);
    }
  });
});
