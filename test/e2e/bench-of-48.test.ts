import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { noneShown, type Seat, seats, untilEach, untilKillable, writeLeases, writeList, writeSpec } from './bench.ts';
import { BENCH_FIRMWARE } from './bench-phones.ts';
import { cutShort, expectAsHeard, expectAsRecorded, hashesIn, midFlash, ofPhone, type Told } from './bench-story.ts';
import { Child, type Line, run } from './child.ts';
import { cleanUp, firmwareStore, newFolder } from './harness.ts';

afterAll(cleanUp);

/** Phone seconds in one real second. */
const SPEED = 40;
/** Long against a step of a phone at that speed, short against the test. */
const STALL_AFTER = '15s';
/** Landings after which the server is killed: some phones are done, most are on their way. */
const KILL_AFTER_LANDINGS = 5;

test('of 48 mixed phones every one that can lands although the server is killed, the others are held with their reason, and no bystander is shown a load', {
  timeout: 240_000,
}, async () => {
  const [folder, kept] = [await newFolder('run'), await newFolder('kept')];
  const firmware = await firmwareStore(BENCH_FIRMWARE);
  const all = seats();
  expect(all).toHaveLength(48);
  const db = join(kept, 'loadstep.db');
  const place = ['--json', '--db', db, '--firmware', firmware];
  const leases = ['--leases', await writeLeases(kept, all)];
  const enrolled = await run(['enroll', '--from-csv', await writeList(kept, all), ...place], folder);
  expect(enrolled.code).toBe(2);
  expect(enrolled.stderr).toContain(`line ${all.filter(({ target }) => target !== null).length + 2}`);

  const serve = (listen: string) =>
    new Child(['serve', ...place, ...leases, '--stall-after', STALL_AFTER, '--listen', listen], folder);
  const children = [serve('127.0.0.1:0')];
  try {
    const first = children[0] as Child;
    const { port } = await first.until((line) => line.event === 'server.listening');
    const address = `127.0.0.1:${port}`;
    const spec = await writeSpec(kept, all, SPEED);
    const phones = new Child(['emulate', 'bench', '--json', '--spec', spec, '--server', address], folder);
    children.push(phones);
    const bystanders = new Set(all.filter(({ target }) => target === null).map(({ mac }) => mac));
    const harmed = noneShown(phones, bystanders);
    await Promise.race([harmed, untilKillable(first, phones, KILL_AFTER_LANDINGS)]);
    const [heard, toldByThen] = [phones.lines.length, first.lines.length];
    await first.stop('SIGKILL');
    expect(midFlash(phones.lines.slice(0, heard), first.lines.slice(0, toldByThen))).not.toEqual([]);
    const cut = cutShort(first.lines);
    const second = serve(address);
    children.push(second);
    const wanted = new Map(
      all
        .filter(({ target }) => target !== null)
        .map(({ mac, heldWith }) => [mac, heldWith === undefined ? 'landed' : 'held']),
    );
    await Promise.race([harmed, untilEach(() => first.lines.concat(second.lines), second, wanted)]);
    expect(await second.stop()).toBe(0);
    await phones.stop();
    const record = await run(['history', ...place], folder);
    const status = await run(['status', ...place], folder);
    const report = await run(['report', ...place], folder);
    const [hashes, said] = [await hashesIn(firmware), { status: status.lines, report: report.lines }];
    const told = { phones: phones.lines, record: record.lines, ...said, hashes };
    for (const seat of all) expectTold(seat, told, cut.has(seat.mac));
    const landing = all.filter(({ target, heldWith }) => target !== null && heldWith === undefined).length;
    expect(report.lines[0]).toMatchObject({
      total: wanted.size,
      counts: { landed: landing, held: wanted.size - landing },
    });
    expectLiveInRecord([...first.lines, ...second.lines], record.lines);
  } finally {
    for (const child of children) await child.stop('SIGKILL');
  }
});

/** What the phone itself ran and read, what the record says and what `status` says are one story, and the right one. */
function expectTold({ title, mac, target, load, heldWith, advice }: Seat, told: Told, isCut: boolean): void {
  const { phones, record, status, report } = told;
  const now = status.find((line) => line.mac === mac);
  const certificate = report.find((line) => line.mac === mac);
  // A phone may be in its loader, on its way through one more boot, when its power is cut at the end.
  const runs = ofPhone(phones, mac, 'phone.booted').findLast((line) => line.software === 'application')?.load;
  const shown = ofPhone(phones, mac, 'load.shown').filter(({ isForMe }) => isForMe === true);
  const landed = ofPhone(record, mac, 'phone.landed');
  const held = ofPhone(record, mac, 'phone.held');
  if (target === null) {
    expect(shown, title).toEqual([]);
    expect(ofPhone(phones, mac, 'file.got'), title).toEqual([]);
    expect([...landed, ...held, ...ofPhone(record, mac, 'load.offered')], title).toEqual([]);
    expect(now?.state ?? 'bystander', title).toBe('bystander');
    expect(certificate, title).toBeUndefined();
    return;
  }
  if (heldWith === undefined) {
    expect(now, title).toMatchObject({ state: 'landed', target });
    expect(runs, title).toBe(target);
    expect(landed.length, title).toBe(1);
    expect(landed[0]?.hop, title).toBe(landed[0]?.hops);
    expect(certificate, title).toMatchObject({ outcome: 'landed', target });
    expectAsRecorded(title, mac, told);
    expectAsHeard(title, mac, told, isCut);
    return;
  }
  expect(now, title).toMatchObject({ state: 'held', code: heldWith });
  expect(now?.advice, title).toMatch(advice as RegExp);
  expect(held.at(-1), title).toMatchObject({ code: heldWith, advice: now?.advice, reason: now?.reason });
  expect(certificate, title).toMatchObject({ outcome: 'held', code: heldWith, advice: now?.advice });
  expect(certificate, title).toMatchObject({ landedAt: null, tookMs: null, witnesses: [] });
  expectAsHeard(title, mac, told, isCut);
  expect(landed, title).toEqual([]);
  expect(ofPhone(phones, mac, 'flash.written'), title).toEqual([]);
  expect(runs, title).toBe(load);
}

/** Whatever either server told stands in the record, word for word; what the killed one did not live to tell may stand there too. */
function expectLiveInRecord(told: readonly Line[], record: readonly Line[]): void {
  const kept = new Map<string, number>();
  for (const row of record) kept.set(JSON.stringify(row), (kept.get(JSON.stringify(row)) ?? 0) + 1);
  const live = told.filter(({ event }) => event !== 'server.listening' && event !== 'file.progress');
  for (const line of live) {
    const text = JSON.stringify(line);
    const left = kept.get(text) ?? 0;
    expect(left, text).toBeGreaterThan(0);
    kept.set(text, left - 1);
  }
}
