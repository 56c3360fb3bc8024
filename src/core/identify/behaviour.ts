import type { PatternCode } from '../explain/pattern-code.ts';
import type { AskedName } from '../names/asked-name.ts';
import type { Hop } from '../plan/plan.ts';
import { goesOn } from './proceedings.ts';
import { has, type Trace } from './trace.ts';

/** Something that a phone does and that has a name, as it is recorded. */
export interface Behaviour {
  readonly code: PatternCode;
  readonly reason: string;
  /** True when it has gone on for so long that nothing we do helps. */
  readonly isHopeless: boolean;
}

/** What a behaviour is read from. */
export interface BehaviourQuestion {
  readonly asked: AskedName;
  readonly at: number;
  readonly isNewRound: boolean;
  /** The trace up to and without this request, and with it. */
  readonly before: Trace;
  readonly trace: Trace;
  /** The pattern that was read last; see `PatternReading`. */
  readonly pattern: string | null;
  /** The hop that is offered or taken; null when there is none. */
  readonly hop: Hop | null;
  /** Whether the file that names the hop's load reached the phone in the round before this request. */
  readonly isShown: boolean;
  /** Times each file of the hop was asked for. */
  readonly taken: Readonly<Record<string, number>>;
  /** Manifests of the hop since the last image, less those that were lost on the way; absent is none. */
  readonly manifests?: number;
}

/** One missing trust list is normal; three requests for it and for nothing else are not (legacy-79x0 10 Q5). */
const CTL_LOOP = 3;
/** A phone that only asked for its trust list so often hears no answer of ours (invented). */
const CTL_HOPELESS = 12;
const SAME_NAME = 3;
/** An unprovisioned SIP phone polls every 31 s (legacy-79x0 11.1 H); a little room on both sides is invented. */
const POLL_MS = { from: 25_000, to: 40_000 };
/** It asks for signed files alone, so often that it takes no others (invented). */
const SIGNED_HOPELESS = 12;
/** A rejected pair is asked within a second (java-phones 4.4). */
export const MANIFEST_PAIR = 2;
/** Whole rounds of all archives: the second is worth a finding, after the third more will not help (invented). */
const ROUNDS = { worth: 2, hopeless: 3 };

/** What the phone's questions are known as; null while they are nothing out of the ordinary. */
export function behaviourOf(question: BehaviourQuestion): Behaviour | null {
  return (
    manifestRefused(question) ??
    signedConfigAsked(question) ??
    appBinAsked(question) ??
    ctlLoop(question) ??
    sepDefaultOnly(question) ??
    sipPoll(question) ??
    roundRestarted(question) ??
    huntOnly(question)
  );
}

/** Whether a question shows that a behaviour has ended, so that a phone held for it may be worth another try. */
export function hasEnded(code: string, asked: AskedName): boolean {
  switch (code) {
    case 'P_ENCRYPTED_CONFIG_ASKED':
    case 'P_SIGNED_CONFIG_ASKED':
      return asked.kind === 'sep-xml' || asked.kind === 'xml-default';
    case 'P_CTLSEP_LOOP':
      return asked.kind !== 'ctl-phone';
    case 'P_SEPDEFAULT_ONLY':
      return asked.kind !== 'sep-default';
    case 'P_HUNT_ONLY':
      return asked.kind === 'manifest' || asked.kind === 'image' || asked.kind === 'os79xx';
    case 'P_MANIFEST_LOOP':
      return asked.kind === 'image';
    case 'P_OTHER_MODEL':
      return asked.kind === 'sep-xml' || asked.kind === 'image';
    case 'P_AMBIGUOUS_ADDRESS':
      // A name without a MAC is tied to one phone only where nobody shares its address.
      return asked.mac === null;
    default:
      return false;
  }
}

/** A plain file under that name would be refused: the phone checks a signature that nobody here can make. */
function signedConfigAsked({ asked, trace }: BehaviourQuestion): Behaviour | null {
  if (asked.kind !== 'signed-config') return null;
  const isEncrypted = asked.name.toLowerCase().endsWith('.enc.sgn');
  const code = isEncrypted ? 'P_ENCRYPTED_CONFIG_ASKED' : 'P_SIGNED_CONFIG_ASKED';
  const reason = `asks ${asked.name}: it holds a trust list of an earlier call manager and takes signed files only`;
  const others = trace.steps.findLastIndex(({ kind }) => kind !== 'signed-config');
  const times = trace.steps.slice(others + 1).reduce((sum, step) => sum + step.times, 0);
  return { code, reason, isHopeless: times >= SIGNED_HOPELESS };
}

/**
 * A running Java phone took the manifest twice, whole, and goes on with what it runs (java-phones 4.4, 4.5): it has judged the load, and does not
 * come for an archive in this boot.
 */
function manifestRefused({ asked, trace, hop, manifests = 0 }: BehaviourQuestion): Behaviour | null {
  if (hop?.kind !== 'java-load' || manifests < MANIFEST_PAIR || !(goesOn(asked) || asked.kind === 'signed-config'))
    return null;
  const manifest = trace.steps.findLast(({ kind }) => kind === 'manifest' || kind === 'image');
  if (manifest?.kind !== 'manifest' || manifest.isGiven !== true || manifest.times < MANIFEST_PAIR) return null;
  return {
    code: 'P_MANIFEST_LOOP',
    reason: refusedManifest(hop, manifests, `went on to ${asked.name}`),
    isHopeless: true,
  };
}

/** That a phone took a manifest and nothing that it lists; `then` is what it did after that. */
export function refusedManifest({ load }: Hop, times: number, then: string): string {
  return `took the manifest of ${load} ${times} times, whole, and asked for no archive; it ${then}: it refuses its signature or hardware class`;
}

/** Whether a name is that of an 8.x application as `.bin`, which no release has (legacy-79x0 6). */
export function isAppBin(name: string): boolean {
  return /^P0S3-0?8-\d+-\d+\.bin$/i.test(name);
}

/** Somebody else named it to the phone. */
function appBinAsked({ asked }: BehaviourQuestion): Behaviour | null {
  if (!isAppBin(asked.name)) return null;
  const reason = `asked ${asked.name}, which no release has: a file that is not ours names it to the phone`;
  return { code: 'P_APP_BIN_ASKED', reason, isHopeless: false };
}

function ctlLoop({ trace }: BehaviourQuestion): Behaviour | null {
  const times = onlyAsked(trace, 'ctl-phone');
  if (times < CTL_LOOP) return null;
  const reason = `asked its trust list ${times} times and nothing else: the answer "file not found" does not reach it`;
  return { code: 'P_CTLSEP_LOOP', reason, isHopeless: times >= CTL_HOPELESS };
}

function sepDefaultOnly({ trace }: BehaviourQuestion): Behaviour | null {
  const times = onlyAsked(trace, 'sep-default');
  if (times < SAME_NAME) return null;
  const reason = `asked SEPDefault.cnf ${times} times and nothing else: a very old SCCP image`;
  return { code: 'P_SEPDEFAULT_ONLY', reason, isHopeless: false };
}

function sipPoll({ trace, at }: BehaviourQuestion): Behaviour | null {
  const last = trace.steps.at(-1);
  if (last === undefined || last.kind !== 'sip-phone' || last.times < SAME_NAME) return null;
  const everyMs = (at - last.at) / (last.times - 1);
  if (everyMs < POLL_MS.from || everyMs > POLL_MS.to) return null;
  const reason = `asks ${last.name} every ${Math.round(everyMs / 1000)} s: its SIP application runs and waits for its lines`;
  return { code: 'P_SIP_POLL_31S', reason, isHopeless: false };
}

/** All archives, whole, and then the manifest again without a configuration in between (java-phones 7.3). */
function roundRestarted({ asked, before, hop, taken }: BehaviourQuestion): Behaviour | null {
  if (hop === null || (hop.kind !== 'java-load' && hop.kind !== 'boot-loader')) return null;
  if (asked.kind !== 'manifest' && asked.kind !== 'term-default') return null;
  if (before.steps.at(-1)?.kind !== 'image') return null;
  const images = hop.files.filter((file) => file.role === 'image' && file.need === 'needed');
  const rounds = images.length === 0 ? 0 : Math.min(...images.map((file) => taken[file.name] ?? 0));
  if (rounds < ROUNDS.worth) return null;
  const reason = `fetched all archives of ${hop.load} ${rounds} times and began again from ${asked.name}: it refuses one of them, or loses its power`;
  return { code: 'P_ROUND_RESTARTED', reason, isHopeless: rounds >= ROUNDS.hopeless };
}

function huntOnly({ isNewRound, isShown, before, pattern, hop }: BehaviourQuestion): Behaviour | null {
  if (hop === null || !isNewRound || !isShown || pattern !== 'loader') return null;
  if (has(before, 'manifest', 'image')) return null;
  const reason = `hunted through its names, was shown ${hop.load}, and began to hunt again without asking for it`;
  return { code: 'P_HUNT_ONLY', reason, isHopeless: false };
}

/** How often the one name was asked that this trace holds; 0 when it holds others, or somebody else behind its address may have asked it. */
function onlyAsked(trace: Trace, kind: AskedName['kind']): number {
  const [first] = trace.steps;
  return trace.steps.length === 1 && first?.kind === kind && first.isUnsaid !== true ? first.times : 0;
}
