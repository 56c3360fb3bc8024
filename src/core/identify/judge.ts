import { triggerFileOf } from '../answer/answer.ts';
import type { AskedName } from '../names/asked-name.ts';
import type { Protocol } from '../names/family.ts';
import type { Hop } from '../plan/plan.ts';
import { protocolAsking } from './application-name.ts';
import { areCompatible, type Evidence } from './evidence.ts';
import { areTwoLists, mayAskSo, type PatternReading } from './pattern.ts';
import { AT_ONCE_MS, has, isSoonAfter, type Trace, type TraceStep, wasGiven, wentOnAtOnce } from './trace.ts';

/** The letter that a witness begins with (design: a request pattern, a second boot, the phone's page, a registration). */
export type WitnessKind = '(a)' | '(b)' | '(c)' | '(d)' | 'other';

/** What a request proves about the hop that is under way. */
export type Verdict =
  | { readonly kind: 'confirmed'; readonly witnesses: readonly string[] }
  | {
      readonly kind: 'denied';
      readonly code: 'P_POWER_LOST' | 'P_APPLICATION_REJECTED' | 'P_MANIFEST_LOOP';
      readonly reason: string;
    }
  /** An application asks although an image of this round did not arrive whole: what ran before runs on. */
  | { readonly kind: 'broken'; readonly file: string };

/** Everything a verdict depends on. */
export interface Proceedings {
  readonly hop: Hop;
  /** Images that only the next hop publishes; asking for one proves that the present hop worked. */
  readonly nextImages: readonly string[];
  readonly asked: AskedName;
  readonly isNewRound: boolean;
  /** Whether it came from another address than the request before it: it says nothing of the boot that went on there. */
  readonly isElsewhere: boolean;
  /** The trace up to and without this request, and with it. */
  readonly before: Trace;
  readonly trace: Trace;
  readonly reading: PatternReading | null;
  /** Whether the file that names the hop's load reached the phone in the round before this request. */
  readonly isShown: boolean;
  /** The trigger file by which it was shown. */
  readonly trigger: string;
  /** Images that reached the phone whole in the round before this request, each as often as it did. */
  readonly fetched: readonly string[];
  /** The same of the last round before that one in which any did. */
  readonly fetchedBefore: readonly string[];
  /** An image that was asked for in the round before this request and did not arrive whole; null when there is none. */
  readonly broken: string | null;
  /** Whether the phone has everything that the hop needs: each image reached it whole from us, in this hop. */
  readonly isTaken: boolean;
  /** The same, where the acknowledgement of a last block may be what is missing. Then only a boot after it can tell. */
  readonly mayBeTaken: boolean;
  /**
   * Whether everything was sent to its last block, acknowledged or not, as far as this server has lived to see: what was under way when one
   * was killed may have broken off anywhere.
   */
  readonly isAllSeen: boolean;
  /** Whether an image of the hop was ever asked for in this hop. */
  readonly wasAsked: boolean;
  /** Whether somebody who may have been this phone asked for an image of the hop in this round, and got none. */
  readonly mayHaveAsked: boolean;
  /** Whether what ran before the hop is known to be another load than the hop's. */
  readonly isOther: boolean;
  /**
   * Whether too little time went by since the last name of the round before for anybody else to have flashed the phone: what that round
   * showed is true of what asks now.
   */
  readonly isSoon: boolean;
  /** Whether the phone went for this very load when this trigger file named it: so it would again, if it did not run it. */
  readonly wentForIt: boolean;
  /** Whether the phone, as it is now, has gone for another load that this trigger file named: so it does what it reads there. */
  readonly hasFollowed: boolean;
  /** Whether the hop's load was proven to run before, by bytes that reached the phone from us. */
  readonly wasProven: boolean;
  /** Whether the server listened ever since the round before this request was shown its trigger. */
  readonly wasHeard: boolean;
  /** Whether the phone booted after it had everything. */
  readonly isBack: boolean;
  /** Whether it tells something that the phone asked for nothing more in the round before this request. */
  readonly doesSilenceTell: boolean;
}

/** The verdict on one request; null while nothing is proven either way. */
export function judge(p: Proceedings): Verdict | null {
  if (p.isElsewhere) return null;
  const verdicts = [byNextHop(p), byBootLoader(p), byLoader(p), byPattern(p), byOtherBank(p), byTakingNothing(p)];
  const denial = verdicts.find((verdict) => verdict?.kind === 'denied');
  if (denial?.code === 'P_APPLICATION_REJECTED') return denial;
  const proofs = verdicts.filter((verdict) => verdict?.kind === 'confirmed');
  if (proofs.length > 0) return confirmed(...proofs.flatMap((verdict) => verdict.witnesses));
  return denial ?? verdicts.find((verdict) => verdict?.kind === 'broken') ?? null;
}

function confirmed(...witnesses: string[]): Verdict {
  return { kind: 'confirmed', witnesses };
}

function byNextHop(p: Proceedings): Verdict | null {
  if (p.asked.kind !== 'image' || !p.mayBeTaken) return null;
  const isNext = p.nextImages.some((name) => name.toLowerCase() === p.asked.name.toLowerCase());
  if (!isNext || p.hop.files.some((file) => file.name.toLowerCase() === p.asked.name.toLowerCase())) return null;
  return confirmed(`asked for ${p.asked.name}, which only software after ${p.hop.load} takes`);
}

/** A boot loader asks for nothing but its own files (java-phones 4.3): any other head means that an application runs. */
function byBootLoader(p: Proceedings): Verdict | null {
  if (p.hop.kind !== 'boot-loader' || !p.mayBeTaken || !has(p.trace, 'ctl-phone', 'sep-xml')) return null;
  return confirmed(
    `boot after the archives of ${p.hop.load}: an application asks ${p.asked.name}, not the boot loader`,
  );
}

/** Phones with a loader (legacy-79x0 3.2, 11.1): the loader asks `.loads` at every boot, then starts the application. */
function byLoader(p: Proceedings): Verdict | null {
  if (p.hop.kind !== 'application') return null;
  return byApplication(p) ?? bySecondBoot(p);
}

/** An application of the phone asks: the hop's, or the one that was there before. */
function byApplication(p: Proceedings): Verdict | null {
  const { load } = p.hop;
  const speaks = protocolSpeaking(p);
  if (speaks === null) return null;
  const manifest = `${load}.loads`;
  const isHere = wasAsked(p.trace, manifest);
  if (isRejected(p, isHere)) {
    const reason = `${load}.sb2 was fetched whole twice in one boot and an application started: the old one`;
    return { kind: 'denied', code: 'P_APPLICATION_REJECTED', reason };
  }
  if (p.broken !== null) return { kind: 'broken', file: p.broken };
  if (speaks !== p.hop.after.protocol) return null;
  // It may have hunted anew while nobody listened, or have been given another load.
  if (!p.wasHeard || !startsSoon(p.trace)) return null;
  const why = `(a) ${p.asked.name} after ${load}`;
  if (tookImage(p.trace)) {
    // Its last block was not acknowledged: an application that asks in the same boot may be the old one.
    return p.isTaken && isHere ? confirmed(`${why}.loads, without starting over: its application runs`) : null;
  }
  // One that was refused its manifest, or never had the answer whole, may start what it had before.
  if (wasGiven(p.trace, manifest) && p.mayBeTaken)
    return confirmed(`${why}.loads, without starting over: its application runs`);
  const isStarted = speaks === 'SCCP' && p.trace.afterManifest?.toLowerCase() === manifest.toLowerCase();
  // An SCCP application hunts for its configuration anew, so its trace begins after the manifest and the image.
  const isAfter = isStarted || p.trace.isAfterImage === true;
  if (!isHere && isAfter && speaks === 'SCCP' && p.isShown && p.isTaken)
    return confirmed(`${why} was started: its SCCP application runs`);
  // Its question for the image may have gone unheard.
  if (!isStarted && !(wasGiven(p.trace, manifest) && isSoonAfter(p.trace, manifest))) return null;
  // How often its manifest is taken in vain is counted where the phone has begun another list.
  if (p.isOther && isStarted) return null;
  if (p.isOther) {
    const reason = `${manifest} reached the phone whole, it asked for no image, and what it ran before runs on: it refuses that load`;
    return { kind: 'denied', code: 'P_MANIFEST_LOOP', reason };
  }
  if (p.mayHaveAsked) return null;
  // A transfer that nobody saw the end of, since the server was away, counts neither way.
  const already = p.wasAsked ? 'took no image any more' : `ran ${load} already`;
  return confirmed(`${why}.loads, which reached it whole, and no image asked for: it ${already}`);
}

/** An application that was just taken asks 46 to 69 s after its image (legacy-79x0 11.1); five minutes are invented, to be sure. */
const STARTS_WITHIN_MS = 5 * 60_000;

function startsSoon({ steps }: Trace): boolean {
  const image = steps.findLast(({ kind }) => kind === 'image');
  const now = steps.at(-1);
  return image === undefined || now === undefined || now.at - image.at < STARTS_WITHIN_MS;
}

/**
 * A boot that asked for the manifest, took nothing and went on to other names, before an application of the phone was heard. One that
 * ends on the manifest may have lost its power before it could ask for the image; only an SCCP application has no further names in
 * the same list, since it begins a list of its own.
 */
function bySecondBoot(p: Proceedings): Verdict | null {
  const { load } = p.hop;
  const wentRound = p.isNewRound && p.isSoon && p.wasHeard && p.fetched.length === 0;
  if (!wentRound || !p.mayBeTaken || !wasGiven(p.before, `${load}.loads`) || tookImage(p.before)) return null;
  const isCut = p.before.steps.at(-1)?.kind === 'manifest' && p.hop.after.protocol !== 'SCCP';
  if (isCut) return null;
  return confirmed(`(b) a boot that asked ${load}.loads and took no image`);
}

/** Of which protocol the application is that asks; null when what asks may be a loader or anything else. */
function protocolSpeaking({ asked, trace, hop }: Proceedings): Protocol | null {
  if (asked.kind === 'sip-default' && !isHunt(trace)) return 'SIP';
  if (asked.kind === 'mgc-default' && !isHunt(trace)) return 'MGCP';
  const protocol = protocolAsking(asked);
  const isForSccp = hop.after.protocol === 'SCCP';
  // A SIP application asks SIPDefault.cnf before any of these; ring lists that both have tell nothing where SIP is to run.
  if (goesOn(asked)) return isForSccp ? (protocol ?? 'SCCP') : protocol === 'SCCP' ? 'SCCP' : null;
  // An SCCP application goes from its own file to the default; a loader asks its SIP and MGCP names in between (legacy-79x0 3.1, 5.4).
  const isSccp = asked.kind === 'xml-default' && has(trace, 'ctl-phone') && has(trace, 'sep-xml');
  return isSccp && !has(trace, 'sip-phone', 'mgc-phone', 'manifest') ? 'SCCP' : null;
}

/** A loader asks SIPDefault.cnf and MGCDefault.cnf at the end of a hunt in which it was given nothing. */
function isHunt(trace: Trace): boolean {
  return has(trace, 'ctl-phone') && !has(trace, 'manifest');
}

/** firmware-files 7: a rejected application is fetched whole twice in one boot, then the old one starts without a further word. */
function isRejected(p: Proceedings, isHere: boolean): boolean {
  const application = `${p.hop.load}.sb2`.toLowerCase();
  const times = (names: readonly string[]) => names.filter((name) => name.toLowerCase() === application).length;
  if (times(p.fetched) > 1) return true;
  // The application has begun a list of its own by now.
  return p.fetched.length === 0 && !isHere && times(p.fetchedBefore) > 1;
}

/** The pattern of a boot after the images excludes everything that ran before the hop, or what was to run after it. */
function byPattern(p: Proceedings): Verdict | null {
  if (p.reading === null || !p.mayBeTaken || p.hop.kind === 'application') return null;
  // What goes on in the boot in which a last block was not acknowledged may be what was there before.
  if (!p.isTaken && p.trace.steps.slice(0, -1).some(({ kind }) => kind === 'image')) return null;
  const { software, why } = p.reading;
  const mayBeOld = software.some((one) => p.hop.from.some((from) => areCompatible(one, from)));
  const mayBeNew = software.some((one) => areCompatible(one, p.hop.after));
  // A Java phone that runs the load asks for no manifest.
  const wantsIt = p.hop.kind === 'java-load' && (tookManifest(p.trace) || mayHaveAskedInVain(p));
  if (mayBeNew && !mayBeOld && mayBeOfAnother(p)) return null;
  if (mayBeNew && !mayBeOld && !wantsIt) return confirmed(`(a) boot after ${p.hop.load}: ${why}`);
  if (mayBeOld && !mayBeNew && p.isTaken && p.isBack) {
    const reason = `${p.hop.load} reached the phone whole and yet the old software runs (${why}): power lost while writing, or the image was refused`;
    return { kind: 'denied', code: 'P_POWER_LOST', reason };
  }
  return null;
}

/** Files in which an image from before the loader reads the name of its load (legacy-79x0 2, 5.2). */
const NAMING: Readonly<Partial<Record<Protocol, readonly TraceStep['kind'][]>>> = {
  SIP: ['sip-default', 'sip-phone'],
  SCCP: ['sep-xml', 'xml-default'],
};

/**
 * Whether another server may have given the phone another load of this generation and protocol since it took its last one here: its list begins late
 * enough for that, and it has not read yet what names its load and gone on.
 */
function mayBeOfAnother({ hop, trace, nextImages }: Proceedings): boolean {
  const { protocol } = hop.after;
  const kinds = protocol === null ? undefined : NAMING[protocol];
  if (hop.kind !== 'image' || nextImages.length > 0 || trace.isAfterImage === true || kinds === undefined) return false;
  return tookImage(trace) || !wentOnAtOnce(trace, ({ kind, isGiven }) => isGiven === true && kinds.includes(kind));
}

/** A Java phone that has every archive and asks as loads do that are older, or newer, than the hop's: something else runs. */
function byOtherBank({ hop, trace, isTaken, isBack }: Proceedings): Verdict | null {
  const isRound = hop.kind === 'java-load' && isTaken && isBack && has(trace, 'ctl-phone') && !tookImage(trace);
  if (!isRound || mayAskSo(trace, hop.after.releases)) return null;
  const names = has(trace, 'itl-phone', 'itl-file') ? 'ITL files' : 'no ITL file';
  const reason = `${hop.load} reached the phone whole and yet it asks ${names}, which is not how that load begins: power lost while writing, or the load was refused`;
  return { kind: 'denied', code: 'P_POWER_LOST', reason };
}

/** It went on late after what names its load, in a boot before which another server may have flashed it: its question may have gone unheard. */
function mayHaveAskedInVain({ trace, trigger }: Proceedings): boolean {
  const isTrigger = (step: TraceStep) => triggerFileOf(step.kind) === trigger;
  const hasGoneOn = trace.steps.slice(0, -1).some(isTrigger);
  return trace.isAfterImage !== true && hasGoneOn && !wentOnAtOnce(trace, isTrigger);
}

/**
 * The configuration named the load, the phone read it and went on to its services: it runs that load, or it does not do what
 * it reads. Only that its bytes have reached it from us tells the two apart (docs/decisions/0012).
 */
function byTakingNothing(p: Proceedings): Verdict | null {
  if (p.hop.kind !== 'java-load' && p.hop.kind !== 'image') return null;
  const round = p.isNewRound ? p.before : p.trace;
  if (!p.isShown || tookImage(round) || tookManifest(round) || areTwoLists(round)) return null;
  if (p.hop.kind === 'java-load' && !isListOf(round, p.hop)) return null;
  const { protocol } = p.hop.after;
  const asking = protocolAsking(p.asked);
  // The old application of another protocol still runs.
  if (asking !== null && protocol !== null && asking !== protocol) return null;
  const isLast = p.nextImages.length === 0;
  // One that went for the load in vain, because nobody heard it, goes on as well, but later.
  const isPrompt = wentOnAtOnce(round, (step) => triggerFileOf(step.kind) === p.trigger);
  if (goesOn(p.asked) && isPrompt) {
    if (p.isAllSeen) return confirmed(takesNothing(p, `took nothing and went on to ${p.asked.name}`));
    // A phone may skip a line that is not for its type, so only its own file counts; and the protocol has to be the target's.
    const isOwnFile = p.trigger !== 'XMLDefault.cnf.xml';
    // That it went for another load which the same file named lets it go on; nobody lands on that.
    if (isOwnFile && p.hasFollowed && !isLast)
      return confirmed(takesNothing(p, `does what it reads there, took nothing and went on to ${p.asked.name}`));
    if (isOwnFile && p.wasProven && asking !== null)
      return confirmed(
        takesNothing(p, `which had taken it from us before, took nothing and went on to ${p.asked.name}`),
      );
  }
  if (p.isAllSeen && p.wentForIt && pollsOn(p))
    return confirmed(takesNothing(p, `took nothing and asked ${p.asked.name} again`));
  // Its power may have gone before it could ask. That lets a phone land; no further hop is built on it.
  // Another first name is that of another program: it may have lost its load since.
  const isSameList = p.asked.kind === p.before.steps[0]?.kind;
  if (p.isNewRound && isSameList && p.isTaken && p.wasHeard && isLast && p.isSoon && p.doesSilenceTell)
    return confirmed(takesNothing(p, 'took nothing and began its list anew'));
  return null;
}

/**
 * Whether a Java phone that runs the hop's load may have asked this list. A poll of its file alone may come from the boot in which it took
 * the archives, and kept its old load; and what lies in its other bank may ask as another release does.
 */
export function isListOf(round: Trace, hop: Hop): boolean {
  return has(round, 'ctl-phone') && mayAskSo(round, hop.after.releases);
}

/** A phone without a file of its own reads the default and asks for its own again: too soon to have restarted, or to have asked for more. */
function pollsOn({ isNewRound, asked, before, trace, trigger }: Proceedings): boolean {
  const last = before.steps.at(-1);
  // Its own file asked for twice may be one question, repeated.
  if (!isNewRound || asked.kind !== 'sep-xml' || last?.kind !== 'xml-default' || triggerFileOf(last.kind) !== trigger)
    return false;
  return trace.startedAt - last.at <= AT_ONCE_MS;
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

/** A witness in words, without the letter of its kind; docs/decisions/0016 explains the four. */
export function witnessText(witness: string): string {
  return witness.replace(/^\([a-d]\) /, '');
}

function takesNothing(p: Proceedings, what: string): string {
  return `(b) ${p.trigger} named ${p.hop.load}; the phone ${what}`;
}

/** Names that phones are known to ask next; any other may have come from somebody else behind the address. */
function goesOn({ kind }: AskedName): boolean {
  return kind === 'service' || kind === 'locale';
}

function wasAsked(trace: Trace, name: string): boolean {
  return trace.steps.some((step) => step.name.toLowerCase() === name.toLowerCase());
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
