import { existsSync } from 'node:fs';
import type { Enrolled, Wish } from '../../app/list/enrol.ts';
import {
  bothSpellings,
  isKnownLoad,
  isStored,
  neededCommand,
  refuseFault,
  spelledOtherwise,
  unknownTargets,
  wholeWish,
  wishFault,
} from '../../app/list/wish-check.ts';
import { AppError } from '../../core/errors.ts';
import type { Matrix } from '../../core/matrix/matrix.ts';
import { bootLoaderLoad } from '../../core/names/family-terms.ts';
import type { LoadName } from '../../core/names/load-name.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { knownLoads } from '../../core/plan/loads-at-hand.ts';
import { countText } from '../../core/text/amounts.ts';
import type { Enrolment } from '../../ports/store.ts';
import type { Bench, Changed } from '../bench/bench.ts';
import { withBench } from '../bench/open-bench.ts';
import type { CommandContext, CommandSpec } from '../command.ts';
import { writeRemark } from '../error-line.ts';
import { readWishes } from '../list-file/enrolment-list.ts';
import { batchAgainText, enrolledText, listText } from '../output/enrolled-text.ts';
import { writeText } from '../output/fit-text.ts';
import { lackingTargetText, unknownFromText, unknownTargetText } from '../output/plan-text.ts';
import { printable } from '../output/printable.ts';
import type { Settings } from '../settings/layers.ts';
import { databasePath, fromOf, modelOf, neededMacs, neededTarget } from '../settings/values.ts';
import { SERVER_HELP, SERVER_KEYS, serverPlace } from '../there/server-place.ts';
import { loadMatrix } from '../wiring.ts';
import { heldPhones, listedPhones } from './which-phones.ts';

const CSV_HELP = `A list starts with a header. mac is required, and target unless --target is given; model, from, label, extension, batch, port and serial are optional. Cells are separated by commas, semicolons or tabs. Columns that are not used are named. Bad rows are named by line, good rows are taken, and the exit code is then 2. A phone whose model or current load is of another family than its target is refused; a target that neither the firmware matrix nor the store knows is accepted with a warning.`;

/** `loadstep enroll`: puts phones on the list. */
export const ENROLL: CommandSpec = {
  name: 'enroll',
  summary: 'put phones on the list, also while a server runs',
  description: `Puts phones on the list, also while a server runs. Enrolling a phone again changes its target.\n\n${CSV_HELP}`,
  settings: ['mac', 'target', 'from', 'model', 'label', 'batch', 'port', 'serial', 'from-csv', ...SERVER_KEYS],
  settingHelp: SERVER_HELP,
  several: ['mac'],
  examples: [
    'loadstep enroll --mac 0018B9C0FFEE --target P0S3-08-11-00 --label "desk 12"',
    'loadstep enroll --mac 0018B9C0FFEE 0018B9C0FFEF --target P0S3-08-11-00 --model 7940',
    'loadstep enroll --from-csv phones.csv --batch "pallet 7"',
  ],
  run: enroll,
};

/** `loadstep release`: takes phones off the list. */
export const RELEASE: CommandSpec = {
  name: 'release',
  summary: 'take phones off the list; their record stays',
  settings: ['mac', 'batch', ...SERVER_KEYS],
  several: ['mac'],
  settingHelp: { ...SERVER_HELP, batch: 'all phones of this batch that are on the list' },
  examples: ['loadstep release --mac 0018B9C0FFEE', 'loadstep release --batch "pallet 7"'],
  run: release,
};

async function release(context: CommandContext): Promise<number> {
  const { settings, io } = context;
  let hasAsked = false;
  const { code, serving } = await changeEach(context, listedPhones(settings), 'released', async (bench, mac) => {
    const changed = await bench.release(mac);
    hasAsked ||= changed?.hasAsked === true;
    return changed;
  });
  // One that never asked has no DHCP server that would have to be told.
  if (hasAsked && !settings.isOn('json')) writeRemark(io.stderr, serving.isBeside ? RELEASED_BESIDE : RELEASED);
  return code;
}

const RELEASED =
  'loadstep: from its next question on it is answered like a phone that nobody enrolled, and is given no file that names a load: have DHCP name your own provisioning server by then\n';

const RELEASED_BESIDE =
  'loadstep: within a second it is left with the server at port 69, like every phone that is not on the list, and takes whatever load the files of that server name\n';

/** `loadstep retry`: starts held or landed phones anew. */
export const RETRY: CommandSpec = {
  name: 'retry',
  summary: 'start a held or landed phone again, with the same target',
  settings: ['mac', 'batch', 'from', ...SERVER_KEYS],
  several: ['mac'],
  settingHelp: { ...SERVER_HELP, batch: 'all phones of this batch that are held' },
  examples: [
    'loadstep retry --mac 0018B9C0FFEE',
    'loadstep retry --mac 0018B9C0FFEE --from P0S3-08-11-00',
    'loadstep retry --batch "pallet 7"',
  ],
  run: retry,
};

async function retry(context: CommandContext): Promise<number> {
  const { settings, io } = context;
  const matrix = await loadMatrix();
  const from = fromOf(settings, knownLoads(matrix));
  const { code, serving } = await changeEach(context, heldPhones(settings), 'starts again', async (bench, mac) => {
    if (from !== null) await sayWhatRuns(bench, mac, from, matrix);
    return bench.retry(mac);
  });
  if (!serving.isThere) writeRemark(io.stderr, NO_SERVER);
  return code;
}

/** The phone stays on the list as it is; what runs on it was read off its display. */
async function sayWhatRuns(bench: Bench, mac: MacAddress, from: LoadName, matrix: Matrix): Promise<void> {
  const known = await bench.enrolmentOf(mac);
  if (known?.status !== 'enrolled') return;
  const wish: Wish = { mac, target: known.target, from, model: null, label: null };
  refuseFault(wish, wishFault(matrix, wholeWish(wish, known)));
  await bench.enrol(wish);
}

const NO_SERVER =
  'loadstep: no server runs on this record, so no phone is answered yet: type your "loadstep upgrade" command again, or start "loadstep serve"\n';

async function enroll(context: CommandContext): Promise<number> {
  const { settings, io } = context;
  const file = settings.text('from-csv');
  if (file !== null) refuseBeside(settings);
  const [batch, port, serial] = [settings.text('batch'), settings.text('port'), settings.text('serial')];
  const matrix = await loadMatrix();
  const known = knownLoads(matrix);
  const words = {
    from: fromOf(settings, known),
    model: modelOf(settings),
    label: settings.text('label'),
    ...(batch === null ? {} : { batch }),
  };
  const place = { ...(port === null ? {} : { port }), ...(serial === null ? {} : { serial }) };
  const target = file === null || settings.has('target') ? neededTarget(settings, known) : null;
  const macs = file === null ? neededMacs(settings) : [];
  const say = (text: string) => writeRemark(io.stderr, `loadstep: ${printable(text)}\n`);
  const isJson = settings.isOn('json');
  const listedAs = (load: LoadName) => {
    const other = spelledOtherwise(load, matrix);
    return other === null ? '' : ` (listed as ${other}; the phone is told the spelling that the store holds)`;
  };
  // Whatever is wrong with the words or the file is said before there is a database.
  const list =
    file === null
      ? null
      : readWishes(file, { ...words, target }, (wish) => wishFault(matrix, wish)?.why ?? null, known);
  const all = list?.wishes ?? macs.map((mac) => ({ ...words, ...place, mac, target: target as Wish['target'] }));
  if (list === null) for (const wish of all) refuseFault(wish, wishFault(matrix, wish));
  for (const note of list?.notes ?? []) say(`${file}: ${note}`);
  const problems = [...(list?.problems ?? [])];
  const path = databasePath(settings, io.env);
  const isNew = !existsSync(path) && (await serverPlace(context)) === null;
  const wishes = await withBench(context, 'client', async (bench) => {
    if (isNew) say(`a new record begins: ${path}`);
    const known = new Map<Wish, Enrolment | null>();
    for (const wish of all) {
      const before = await bench.enrolmentOf(wish.mac);
      const fault = wishFault(matrix, wholeWish(wish, before));
      if (list === null) refuseFault(wish, fault);
      else if (fault !== null) problems.push({ line: list.lines.get(wish.mac) ?? 0, why: fault.why, lines: 1 });
      if (fault === null) known.set(wish, before);
    }
    const counted = new Map<Wish, Enrolled>();
    for (const [wish, before] of known) {
      const outcome = await bench.enrol(wish);
      counted.set(wish, outcome);
      if (isJson) io.stdout.write(`${JSON.stringify({ ...wish, result: outcome })}\n`);
      // Of a list, what went otherwise than it reads is named; the rest is counted.
      else if (list === null || ASIDE.has(outcome)) {
        const batchNow = batchAgainText(wish, before, await bench.enrolmentOf(wish.mac));
        io.stdout.write(`${enrolledText(wish, outcome, before)}${listedAs(wish.target)}${batchNow}\n`);
      }
    }
    if (list !== null && !isJson && counted.size > 0) writeText(io.stdout, listText(counted));
    const good = [...known.keys()];
    for (const text of await bench.doublePorts(new Set(good.map(({ mac }) => mac)))) say(text);
    await warnOfTargets(good, (wish) => list?.lines.get(wish.mac), { matrix, file, say, bench });
    return good;
  });
  for (const [why, places] of placesByWhy(problems)) say(`${file} ${linesText(places)}: ${why}`);
  if (problems.length === 0) return 0;
  const lost = problems.reduce((sum, { lines }) => sum + lines, 0);
  throw new AppError(
    'E_BAD_USAGE',
    `${countText(lost, 'row')} of ${file} left out, ${countText(wishes.length, 'phone')} taken`,
  );
}

/** The lines of each fault, the first line first: a column that was left empty is one fault and not fifty. */
function placesByWhy(problems: readonly { readonly line: number; readonly why: string }[]) {
  const places = new Map<string, number[]>();
  for (const { line, why } of problems.toSorted((a, b) => a.line - b.line)) {
    places.set(why, [...(places.get(why) ?? []), line]);
  }
  return places;
}

const MOST_LINES = 6;

function linesText(lines: readonly number[]): string {
  const named = lines.slice(0, MOST_LINES).map((line) => `line ${line}`);
  const more = lines.length - named.length;
  return `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** What becomes of a phone of a list that is worth a line of its own. */
const ASIDE: ReadonlySet<Enrolled> = new Set<Enrolled>(['changed', 'again', 'landed']);

/** What names one phone cannot stand beside a list of them. */
function refuseBeside(settings: Settings): void {
  for (const key of ['mac', 'port', 'serial'] as const) {
    if (!settings.has(key)) continue;
    throw new AppError('E_BAD_USAGE', `--${key} is for one phone and --from-csv for a list; give one of them`);
  }
}

interface UnknownSetup {
  readonly matrix: Matrix;
  readonly file: string | null;
  readonly say: (text: string) => void;
  readonly bench: Bench;
}

/** The store may be filled later, so that nothing is refused. */
async function warnOfTargets(
  wishes: readonly Wish[],
  lineOf: (wish: Wish) => number | undefined,
  { matrix, file, say, bench }: UnknownSetup,
): Promise<void> {
  const { packages, place, flags } = await bench.storeSeen();
  const index = packages === null ? null : { packages };
  const isKnown = (load: Wish['target']) => isKnownLoad(load, matrix, index);
  for (const unknown of unknownTargets(wishes, isKnown, lineOf)) say(unknownTargetText(unknown, file));
  // What a boot loader installed has a name of no release, and is not mistyped.
  const said = wishes.flatMap((wish) =>
    wish.from === null || bootLoaderLoad(wish.from) !== null ? [] : [{ ...wish, target: wish.from }],
  );
  const line = new Map(wishes.map((wish) => [wish.mac, lineOf(wish)]));
  for (const unknown of unknownTargets(said, isKnown, ({ mac }) => line.get(mac))) say(unknownFromText(unknown, file));
  // Where nothing was imported yet, every target is to come.
  if (index === null || index.packages.length === 0) return;
  const isThere = (load: Wish['target']) => !isKnown(load) || isStored(load, index);
  for (const lacking of unknownTargets(wishes, isThere, lineOf)) {
    say(
      lackingTargetText(lacking, file, {
        spellings: bothSpellings(lacking.load, matrix),
        needed: neededCommand(lacking.load),
        store: place,
        flags,
      }),
    );
  }
}

/** Nothing that a person says reaches a phone that takes or writes its load. */
const LATER = ', once it has shown what it runs: it may be writing its flash now, so leave its power on';

/** Does the same to every phone named; those that are not on the list are all named in one error. */
async function changeEach(
  context: CommandContext,
  which: (bench: Bench) => Promise<readonly MacAddress[]>,
  done: string,
  change: (bench: Bench, mac: MacAddress) => Promise<Changed>,
): Promise<{ readonly code: number; readonly serving: Awaited<ReturnType<Bench['serving']>> }> {
  const { settings, io } = context;
  return withBench(context, 'client', async (bench) => {
    const unknown: MacAddress[] = [];
    for (const mac of await which(bench)) {
      const changed = await change(bench, mac);
      if (changed === null) {
        unknown.push(mac);
        continue;
      }
      const later = changed.wasBusy ? LATER : '';
      io.stdout.write(
        settings.isOn('json') ? `${JSON.stringify({ mac, result: done })}\n` : `${mac} ${done}${later}\n`,
      );
    }
    if (unknown.length === 0) return { code: 0, serving: await bench.serving() };
    const are = unknown.length === 1 ? 'is' : 'are';
    throw new AppError('E_BAD_USAGE', `${unknown.join(', ')} ${are} not on the list; "loadstep status" shows who is`);
  });
}
