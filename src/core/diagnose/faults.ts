import { explain } from '../explain/explain.ts';
import { entriesOfName } from '../explain/name-index.ts';
import type { HeardAt } from '../heard/heard.ts';
import { hasEnded } from '../identify/behaviour.ts';
import type { AskedKind } from '../names/asked-name.ts';
import { IMAGE_TIMES, judgeBrokenOff } from './broken-off.ts';
import type { Fault } from './diagnosis.ts';
import { FaultList, OVER } from './fault-list.ts';
import { type AskedStep, areOnlyRefusalsTold, type Dhcp, isRefused, type PhoneLog, type Round } from './phone-log.ts';
import type { Replay, Shown } from './replay.ts';
import { isToldExactly } from './told-exactly.ts';
import { hasLoader, isTooEarly } from './too-early.ts';

/** Entries of a name that say what is wrong with it, where others only say what it is. */
const NAMES = new Set([
  'P_APP_SBN_ASKED',
  'P_EXPANSION_MODULE',
  'P_INVALID_DEFAULT_LOAD_NAME',
  'P_LOADER_TOO_EARLY',
  'P_LOADER_NAMED_AS_LOAD',
  'P_LOAD_NAME_BLANK',
  'P_NAME_CUT_OFF',
  'P_OS79XX_TRAILING_BLANK',
  'P_OTHER_PHONE',
]);

/** Files by which a phone is told how to work; OS79XX.TXT names a load and nothing else. */
const CONFIGS: ReadonlySet<AskedKind> = new Set(['sep-xml', 'xml-default', 'sip-phone', 'sip-default', 'sep-cnf']);
/** So many rounds that fetch the manifest and nothing more are no accident (invented: a pair of fetches is normal). */
const MANIFEST_ROUNDS = 2;
/** Rounds in which the same image again is the same conversion (invented). */
const LAST_ROUNDS = 8;
/** A phone that fetched an image may be silent for so long (P_SILENT_AFTER_FLASH). */
const SILENT_MS = 10 * 60_000;
/** An address asked for in vain so often is that of a former network (legacy-79x0 7: four times were seen; a computer that moved asks less). */
const OLD_ADDRESS_TIMES = 3;

/** What else is known when a phone is judged. */
export interface FaultAids {
  /** The latest moment that any source tells; null where none does. */
  readonly until: number | null;
  /** How a file of this lower-case name is spelt elsewhere: in the store, or as it was sent to another phone. */
  readonly spellingOf: (lower: string) => string | null;
}

/** What went wrong with one phone, worst first, each code once. */
export function faultsOf(log: PhoneLog, { behaviours, patterns }: Replay, aids: FaultAids): readonly Fault[] {
  const found = new FaultList(log.rounds.length);
  const isQuiet = areOnlyRefusalsTold(log.rounds);
  for (const shown of behaviours) {
    const { code, reason, at, round } = shown;
    found.add(code, reason, at, endsLater(log.rounds, shown) ? OVER : round);
  }
  log.rounds.forEach((round, i) => {
    judgeNames(log.rounds, i, found);
    judgeRefusals(
      round,
      i,
      found,
      aids,
      behaviours.filter((shown) => shown.round === i),
    );
    judgeBrokenOff(round, i, found);
    judgeRound(round, i, patterns[i] ?? null, found, isQuiet);
  });
  judgeLoops(log.rounds, patterns, found);
  judgeSilence(log, found, aids.until);
  judgeTold(log, found);
  judgeAddresses(log, found);
  return found.all();
}

/** Whether a later question of the phone shows that it does so no more. */
function endsLater(rounds: readonly Round[], { code, at, round }: Shown): boolean {
  const [here, ...later] = rounds.slice(round);
  const rest = here?.steps.slice(here.steps.findIndex(({ first }) => first === at) + 1) ?? [];
  return [...rest, ...later.flatMap(({ steps }) => steps)].some(({ asked }) => hasEnded(code, asked));
}

function judgeNames(rounds: readonly Round[], index: number, found: FaultList): void {
  const round = rounds[index];
  if (round === undefined) return;
  for (const { asked, first, times } of round.steps) {
    for (const { code } of entriesOfName(asked.raw, () => null)) {
      if (!NAMES.has(code)) continue;
      const isOver = code === 'P_LOADER_TOO_EARLY' && hasLoader(rounds, index, first);
      found.add(code, `asked "${asked.raw}"`, first, isOver ? OVER : index, times * round.times);
    }
  }
}

function judgeRefusals(
  round: Round,
  index: number,
  found: FaultList,
  aids: FaultAids,
  behaviours: Replay['behaviours'],
): void {
  for (const step of round.steps) {
    const { asked, end } = step;
    if (!isRefused(step) || end === null) continue;
    const { kind, name } = asked;
    const times = round.times;
    const other = aids.spellingOf(name.toLowerCase());
    const isTold = isToldExactly(asked, other, behaviours);
    if (kind === 'image' && !isTold)
      found.add('P_FILE_REFUSED', `${name} was asked for and refused`, end.at, index, times);
    if (kind === 'manifest' && !isTold)
      found.add('P_MANIFEST_MISSING', `${name} was asked for and refused`, end.at, index, times);
    if (kind === 'term-default')
      found.add('P_NO_VALID_LOAD', `its boot loader asked ${name} and was refused`, end.at, index, times);
    if (kind !== 'image' && kind !== 'manifest' && kind !== 'term-default') continue;
    const isKnown = entriesOfName(name, () => null).some(({ code }) => code === 'P_WRONG_CASE');
    if (other !== null && other !== name)
      found.add('P_WRONG_CASE', `${name} was refused; there is ${other}`, end.at, index, times);
    else if (isKnown) {
      // Manifests say `Jar` and `CVM` where the archives are called `jar` and `cvm` (P_WRONG_CASE).
      const usual = name.replace(/^[A-Za-z]+/, (letters) => letters.toLowerCase());
      found.add(
        'P_WRONG_CASE',
        `${name} was refused; look for ${usual} in the folder of the server`,
        end.at,
        index,
        times,
      );
    }
  }
}

/** What a whole round tells that its single names do not. */
function judgeRound(round: Round, index: number, pattern: string | null, found: FaultList, isQuiet: boolean): void {
  const { steps, until, times } = round;
  const has = (kind: AskedKind) => steps.some(({ asked }) => asked.kind === kind);
  const gave = ({ end }: AskedStep) => end?.outcome === 'sent' || (isQuiet && end === null);
  const isGiven = steps.some((step) => CONFIGS.has(step.asked.kind) && gave(step));
  const last = steps.at(-1);
  if (last === undefined) return;
  if (pattern === 'loader' && !has('manifest') && !has('image') && has('mgc-default')) {
    if (isGiven) found.add('P_HUNT_ONLY', 'hunted through its names and asked for no load', last.first, index, times);
    else
      found.add(
        'P_TFTP_FILE_NOT_FOUND',
        'hunted through its names to the last one and asked for no load',
        until,
        index,
        times,
      );
  }
  const os79xx = steps.find(({ asked }) => asked.kind === 'os79xx');
  if (os79xx !== undefined && gave(os79xx) && !has('image') && !isGiven) {
    // One that works on the load that it names asks for its configuration, and gets it.
    found.add('P_TRIGGER_NOT_TAKEN', 'was given OS79XX.TXT and asked for no image', os79xx.first, index, times);
  } else if (os79xx !== undefined && has('sep-default') && !has('image') && (isGiven || steps.some(gave))) {
    const given = steps.find((step) => step.asked.kind !== 'os79xx' && gave(step)) ?? os79xx;
    const about = `was given ${given.asked.name}, went through its names to the last one and asked for no image`;
    found.add('P_TRIGGER_NOT_TAKEN', about, given.first, index, times);
  } else if (os79xx !== undefined && has('sep-default') && !has('image')) {
    // It goes on to SEPDefault.cnf only when none of the names before it was there.
    found.add(
      'P_CONFIG_ROUND_REPEATS',
      'went through its names to the last one and asked for no image',
      last.first,
      index,
      times,
    );
  }
  const sep = steps.find(({ asked }) => asked.kind === 'sep-xml');
  const isJava = pattern === 'java-application';
  if (isJava && sep !== undefined && isRefused(sep) && !isGiven && sep.end !== null) {
    found.add(
      'P_SEP_REFUSED',
      `${sep.asked.name} was refused, and no other configuration was given`,
      sep.end.at,
      index,
      times,
    );
  }
}

function judgeLoops(rounds: readonly Round[], patterns: Replay['patterns'], found: FaultList): void {
  const manifests = new Map<string, { rounds: number; at: HeardAt; last: number }>();
  const images = new Map<string, { whole: number; asked: number; at: HeardAt; last: number; inOne: number }>();
  rounds.forEach((round, index) => {
    const hasImage = round.steps.some(({ asked }) => asked.kind === 'image');
    for (const step of round.steps) {
      const { kind, name } = step.asked;
      // A manifest that did not arrive whole was judged by nobody.
      const isJudged = !isRefused(step) && step.end?.outcome !== 'broken-off';
      if (
        kind === 'manifest' &&
        !hasImage &&
        isJudged &&
        !goesOn(round, step) &&
        !isStarted(name, round, patterns[index + 1])
      ) {
        const known = manifests.get(name);
        manifests.set(name, { rounds: (known?.rounds ?? 0) + round.times, at: known?.at ?? step.first, last: index });
      }
      // What it took long before was another conversion.
      if (kind !== 'image' || index < rounds.length - LAST_ROUNDS) continue;
      const known = images.get(name);
      const whole = step.ends.sent * round.times;
      images.set(name, {
        whole: (known?.whole ?? 0) + whole,
        asked: (known?.asked ?? 0) + step.times * round.times,
        at: known?.at ?? step.first,
        last: index,
        inOne: Math.max(known?.inOne ?? 0, step.ends.sent),
      });
    }
  });
  for (const [name, { rounds: times, at, last }] of manifests) {
    if (times >= MANIFEST_ROUNDS && last >= rounds.length - 2) {
      found.add('P_MANIFEST_LOOP', `took ${name} in ${times} rounds and asked for no file of it`, at, last, times);
    }
  }
  for (const [name, { whole, at, last, inOne }] of images) {
    if (/\.sb2$/i.test(name) && inOne >= 2) {
      found.add('P_APPLICATION_REJECTED', `took ${name} whole ${inOne} times in one boot`, at, last, 1);
    } else if (whole >= IMAGE_TIMES) {
      const isOld = /^P0(0|S|M)3/i.test(name);
      const about = `took ${name} whole ${whole} times`;
      found.add(isOld ? 'P_IMAGE_AUTHENTICATION_FAILED' : 'P_ROUND_RESTARTED', about, at, last, whole);
    }
  }
}

/**
 * Whether the application that a manifest of a 7940/7960 names has begun a list of its own, as one of SCCP does (legacy-79x0 3.2, 5.4): what comes
 * next is not the loader's hunt.
 */
function isStarted(name: string, { times }: Round, next: string | null | undefined): boolean {
  return /^P0(0|S|M)3/i.test(name) && times === 1 && next !== undefined && next !== 'loader';
}

/** Whether the round went on to names that an application asks: it runs what the manifest names already. */
function goesOn(round: Round, step: AskedStep): boolean {
  return round.steps.slice(round.steps.indexOf(step) + 1).some(({ asked }) => asked.kind !== 'manifest');
}

function judgeSilence(log: PhoneLog, found: FaultList, until: number | null): void {
  const step = log.rounds.at(-1)?.steps.at(-1);
  if (step?.asked.kind !== 'image' || step.end?.outcome !== 'sent' || isTooEarly(step.asked)) return;
  const at = step.end.at.time;
  if (at === null || until === null || until - at < SILENT_MS) return;
  found.add(
    'P_SILENT_AFTER_FLASH',
    `took ${step.asked.name} whole and was not heard of again`,
    step.end.at,
    log.rounds.length,
  );
}

/** What the phone says of itself may be a message of the catalogue. */
function judgeTold(log: PhoneLog, found: FaultList): void {
  for (const told of log.told) {
    const [entry] = explain(told.words).filter(({ screen, code }) => {
      const plain = told.words.toLowerCase();
      return code.startsWith('P_') && screen.some((one) => one.length > 6 && plain.includes(one.toLowerCase()));
    });
    if (entry !== undefined) found.add(entry.code, `says "${told.words}"`, told, -1);
  }
}

function judgeAddresses(log: PhoneLog, found: FaultList): void {
  const [shared] = log.rounds;
  if (log.sharedBy.length > 0 && shared !== undefined) {
    const about = `${log.sharedBy.join(', ')} ask from ${log.addresses[0] ?? 'one address'} in turn: what has no MAC in its name is nobody's`;
    found.add('P_AMBIGUOUS_ADDRESS', about, shared.from, log.rounds.length);
  }
  const old = oldAddressOf(log);
  if (old === null) return;
  const { address, first, times } = old;
  found.add(
    'P_OLD_ADDRESS',
    `asked ${times} times for ${address}, which no DHCP server here gave it`,
    first,
    -1,
    times,
  );
}

/** An address that the phone keeps asking for and is not given; null where there is none. */
export function oldAddressOf({
  dhcp,
}: PhoneLog): { readonly address: string; readonly first: Dhcp; readonly times: number } | null {
  const wanted = dhcp.filter(({ message }) => message === 'request' || message === 'nak');
  for (const address of new Set(wanted.map((one) => one.address))) {
    const asked = wanted.filter((one) => one.address === address);
    const [first] = asked;
    const isGiven = dhcp.some((one) => one.address === address && (one.message === 'ack' || one.message === 'offer'));
    if (address === null || first === undefined || isGiven || asked.length < OLD_ADDRESS_TIMES) continue;
    return { address, first, times: asked.length };
  }
  return null;
}
