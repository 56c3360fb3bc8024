import { triggerFileOf } from '../answer/answer.ts';
import type { AskedName } from '../names/asked-name.ts';
import type { Hop } from '../plan/plan.ts';
import { protocolAsking } from './application-name.ts';
import { areCompatible, type Evidence } from './evidence.ts';
import type { PatternReading } from './pattern.ts';
import { has, type Trace, wentOnAtOnce } from './trace.ts';

/** The letter that a witness begins with (design: a request pattern, a second boot, the phone's page, a registration). */
export type WitnessKind = '(a)' | '(b)' | '(c)' | '(d)' | 'other';

/** What a request proves about the hop that is under way. */
export type Verdict =
  | { readonly kind: 'confirmed'; readonly witnesses: readonly string[] }
  | { readonly kind: 'denied'; readonly code: 'P_POWER_LOST' | 'P_APPLICATION_REJECTED'; readonly reason: string };

/** Everything a verdict depends on. */
export interface Proceedings {
  readonly hop: Hop;
  /** Images that only the next hop publishes; asking for one proves that the present hop worked. */
  readonly nextImages: readonly string[];
  readonly asked: AskedName;
  readonly isNewRound: boolean;
  /** The trace up to and without this request, and with it. */
  readonly before: Trace;
  readonly trace: Trace;
  readonly reading: PatternReading | null;
  /** Whether the file that names the hop's load reached the phone in the round before this request. */
  readonly isShown: boolean;
  /** The trigger file by which it was shown. */
  readonly trigger: string;
  /** Images delivered whole in the round before this request. */
  readonly fetched: readonly string[];
  /** Whether the phone once took everything that the hop needs. */
  readonly hasTaken: boolean;
  /** Whether all images that the hop needs were asked for: the last ACK may be lost although the phone has them. */
  readonly wasAsked: boolean;
  /** Whether the phone, as it is now, has gone for another load that this trigger file named: so it does what it reads there. */
  readonly hasFollowed: boolean;
  /** Whether the evidence, or the operator, says that it runs the hop's load and nothing else. */
  readonly isKnown: boolean;
  /** Whether the server listened ever since the round before this request was shown its trigger. */
  readonly wasHeard: boolean;
  /** Whether the phone booted after it had everything. */
  readonly isBack: boolean;
}

/** The verdict on one request; null while nothing is proven either way. */
export function judge(p: Proceedings): Verdict | null {
  const verdicts = [byNextHop(p), byBootLoader(p), byLoader(p), byPattern(p), byTakingNothing(p)];
  const proofs = verdicts.filter((verdict) => verdict?.kind === 'confirmed');
  const denial = verdicts.find((verdict) => verdict?.kind === 'denied');
  if (proofs.length === 0) return denial ?? null;
  return confirmed(...proofs.flatMap((verdict) => verdict.witnesses));
}

function confirmed(...witnesses: string[]): Verdict {
  return { kind: 'confirmed', witnesses };
}

function byNextHop(p: Proceedings): Verdict | null {
  if (p.asked.kind !== 'image' || !p.hasTaken) return null;
  const isNext = p.nextImages.some((name) => name.toLowerCase() === p.asked.name.toLowerCase());
  if (!isNext || p.hop.files.some((file) => file.name.toLowerCase() === p.asked.name.toLowerCase())) return null;
  return confirmed(`asked for ${p.asked.name}, which only software after ${p.hop.load} takes`);
}

/** A boot loader asks for nothing but its own files (java-phones 4.3): any other head means that an application runs. */
function byBootLoader(p: Proceedings): Verdict | null {
  if (p.hop.kind !== 'boot-loader' || !p.hasTaken || !has(p.trace, 'ctl-phone', 'sep-xml')) return null;
  return confirmed(
    `boot after the archives of ${p.hop.load}: an application asks ${p.asked.name}, not the boot loader`,
  );
}

/** Phones with a loader (legacy-79x0 3.2, 11.1): the loader asks `.loads` at every boot, then starts the application. */
function byLoader(p: Proceedings): Verdict | null {
  if (p.hop.kind !== 'application') return null;
  const manifest = `${p.hop.load}.loads`.toLowerCase();
  const wasAsked = (trace: Trace) => trace.steps.some((step) => step.name.toLowerCase() === manifest);
  const isSip = p.hop.after.protocol === 'SIP' && p.asked.kind === 'sip-default';
  const isMgcp = p.hop.after.protocol === 'MGCP' && p.asked.kind === 'mgc-default';
  const isSccp = p.hop.after.protocol === 'SCCP' && goesOn(p.asked) && protocolAsking(p.asked) !== 'SIP';
  const application = `${p.hop.load}.sb2`.toLowerCase();
  // firmware-files 7: a rejected application is fetched twice, then the old one starts without a further word.
  if ((isSip || isMgcp || isSccp) && p.fetched.filter((name) => name.toLowerCase() === application).length > 1) {
    const reason = `${p.hop.load}.sb2 was fetched whole twice in one boot and an application started: the old one`;
    return { kind: 'denied', code: 'P_APPLICATION_REJECTED', reason };
  }
  if ((isSip || isMgcp) && wasAsked(p.trace)) {
    return confirmed(`(a) ${p.asked.name} after ${p.hop.load}.loads and no hunt in between: its application runs`);
  }
  if (isSccp && (wasAsked(p.trace) || (p.isShown && p.hasTaken))) {
    return confirmed(`(a) ${p.asked.name} after ${p.hop.load} was started: its SCCP application runs`);
  }
  const wentRound = p.isNewRound && p.wasHeard && p.fetched.length === 0;
  if (wentRound && p.hasTaken && wasAsked(p.before) && !tookImage(p.before)) {
    return confirmed(`(b) a boot that asked ${p.hop.load}.loads and took no image`);
  }
  return null;
}

/** The pattern of a boot after the images excludes everything that ran before the hop, or what was to run after it. */
function byPattern(p: Proceedings): Verdict | null {
  if (p.reading === null || !p.wasAsked || p.hop.kind === 'application') return null;
  const { software, why } = p.reading;
  const mayBeOld = software.some((one) => p.hop.from.some((from) => areCompatible(one, from)));
  const mayBeNew = software.some((one) => areCompatible(one, p.hop.after));
  if (mayBeNew && !mayBeOld) return confirmed(`(a) boot after ${p.hop.load}: ${why}`);
  if (mayBeOld && !mayBeNew && p.hasTaken && p.isBack) {
    const reason = `${p.hop.load} reached the phone whole and yet the old software runs (${why}): power lost while writing, or the image was refused`;
    return { kind: 'denied', code: 'P_POWER_LOST', reason };
  }
  return null;
}

/**
 * The configuration named the load, the phone read it and went on to its services: it runs that load, or it does not do what
 * it reads. What it took in this hop tells the two apart, and so does that it has done what it read there before
 * (docs/decisions/0012).
 */
function byTakingNothing(p: Proceedings): Verdict | null {
  if (p.hop.kind !== 'java-load' && p.hop.kind !== 'image') return null;
  const round = p.isNewRound ? p.before : p.trace;
  if (!p.isShown || tookImage(round) || tookManifest(round)) return null;
  const { protocol } = p.hop.after;
  const asking = protocolAsking(p.asked);
  // The old application of another protocol still runs.
  if (asking !== null && protocol !== null && asking !== protocol) return null;
  // A phone may skip a line that is not for its type; so without a download before, only its own file is a witness.
  const isOwnFile = p.trigger !== 'XMLDefault.cnf.xml';
  const doesWhatItReads = p.wasAsked || p.hasFollowed || (p.isKnown && asking !== null);
  // One that went for the load in vain, because nobody heard it, goes on as well, but later.
  const isPrompt = wentOnAtOnce(round, (step) => triggerFileOf(step.kind) === p.trigger);
  if (goesOn(p.asked) && isPrompt && (p.hasTaken || (isOwnFile && doesWhatItReads)))
    return confirmed(takesNothing(p, `went on to ${p.asked.name}`));
  // Its power may have gone before it could ask. That lets a phone land; no further hop is built on it.
  const isLast = p.nextImages.length === 0;
  if (p.isNewRound && p.hasTaken && p.wasHeard && isLast) return confirmed(takesNothing(p, 'began its list anew'));
  return null;
}

/** The witness of a phone that read its configuration and asked for nothing more. */
export function quietWitness(hop: Hop, trigger: string): string {
  return `(b) ${trigger} named ${hop.load} after its images were taken; the phone took nothing and went quiet`;
}

/** The letter of a witness, such as `(b)`; the others are of one kind. */
export function witnessKind(witness: string): WitnessKind {
  const [letter] = /^\([a-d]\)/.exec(witness) ?? [];
  return (letter as WitnessKind | undefined) ?? 'other';
}

function takesNothing(p: Proceedings, what: string): string {
  return `(b) ${p.trigger} named ${p.hop.load}; the phone took nothing and ${what}`;
}

/** Names that phones are known to ask next; any other may have come from somebody else behind the address. */
function goesOn({ kind }: AskedName): boolean {
  return kind === 'service' || kind === 'locale';
}

function tookImage(trace: Trace): boolean {
  return has(trace, 'image');
}

function tookManifest(trace: Trace): boolean {
  return has(trace, 'manifest');
}

/**
 * Everything the phone may run once it asked for the last image it needs: what ran before, or what was to come. What the
 * operator said of it holds for what ran before.
 */
export function duringFlash(evidence: Evidence, hop: Hop): Evidence {
  const before = evidence.software.length > 0 ? evidence.software : hop.from;
  if (before.some((one) => one.load === hop.after.load && one.load !== null)) return evidence;
  return { ...evidence, software: [...before, hop.after], stated: { ...evidence.stated, from: null } };
}
