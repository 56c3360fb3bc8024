import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ALONE } from '../../src/adapters/heard/hear-sources.ts';
import { readMatrix } from '../../src/adapters/matrix-reader.ts';
import { matrixFolder } from '../../src/adapters/package-root.ts';
import { bundlesText } from '../../src/cli/output/bundle-text.ts';
import { PLAIN } from '../../src/cli/output/fit-text.ts';
import { BenchLog } from '../../src/core/diagnose/bench-log.ts';
import { diagnose } from '../../src/core/diagnose/diagnose.ts';
import type { Heard } from '../../src/core/heard/heard.ts';
import { compareClocks, Landmarks } from '../../src/core/heard/landmarks.ts';
import { LogReader } from '../../src/core/heard/log-reader.ts';
import { ToldTwice } from '../../src/core/heard/told-twice.ts';
import { utcMs } from '../../src/core/heard/wall-time.ts';
import { seededRandom } from '../../src/emulator/random.ts';
import { published } from '../heard/heard-lines.ts';
import { hpa } from './diagnosed.ts';

/** How many lines are tried; a million was, by hand (docs/diagnose.md). */
const LINES = Number(process.env.MUTATIONS ?? 20_000);
const SEED = Number(process.env.SEED ?? 20261128);

const logs = readdirSync(new URL('../fixtures/logs/', import.meta.url)).map((name) => name.replace(/\.txt$/, ''));
const BUNDLE = [
  '{"bundle":"loadstep","format":1,"mac":"0018B9000001","madeAt":"2026-11-29T01:14:58.147Z","loadstep":"0.1.0","isServed":false,"names":"stand-ins"}',
  '{"bundle":"status","mac":"0018B9000001","target":"P0S3-08-11-00","state":"held","hop":1,"hops":3,"code":"P_STALLED","reason":"x","advice":"y"}',
  '{"bundle":"setting","key":"db","path":["folder-1/file-1.db"]}',
  '{"bundle":"package","load":"P0S3-08-11-00","verdict":"damaged","findings":[{"code":"inner-crc","file":null,"message":"x"}]}',
  '{"event":"phone.planned","at":"2026-11-29T01:14:37.265Z","mac":"0018B9000001","hop":1,"hops":3,"road":["P0S3-05-3-00"],"witnesses":["a"]}',
];
const LINES_OF_ALL = [
  ...BUNDLE,
  'add 00:18:b9:c0:ff:ee 10.0.0.5 SEP0018B9C0FFEE',
  'tftp 24000 10.0.0.5 /srv/tftp/P0S3-05-3-00.bin',
  ...logs.flatMap(published),
  ...hpa('10.0.0.5', ['SEP0018B9C0FFEE.cnf.xml +', 'OS79XX.TXT -', 'P0S3-08-11-00.loads !']),
  'Connection received from 10.0.0.5 on port 50968 [03/03 10:15:32.703]',
  'Read request for file <SEP001D45000011.cnf.xml>. Mode octet [03/03 10:15:32.703]',
  '<SEP001D45000011.cnf.xml>: sent 2 blks, 632 bytes in 0 s. 0 blk resent [03/03 10:15:32.735]',
  '*Jun  9 19:08:30.503: TFTP: read request from host 10.0.0.5(50919) via GigabitEthernet0/0.302',
  'TFTP: Looking for CTLSEP001D45000011.tlv',
  '07:12:16.828357 IP 10.77.0.1.69 > 10.77.0.7.50844: TFTP, length 19, ERROR ENOTFOUND "File not found"',
  '"1","0.000000000","10.77.0.7","10.77.0.1","TFTP","61","Read Request, File: OS79XX.TXT, Transfer type: octet"',
  '-- SCCP: Alarm Message: Severity: Critical (0), 32: Name=SEP001D45000011 Load= term11.default : Invalid SCCP message!',
  '{"MESSAGE":"RRQ from 10.0.0.5 filename OS79XX.TXT","SYSLOG_IDENTIFIER":"in.tftpd","__REALTIME_TIMESTAMP":"1795849800250123"}',
  '{"event":"file.sent","at":"2026-11-28T07:10:00.250Z","mac":"001D45000011","peer":"10.0.0.5:50000","file":"OS79XX.TXT","bytes":14}',
  'Nov 28 07:10:00 host dnsmasq-dhcp[812]: 3253158397 DHCPACK(eth0) 192.168.1.50 00:18:b9:ff:ff:ff SEP0018B9FFFFFF',
  "daemon.err tftpd[1112]: can't open 'SEP0018B9FFFFFF.cnf.xml': No such file or directory",
  "[2026-03-03 10:15:20 +0000] 'CTLSEP001D45000011.tlv' of type 'octet' is requested from 10.0.0.5:49840",
];
const SIGNS = [
  '\0',
  '\n',
  '\r',
  '\t',
  ' ',
  '"',
  "'",
  '<',
  '>',
  '[',
  ']',
  '{',
  '\\',
  ':',
  '.',
  '9',
  '\u202e',
  '\ud800',
  'é',
  '月',
  '(',
  '%',
];

function mutated(next: () => number): string {
  const pick = <T>(all: readonly T[]) => all[Math.floor(next() * all.length)] as T;
  let line = pick(LINES_OF_ALL);
  for (let n = Math.floor(next() * 4); n >= 0; n--) {
    const [at, length] = [Math.floor(next() * line.length), Math.floor(next() * 12)];
    const kind = Math.floor(next() * 6);
    if (kind === 0) line = line.slice(0, at);
    else if (kind === 1) line = line.slice(0, at) + line.slice(at + length);
    else if (kind === 2) line = line.slice(0, at) + pick(SIGNS) + line.slice(at);
    else if (kind === 3) line = line.slice(0, at) + pick(LINES_OF_ALL).slice(at);
    else if (kind === 4)
      line = line.slice(0, at) + line.slice(at, at + length).repeat(1 + Math.floor(next() * 60)) + line.slice(at);
    else
      line = line.replace(/\d+/g, (digits) =>
        next() < 0.3 ? String(Math.floor(next() * 10 ** (1 + Math.floor(next() * 18)))) : digits,
      );
  }
  return line;
}

it('no line breaks the reader or the story, whatever stands in it, and nothing grows without end', {
  timeout: 600_000,
}, () => {
  const next = seededRandom(SEED, 'lines of logs');
  const bench = new BenchLog();
  const now = utcMs(2026, 11, 28, 12, 0, 0, 0);
  const [marks, before, twice] = [new Landmarks(), new Landmarks(), new ToldTwice()];
  const hear = (heard: Heard) => {
    bench.hear(heard);
    marks.add(heard);
    if (bench.events % 3 === 0) before.add(heard);
    twice.has(bench.events % 2 === 0 ? heard : { ...heard, source: 'y' });
  };
  const reader = new LogReader({ source: 'x', now, zoneOf: utcMs, hear });
  for (let n = 0; n < LINES; n++) reader.read(mutated(next));
  const phones = diagnose(bench, { matrix: readMatrix(matrixFolder()), storedAs: () => null });
  expect(reader.count.lines).toBe(LINES);
  expect(compareClocks(before, marks).kind).toMatch(/compared|perhaps|several|nothing-shared/);
  const { bundle } = reader.count;
  expect(bundle?.rows.length ?? 0).toBeLessThanOrEqual(20_000);
  const told = bundlesText([{ ...reader.count, bundle, capture: null, ...ALONE }], PLAIN, true);
  expect(told).toMatch(/^Bundle of /);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be written
  expect(told).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  expect(bench.events).toBeGreaterThan(LINES / 10);
  const steps = phones.flatMap(({ rounds }) => rounds.flatMap((round) => round.steps));
  expect(steps.length).toBeLessThanOrEqual(120_000);
  for (const phone of phones) {
    expect(phone.rounds.length).toBeLessThanOrEqual(30);
    expect(phone.mac === null || /^[0-9A-F]{12}$/.test(phone.mac)).toBe(true);
    expect(phone.faults.every(({ about }) => about.length < 2000)).toBe(true);
  }
  for (const step of steps) {
    expect(step.asked.raw.length).toBeLessThanOrEqual(256);
    expect(step.first.time === null || Number.isFinite(step.first.time)).toBe(true);
  }
});
