import { expect, test } from 'vitest';
import type { LiveEvent } from '../../src/app/record/live-event.ts';
import { barText, humanView, jsonView } from '../../src/cli/output/live-view.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import { FakeOut } from '../support/fake-io.ts';

const mac = '0018B9C0FFEE' as MacAddress;
const at = Date.UTC(2026, 10, 21, 12);
const where = { mac, hop: 1, hops: 3, target: 'P0S3-08-11-00' };
const PLANNED: LiveEvent = {
  event: 'phone.planned',
  at,
  ...where,
  road: ['P0S3-05-3-00', 'P003-08-11-00'],
  reason: 'x',
};
const TAKING: LiveEvent = { event: 'phone.state', at, ...where, state: 'downloading', load: 'P0S3-05-3-00' };

function progress(bytes: number, ms: number, size = 400_000) {
  const event = 'file.progress' as const;
  return { event, at: at + ms, ...where, file: 'P0S3-05-3-00.bin', bytes, size, state: 'downloading' };
}

/** Local time is the reader's; the tests look at what stands behind it. */
function withoutClock(out: FakeOut): string[] {
  return out.lines().map((line) => line.replace(/^\d\d:\d\d:\d\d {2}/, ''));
}

test('in a pipe a transfer is one line for each 10 % at most, without control codes', () => {
  const out = new FakeOut();
  const view = humanView({ out, nameOf: null, isFollowed: true });
  view.show(TAKING);
  for (let bytes = 0; bytes <= 400_000; bytes += 4000) view.show(progress(bytes, bytes / 100));
  view.tick(at + 5000);
  view.show({ event: 'file.sent', at: at + 5000, ...where, file: 'P0S3-05-3-00.bin', bytes: 400_000, tookMs: 5000 });
  view.close();
  expect(withoutClock(out)).toEqual([
    'hop 1 of 3: the phone is taking P0S3-05-3-00',
    ...[10, 20, 30, 40, 50, 60, 70, 80, 90].map((n) => `sending P0S3-05-3-00.bin: ${n} % (${n * 4} kB of 400 kB)`),
    'sent P0S3-05-3-00.bin, 400 kB in 5 s',
  ]);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that there is none is what is tested
  expect(out.text).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
});

test('a file that is begun again counts from its first percent again', () => {
  const out = new FakeOut();
  const view = humanView({ out, nameOf: null, isFollowed: true });
  for (const bytes of [200_000, 4000, 200_000]) view.show(progress(bytes, 0));
  expect(out.lines().length).toBe(2);
});

test('on a terminal a bar is drawn over itself and leaves no trace', () => {
  const out = new FakeOut(true, 100);
  const view = humanView({ out, nameOf: null, isFollowed: true });
  view.show(TAKING);
  view.show(progress(100_000, 1000));
  view.show(progress(200_000, 2000));
  expect(out.text).toContain(
    '\r\u001b[2KP0S3-05-3-00.bin  [########--------]   50 %  200/400 kB  200 kB/s  hop 1 of 3',
  );
  view.show({ event: 'file.sent', at: at + 4000, ...where, file: 'P0S3-05-3-00.bin', bytes: 400_000, tookMs: 4000 });
  view.close();
  expect(shown(out.text)).toEqual([
    'hop 1 of 3: the phone is taking P0S3-05-3-00',
    'sent P0S3-05-3-00.bin, 400 kB in 4 s',
    '',
  ]);
});

test('the log does not tear the line that is being drawn', () => {
  const out = new FakeOut(true, 100);
  const view = humanView({ out, nameOf: null, isFollowed: true });
  view.show(TAKING);
  view.aside(() => out.write('a line of the log\n'));
  expect(shown(out.text).slice(1)).toEqual(['a line of the log', 'hop 1 of 3: the phone is taking P0S3-05-3-00, 0 s']);
});

/** What a terminal shows after this text: each line as it was last drawn. */
function shown(text: string): string[] {
  return text.split('\n').map((line) => (line.split('\u001b[2K').at(-1) ?? '').replace(/^\d\d:\d\d:\d\d {2}/, ''));
}

test('a bar is never wider than the terminal, since a wrapped line cannot be erased', () => {
  for (let columns = 20; columns <= 120; columns++) {
    expect(barText(progress(390_000, 60_000), at, columns).length).toBeLessThan(Math.max(columns, 40));
    const out = new FakeOut(true, columns);
    const view = humanView({ out, nameOf: null, isFollowed: true });
    view.show(progress(390_000, 60_000));
    expect((out.text.split('\u001b[2K').at(-1) ?? '').length).toBeLessThan(columns);
  }
});

test('a long line is broken at a blank and goes on below its text', () => {
  const out = new FakeOut(true, 40);
  const view = humanView({ out, nameOf: null, isFollowed: false });
  view.show({ event: 'phone.finding', at, ...where, finding: 'x', reason: 'one two three four five six seven eight' });
  expect(shown(out.text)).toEqual(['found out: one two three four', '          five six seven eight', '']);
});

test('a remark is broken at blanks on a terminal, and left whole in a pipe', () => {
  const [screen, pipe] = [new FakeOut(true, 24), new FakeOut(false, 24)];
  for (const out of [screen, pipe]) {
    humanView({ out, nameOf: null, isFollowed: true }).say(
      'Check, in this order, please:\n  - one two three four five six',
    );
  }
  expect(screen.text).toBe('Check, in this order,\nplease:\n  - one two three four\n    five six\n');
  expect(pipe.text).toBe('Check, in this order, please:\n  - one two three four five six\n');
});

test('requests for files that need not exist are no news, a refused load file is', () => {
  const out = new FakeOut();
  const view = humanView({ out, nameOf: null, isFollowed: true });
  const refused = { event: 'file.refused', at, ...where, reason: 'no such file' } as const;
  view.show({ ...refused, file: 'CTLSEP0018B9C0FFEE.tlv' });
  view.show({ event: 'file.requested', at, ...where, file: 'OS79XX.TXT', size: 13 });
  view.show({ event: 'file.sent', at, ...where, file: 'OS79XX.TXT', bytes: 13 });
  expect(out.text).toBe('');
  view.show({ ...refused, file: 'P0S3-08-11-00.bin' });
  expect(withoutClock(out)).toEqual(['asks P0S3-08-11-00.bin: not found (no such file)']);
});

test('text from a phone cannot steer the terminal', () => {
  const out = new FakeOut();
  const view = humanView({ out, nameOf: null, isFollowed: true });
  view.show({ event: 'file.refused', at, mac, file: 'a\u001b[2J\u009b\u202e.bin', reason: 'no\rsuch' });
  expect(withoutClock(out)).toEqual(['asks a\\x1b[2J\\x9b\\u202e.bin: not found (no\\x0dsuch)']);
});

test('several phones are told apart at the start of each line', () => {
  const out = new FakeOut();
  const view = humanView({ out, nameOf: (one) => `${one} desk 4`, isFollowed: false });
  view.show({ event: 'server.listening', at, address: '::', port: 69 });
  view.show(PLANNED);
  view.show(progress(200_000, 0));
  expect(withoutClock(out)).toEqual([
    'listening on [::]:69',
    '0018B9C0FFEE desk 4  plan, 2 hops: P0S3-05-3-00 -> P003-08-11-00',
  ]);
});

test('with --json each event is one object a line with event, time and MAC first, and remarks are left out', () => {
  const out = new FakeOut();
  const view = jsonView(out);
  view.show(PLANNED);
  view.say('a remark');
  view.tick(at);
  view.show(progress(1, 0));
  view.close();
  expect(out.lines().length).toBe(2);
  expect(out.lines()[0]).toBe(
    '{"event":"phone.planned","at":"2026-11-21T12:00:00.000Z","mac":"0018B9C0FFEE","hop":1,"hops":3,' +
      '"target":"P0S3-08-11-00","reason":"x","road":["P0S3-05-3-00","P003-08-11-00"]}',
  );
});

test('what a landed phone asks at each of its boots is no news, and that it loses its load is', () => {
  const out = new FakeOut();
  const view = humanView({ out, nameOf: null, isFollowed: false });
  const landed = { at, ...where, hop: 3, state: 'landed', load: 'P0S3-08-11-00' };
  view.show({ event: 'load.offered', ...landed, file: `SIP${mac}.cnf` });
  view.show({ event: 'file.sent', ...landed, file: 'P0S3-08-11-00.loads', bytes: 458, tookMs: 4 });
  view.show({ event: 'file.refused', ...landed, file: 'P0S3-08-2-00.loads', reason: 'no such file' });
  expect(out.lines()).toEqual([]);
  view.show({ event: 'file.sent', ...landed, state: 'confirming', file: 'P0S3-08-11-00.loads', bytes: 458, tookMs: 4 });
  view.show({ event: 'phone.landed', ...landed, witnesses: ['(a) seen'] });
  view.show({
    event: 'phone.finding',
    ...landed,
    code: 'P_CONTRADICTION',
    finding: 'contradiction',
    reason: 'it asks',
  });
  expect(out.lines()).toHaveLength(3);
});
