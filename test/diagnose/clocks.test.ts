import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadstep, ownFolder } from '../support/fake-io.ts';
import { hpa } from './diagnosed.ts';

const MAC = '0018B9C0FFEE';
const PHONE = '10.0.0.5';
const HOUR = 3_600_000;
/** 3 March 2026, when `hpa` begins. */
const MORNING = Date.UTC(2026, 2, 3, 10, 0, 0);

let folder: Awaited<ReturnType<typeof ownFolder>>;
beforeAll(async () => {
  folder = await ownFolder();
});
afterAll(() => folder.remove());

function file(name: string, lines: readonly string[] | Uint8Array): string {
  const path = join(folder.path, name);
  writeFileSync(path, lines instanceof Uint8Array ? lines : `${lines.join('\n')}\n`);
  return path;
}

/** A boot as a phone before 5.x asks it, and how a server ends each. */
const BOOT = [
  'OS79XX.TXT -',
  `SEP${MAC}.cnf.xml -`,
  'XMLDefault.cnf.xml -',
  `SEP${MAC}.cnf -`,
  'SEPDefault.cnf +',
  'P0S3-05-3-00.bin +',
];
const NAMES = BOOT.map((text) => text.slice(0, -2));

/** The same boot on the host of the DHCP server, whose tcpdump wrote it: the clock is so much ahead, and the stamp is made of it. */
function tcpdump(aheadMs: number, stamp: (at: Date) => string, everyMs = 1000): string[] {
  return NAMES.map((name, i) => {
    const at = new Date(MORNING + aheadMs + i * everyMs);
    return `${stamp(at)} IP ${PHONE}.${50_000 + i} > 10.0.0.1.69:  31 RRQ "${name}" octet`;
  });
}

const timeOfDay = (at: Date) => at.toISOString().slice(11, 23);
const dated = (at: Date) => at.toISOString().slice(0, 23).replace('T', ' ');
const ENV = { TZ: 'UTC' };

/** What the sources are said to be, and how often each name was asked. */
async function read(...paths: readonly string[]): Promise<{ notes: string; asked: unknown[]; stands: unknown[] }> {
  const [text, json] = [
    await loadstep(['diagnose', ...paths], ENV),
    await loadstep(['diagnose', ...paths, '--json'], ENV),
  ];
  expect([text.code, text.err, json.code]).toEqual([0, '', 0]);
  const [head, phone] = json.json();
  const rounds = phone?.rounds as { asked: { name: string; times: number; outcome: string | null }[] }[];
  return {
    notes: text.out.slice(text.out.indexOf('\nRead ')),
    asked: rounds.flatMap(({ asked }) => asked.map(({ name, times, outcome }) => `${name} ${times} ${outcome}`)),
    stands: ((head?.sources ?? []) as { clockStand: unknown }[]).map(({ clockStand }) => clockStand),
  };
}

const ONCE = BOOT.map((text) => `${text.slice(0, -2)} 1 ${text.endsWith('-') ? 'not-found' : 'sent'}`);

describe('two hosts that tell of one bench', () => {
  it('whose clocks agree: what is in both counts once, with the end that only one of them tells', async () => {
    const [log, dump] = [file('same.log', hpa(PHONE, BOOT)), file('same.txt', tcpdump(700, dated))];
    const { notes, asked, stands } = await read(log, dump);
    expect(asked).toEqual(ONCE);
    expect(notes).toContain(`The clocks of ${dump} and ${log} agree: 6 requests are in both, and count once.`);
    expect(stands).toEqual([null, { kind: 'compared', than: log, aheadMs: 0, shared: 6 }]);
  });

  it.each([
    [
      'two hours ahead, as in another zone',
      2 * HOUR,
      '2 h ahead of',
      ' It names no zone, and may be of another one: TZ=… in front of the command says which.',
    ],
    [
      'five and a half hours behind',
      -5.5 * HOUR,
      '5 h 30 min behind',
      ' It names no zone, and may be of another one: TZ=… in front of the command says which.',
    ],
  ])('one of them %s: its times are told as the other one has them', async (name, aheadMs, said, why) => {
    const log = file(`${name}.log`, hpa(PHONE, BOOT));
    const dump = file(`${name}.txt`, tcpdump(aheadMs, dated));
    for (const order of [
      [log, dump],
      [dump, log],
    ]) {
      const { notes, asked } = await read(...order);
      expect(asked).toEqual(ONCE);
      expect(notes).toMatch(
        new RegExp(`${dump} is ${said} ${log}: 6 requests are in both, and count once; .*by that\\.${why}`),
      );
    }
  });

  it('one of them without dates, on another day', async () => {
    const log = file('dates.log', hpa(PHONE, BOOT));
    const dump = file('no-dates.txt', tcpdump(HOUR, timeOfDay));
    const { notes, asked } = await read(log, dump);
    expect(asked).toEqual(ONCE);
    expect(notes).toMatch(/no-dates\.txt is \d+ d.* (ahead of|behind) .*dates\.log: 6 requests.* It tells no dates\./);
  });

  it('one of them with a clock of twelve hours', async () => {
    const log = file('day.log', hpa(PHONE, BOOT));
    const lines = NAMES.map((name, i) => `01:00:0${i} PM pbx atftpd[5]: Serving ${name} to ${PHONE}:5000${i}`);
    const other = file('twelve.log', lines);
    const { notes, asked } = await read(log, other);
    expect(asked).toEqual(ONCE);
    expect(notes).toMatch(/twelve\.log is \d+ d 3 h ahead of .*day\.log: 6 requests are in both.* It tells no dates/);
  });

  it('one of them without years, packed, whose clock stood still in an older one', async () => {
    const log = file('year.log', hpa(PHONE, BOOT));
    const lines = NAMES.map((name, i) => {
      const end =
        BOOT[i]?.endsWith('-') === true ? `file /srv/tftp/${name} not found for` : `sent /srv/tftp/${name} to`;
      return `Mar  4 12:00:0${i} pbx dnsmasq-tftp[5]: ${end} ${PHONE}`;
    });
    const other = file('no-year.log.gz', gzipSync(`${lines.join('\n')}\n`));
    const { notes, asked } = await read(log, other);
    expect(asked).toEqual(ONCE);
    expect(notes).toMatch(/no-year\.log\.gz is 26 h ahead of .*year\.log: 6 requests are in both/);
  });

  it('that differ by what no stamp explains are lined up where several phones agree on it, and else only told of', async () => {
    const second = (line: string) => line.replaceAll(PHONE, '10.0.0.6').replaceAll(MAC, '0018B9C0FFEF');
    const aheadMs = 7 * 60_000;
    const [log, dump] = [file('one.log', hpa(PHONE, BOOT)), file('one.txt', tcpdump(aheadMs, dated))];
    const alone = await read(log, dump);
    expect(alone.stands).toEqual([null, { kind: 'perhaps', than: log, aheadMs, shared: 6 }]);
    expect(alone.notes).toContain(`${dump} may be 7 min ahead of ${log}: 6 requests would be in both then.`);
    const later = 95_000;
    const [logs, dumps] = [
      file('two.log', [...hpa(PHONE, BOOT), ...hpa(PHONE, BOOT, later).map(second)]),
      file('two.txt', [...tcpdump(aheadMs, dated), ...tcpdump(aheadMs + later, dated).map(second)]),
    ];
    const both = await read(logs, dumps);
    expect(both.stands).toEqual([null, { kind: 'compared', than: logs, aheadMs, shared: 12 }]);
    expect(both.asked).toEqual(ONCE);
  });

  it('of which one was read while the other phone booted: the next boot of a phone is no second clock', async () => {
    const [log, dump] = [file('first.log', hpa(PHONE, BOOT)), file('next.txt', tcpdump(11 * 60_000, dated))];
    const { asked } = await read(log, dump);
    expect(asked).toEqual([...ONCE, ...NAMES.map((name) => `${name} 1 null`)]);
  });

  it('a phone that goes round and round leaves several differences, and none is chosen', async () => {
    const round = NAMES.slice(0, 5).map((name) => `${name} -`);
    const starts = [...Array(20).keys()].map((n) => n * 60_000);
    const log = file(
      'round.log',
      starts.flatMap((from) => hpa(PHONE, round, from)),
    );
    const dump = file(
      'round.txt',
      starts.flatMap((from) => tcpdump(127 * 60_000 + from, dated).slice(0, 5)),
    );
    const { notes, stands } = await read(log, dump);
    expect(notes).toContain('cannot be compared: what is in both repeats itself');
    expect(stands).toEqual([null, { kind: 'several', than: log }]);
  });

  it('logs of other programs at other hours that share their phones and no transfer are doubted aloud', async () => {
    const log = file('strange.log', hpa(PHONE, BOOT));
    const dhcp = file('strange-dhcp.log', [
      `2026-03-03T15:00:00Z gw dhcpd[1]: DHCPACK on ${PHONE} to 00:18:b9:c0:ff:ee via eth0`,
    ]);
    const { notes } = await read(log, dhcp);
    expect(notes).toMatch(
      /tell of the same phones at different times, and no transfer is in both: whether one of their clocks is wrong/,
    );
  });

  it('logs that follow each other, as rotated ones, are what they were', async () => {
    const [one, two] = [file('tftp.log.1', hpa(PHONE, BOOT)), file('tftp.log', hpa(PHONE, BOOT, 5 * HOUR))];
    const { notes, stands } = await read(one, two);
    expect(stands).toEqual([null, null]);
    expect(notes).not.toMatch(/clock/i);
  });
});
