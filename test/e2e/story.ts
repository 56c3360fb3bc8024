import { expect } from 'vitest';
import type { Line } from './child.ts';
import type { Drive } from './harness.ts';

/** What must have happened on one road. */
export interface Story {
  readonly target: string;
  /** The loads that were offered, in order. */
  readonly hops: readonly string[];
  /** The images that the phone took whole, in order; the same name again for a second download. */
  readonly images: readonly string[];
}

const IMAGE = /\.(bin|sbn|sb2)$/i;
const LIVE_ONLY = ['server.listening', 'file.progress'];
/** Shown to find out which phone it is; no release has it. */
const PROBE = 'P0S3-00-0-00';

/** Everything that must be true of a run on a clean network. */
export function expectTrueStory(drive: Drive, story: Story): void {
  expectLanded(drive, story);
  expectSameRequests(drive);
  expect(offered(drive)).toEqual(story.hops);
  expect(taken(drive)).toEqual(story.images);
}

/** What must be true of every run that ends well, however bad the network was. */
export function expectLanded(drive: Drive, story: Story): void {
  const { history, exitCode, stderr } = drive;
  expect(stderr).toBe('');
  expect(exitCode).toBe(0);
  expect(drive.litter).toEqual([]);
  const landed = history.filter((row) => row.event === 'phone.landed');
  expect(landed).toHaveLength(1);
  expect(landed[0]).toMatchObject({ state: 'landed', target: story.target });
  expect(landed[0]?.hop).toBe(landed[0]?.hops);
  expect(landed[0]?.witnesses).not.toHaveLength(0);
  expect(runsAtTheEnd(drive)).toBe(story.target);
  expectLiveIsHistory(drive);
  expectTrueTransfers(drive);
  expectNothingElseShown(drive);
}

/** The loads that were offered, without repeats of the same hop. */
export function offered(drive: Drive): unknown[] {
  const loads = drive.history.filter((row) => row.event === 'load.offered').map((row) => row.load);
  return loads.filter((load, index) => load !== loads[index - 1]);
}

/** The images that the phone got whole, as it wrote them down itself. */
export function taken(drive: Drive): unknown[] {
  return drive.phone
    .filter((line) => line.event === 'file.got' && IMAGE.test(String(line.file)))
    .map((line) => line.file);
}

/** The load that the phone itself says it runs at the end. */
export function runsAtTheEnd(drive: Drive): unknown {
  return drive.phone.findLast((line) => line.event === 'phone.booted')?.load;
}

/** A run followed live and its record tell the same, word for word. */
function expectLiveIsHistory({ events, history, mac }: Drive): void {
  const live = events.filter((line) => !LIVE_ONLY.includes(line.event ?? ''));
  expect(live.length).toBeGreaterThan(0);
  // Following may begin after the phone was put on the list, and ends with the landing.
  const from = history.findIndex((row) => row.event === live[0]?.event);
  expect(live).toEqual(history.slice(from, from + live.length));
  expect(history.slice(0, from).filter((row) => row.event !== 'phone.enrolled')).toEqual([]);
  for (const row of history) expect(row.mac).toBe(mac);
  const times = history.map((row) => Date.parse(String(row.at)));
  expect(times).toEqual([...times].sort((a, b) => a - b));
}

/** What the record says was sent, the phone has; bytes are those of the file in the store. */
function expectTrueTransfers({ history, phone, sizes }: Drive): void {
  const got = phone.filter((line) => line.event === 'file.got');
  for (const row of history.filter((line) => line.event === 'file.sent')) {
    expect(row.bytes).toBe(row.size);
    const match = got.findIndex((line) => line.file === row.file && line.bytes === row.bytes);
    expect(match, `the record says ${row.file} was sent, the phone does not have it`).toBeGreaterThanOrEqual(0);
    got.splice(match, 1);
    if (IMAGE.test(String(row.file))) {
      expect([...(sizes.get(String(row.file).toLowerCase()) ?? [])]).toContain(row.bytes);
    }
  }
}

/** No load but those of the road ever stood in a file that the phone read. */
function expectNothingElseShown({ phone, history }: Drive): void {
  const planned = history.filter((row) => row.event === 'phone.planned').flatMap((row) => row.road as string[]);
  const allowed = new Set<unknown>([...planned, ...history.map((row) => row.target), PROBE]);
  // A boot loader is not shown a load by name: what it reads is the manifest that was offered.
  const manifests = history.filter((row) => row.event === 'load.offered').map((row) => row.file);
  const shown = phone.filter((line) => line.event === 'load.shown' && line.isForMe === true);
  const isAllowed = (line: Line) => allowed.has(line.load) || (isTerm(line.file) && manifests.includes(line.file));
  expect(shown.filter((line) => !isAllowed(line)).map((line) => line.load)).toEqual([]);
}

/** Every request of the phone stands in the record, in its order, from the first one that named the phone. */
function expectSameRequests({ phone, history }: Drive): void {
  const asking = phone.filter((line) => line.event === 'file.asked');
  // On a busy machine a phone may repeat a request that was already answered: the server rightly takes it for a new one.
  const isPlain = asking.every((line) => line.attempt === 1);
  const view = (names: readonly unknown[]) => (isPlain ? names : names.filter((name, at) => name !== names[at - 1]));
  const isRequest = (row: Line) => row.event === 'file.requested' || row.event === 'file.refused';
  const recorded = view(history.filter(isRequest).map((row) => row.file));
  const asked = view(asking.filter((line) => line.attempt === 1).map((line) => String(line.file).replace(/^\//, '')));
  // Nameless requests before the first name cannot be the phone's in the record; the phone may ask on after the landing.
  const first = asked.findIndex((_, index) => startsWith(asked.slice(index), recorded));
  expect(first, `record: ${recorded.join(' ')}\nphone: ${asked.join(' ')}`).toBeGreaterThanOrEqual(0);
  expect(asked.slice(0, first).every((name) => !/[0-9A-F]{12}/.test(String(name)))).toBe(true);
}

function isTerm(file: unknown): boolean {
  return /^term\d\d\.default\.loads$/.test(String(file));
}

function startsWith(list: readonly unknown[], start: readonly unknown[]): boolean {
  return start.length <= list.length && start.every((one, index) => one === list[index]);
}
