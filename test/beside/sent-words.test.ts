import { expect, test } from 'vitest';
import type { GivenFile } from '../../src/adapters/asked-folder/given-file.ts';
import { GivenQuestion } from '../../src/adapters/asked-folder/given-question.ts';
import { SentWords } from '../../src/adapters/asked-folder/sent-words.ts';
import { FakeClock } from '../support/clock.ts';

// What dnsmasq tells its script of a file, and what it does with the file meanwhile, as in tftp.c of 2.90 and 2.92.

const KEY = '00-18-b9-c0-ff-ee/SIP.cnf';
const WORD = `tftp 28 10.0.0.7 /srv/tftp/${KEY}`;
const TEXT = new TextEncoder().encode('image_version: P0S3-8-12-00\n');

function office() {
  const clock = new FakeClock();
  const words = new SentWords(clock);
  const told: string[] = [];
  const ask = (content: Uint8Array = TEXT, isCurrent = () => true) =>
    new GivenQuestion({
      ...{ clock, name: 'SIP.cnf', content, isCurrent },
      closed: (question, file, isDoubtful) => words.closed(KEY, question, file, isDoubtful),
      watcher: {
        progress() {},
        sent: ({ bytes }) => void told.push(`sent ${bytes}`),
        failed: ({ reason, isUnacked }) => void told.push(`failed ${reason}${isUnacked ? ' unacked' : ''}`),
      },
    });
  /** dnsmasq opens the file and sends its first block. */
  const open = (question: GivenQuestion) => {
    const file = question.addFile();
    file.opened();
    read(file);
    return file;
  };
  const pass = (ms: number) => clock.advance(ms);
  return { clock, words, told, ask, open, pass };
}

const read = (file: GivenFile, from = 0) => file.read(from, 512);

test('a file that was read once, closed at once and is said to be sent was sent', () => {
  const { words, told, ask, open, pass } = office();
  const file = open(ask());
  pass(20);
  file.closed();
  words.hear(WORD);
  expect(told).toEqual(['sent 28']);
});

test('an answer that nobody acknowledges was not sent: dnsmasq up to 2.91 reads it eight times, gives up after 28 s and says that it was sent', () => {
  const { words, told, ask, open, pass } = office();
  const file = open(ask());
  for (const wait of [2, 2, 3, 3, 5, 5, 8]) {
    pass(wait * 1_000);
    read(file);
  }
  file.closed();
  words.hear(WORD);
  expect(told).toEqual(['failed silent unacked']);
});

test('an answer that the phone refuses with an ERROR was not sent: dnsmasq up to 2.91 reads it again and says that it was sent', () => {
  const { words, told, ask, open, pass } = office();
  const file = open(ask());
  pass(3);
  read(file);
  file.closed();
  words.hear(WORD);
  expect(told).toEqual(['failed silent unacked']);
});

test('dnsmasq 2.92 keeps the block that it repeats, gives up after two minutes and says that it was sent: a millisecond less than 15 s counts', () => {
  const { words, told, ask, open, pass } = office();
  const early = open(ask());
  pass(14_999);
  early.closed();
  words.hear(WORD);
  const late = open(ask());
  pass(15_000);
  late.closed();
  words.hear(WORD);
  expect(told).toEqual(['sent 28', 'failed silent unacked']);
});

test('where the clock of the machine was set meanwhile, dnsmasq may have given up at once', () => {
  for (const step of [120_000, -120_000]) {
    const { clock, words, told, ask, open, pass } = office();
    const file = open(ask());
    clock.step(step);
    pass(20);
    file.closed();
    words.hear(WORD);
    expect(told).toEqual(['failed silent unacked']);
  }
});

test('the last of three datagrams is answered, and the two before it are given up later: one question, which was sent', () => {
  const { words, told, ask, open, pass } = office();
  const question = ask();
  const files = [open(question)];
  for (const _ of [1, 2]) {
    pass(4_000);
    expect(question.isRepeatedAt(question.files.at(-1)?.at.steady ?? 0)).toBe(true);
    files.push(open(question));
  }
  const [first, second, third] = files as [GivenFile, GivenFile, GivenFile];
  pass(5);
  third.closed();
  words.hear(WORD);
  expect(told).toEqual(['sent 28']);
  for (const file of [first, second]) {
    read(file);
    pass(20_000);
    file.closed();
    words.hear(WORD);
  }
  expect(told).toEqual(['sent 28']);
});

test('what is said of a file that was given up does not count for another one of its name', () => {
  const { words, told, ask, open, pass } = office();
  const question = ask();
  const lost = open(question);
  pass(4_000);
  const refused = open(question);
  pass(2);
  // An ERROR after which 2.92 says nothing.
  refused.closed();
  read(lost);
  lost.closed();
  words.hear(WORD);
  pass(5_000);
  expect(told).toEqual(['failed silent unacked']);

  // Nor for the next one, as long as a word about the second may be on its way.
  const [soon, later] = [open(ask()), ask()];
  pass(2);
  soon.closed();
  words.hear(WORD);
  pass(60_000);
  const next = open(later);
  pass(2);
  next.closed();
  words.hear(WORD);
  expect(told.slice(1)).toEqual(['failed silent unacked', 'sent 28']);
});

test('a word that comes late, after its question is over, does not count for the next question', () => {
  const { words, told, ask, open, pass } = office();
  const lost = open(ask());
  pass(28_000);
  read(lost);
  lost.closed();
  pass(5_000);
  expect(told).toEqual(['failed silent unacked']);
  const refused = open(ask());
  pass(2);
  refused.closed();
  words.hear(WORD);
  pass(5_000);
  expect(told).toEqual(['failed silent unacked', 'failed silent unacked']);
});

test('what was closed before its end was not sent, and nobody is awaited', () => {
  const { told, ask, open, pass } = office();
  const file = open(ask(new Uint8Array(5_000)));
  read(file, 512);
  pass(28_000);
  file.closed();
  expect(told).toEqual(['failed silent']);
});

test('a file of which nothing was read but its size was not sent, whatever is said', () => {
  const { words, told, ask } = office();
  const file = ask().addFile();
  file.opened();
  file.closed();
  words.hear(WORD);
  expect(told).toEqual(['failed silent']);
});

test('where nobody tells anything, a file that was read to its end may have been sent', () => {
  const { told, ask, open, pass } = office();
  const file = open(ask());
  pass(20);
  file.closed();
  pass(5_000);
  expect(told).toEqual(['failed silent unacked']);
});

test('a question that was put once more is the same while nothing came of it, soon after, and as long as nothing has changed', () => {
  const { ask, open, clock, pass } = office();
  let isCurrent = true;
  const question = ask(new Uint8Array(5_000), () => isCurrent);
  const file = open(question);
  expect(question.isRepeatedAt(clock.now())).toBe(true);
  isCurrent = false;
  expect(question.isRepeatedAt(clock.now())).toBe(false);
  isCurrent = true;
  pass(9_999);
  expect(question.isRepeatedAt(clock.now())).toBe(true);
  pass(1);
  expect(question.isRepeatedAt(clock.now())).toBe(false);
  const again = open(question);
  expect(question.isRepeatedAt(clock.now())).toBe(true);
  // Read ahead.
  read(again, 512);
  expect(question.isRepeatedAt(clock.now())).toBe(true);
  read(again, 1024);
  expect(question.isRepeatedAt(clock.now())).toBe(false);
  file.closed();
});

test('of a question that is answered otherwise now nothing is sent any more', () => {
  const { told, ask, open } = office();
  const [other, same] = [ask(), ask()];
  const [lost, sentOn] = [open(other), open(same)];
  for (const question of [other, same]) question.supersede();
  expect([other.gives(new Uint8Array(28)), same.gives(TEXT.slice())]).toEqual([false, true]);
  other.withdraw();
  expect([read(lost), read(sentOn)]).toEqual([null, TEXT]);
  expect(told).toEqual(['failed superseded unacked', 'failed superseded unacked']);
});

test('a file that nobody has read or closed for three minutes is forgotten, and not one that is read', () => {
  const { told, ask, open, pass } = office();
  const [forgotten, slow] = [open(ask()), open(ask(new Uint8Array(5_000)))];
  pass(179_999);
  expect(told).toEqual([]);
  read(slow, 512);
  pass(1);
  expect(told).toEqual(['failed silent']);
  pass(179_998);
  expect(told).toHaveLength(1);
  pass(1);
  expect(told).toHaveLength(2);
  for (const file of [forgotten, slow]) file.closed();
});
