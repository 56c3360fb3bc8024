import type { AskedKind } from '../names/asked-name.ts';
import type { Protocol } from '../names/family.ts';
import type { LoadName } from '../names/load-name.ts';
import type { Hop } from '../plan/plan.ts';
import { protocolAsking } from './application-name.ts';
import { confirmed, goesOn, type Proceedings, tookImage, type Verdict } from './proceedings.ts';
import { has, hasAfter, isSoonAfter, type Trace, type TraceStep, wasGiven } from './trace.ts';

/** Phones with a loader (legacy-79x0 3.2, 11.1): the loader asks `.loads` at every boot, then starts the application. */
export function byLoader(p: Proceedings): Verdict | null {
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
  if (wasGiven(p.trace, manifest) && p.showsAll)
    return confirmed(`${why}.loads, without starting over: its application runs`);
  const isStarted = speaks === 'SCCP' && p.trace.afterManifest?.toLowerCase() === manifest.toLowerCase();
  // An SCCP application hunts for its configuration anew, so its trace begins after the manifest and the image.
  const isAfter = isStarted || p.trace.isAfterImage === true;
  if (!isHere && isAfter && speaks === 'SCCP' && p.isShown && p.isTaken)
    return confirmed(`${why} was started: its SCCP application runs`);
  // Its question for the image may have gone unheard.
  if (!isStarted && !(wasGiven(p.trace, manifest) && isSoonAfter(p.trace, manifest))) return null;
  // How often its manifest is taken in vain is counted where the phone has begun another list.
  const isDoubtful = hasDoubt(p);
  const isOpen = p.vouchedBy === null && !p.wasAsked;
  if ((p.isOther || isDoubtful || isOpen) && isStarted) return null;
  if (isDoubtful && !p.mayHaveAsked) {
    const reason = `${askedInVain(load)}, and with ${manifest} it asks for nothing more: ${eitherWay(load)}`;
    return { kind: 'denied', code: 'P_MANIFEST_LOOP', reason, mayRunIt: true };
  }
  if (p.isOther) {
    const reason = `${manifest} reached the phone whole, it asked for no image, and what it ran before runs on: it refuses that load`;
    return { kind: 'denied', code: 'P_MANIFEST_LOOP', reason };
  }
  if (p.mayHaveAsked || (p.gotItsLoader && !p.wasAsked)) return null;
  if (isOpen) return { kind: 'denied', code: 'P_MANIFEST_LOOP', reason: tookManifestAlone(load), mayRunIt: true };
  // A transfer that nobody saw the end of, since the server was away, counts neither way.
  const already = p.wasAsked ? 'took no image any more' : `ran ${load} already${vouchedText(p)}`;
  return confirmed(`${why}.loads, which reached it whole, and no image asked for: it ${already}`);
}

/** On whose word a manifest alone is believed. */
function vouchedText({ vouchedBy }: Proceedings): string {
  return vouchedBy === 'operator' ? ', as was said of it' : ', as it was shown to here before';
}

/**
 * Whether the application that asks may be the hop's or another one: the phone asked for a part of the load and was not seen to get its application. What
 * arrived to its last block is no doubt: the phone would ask for it again.
 */
function hasDoubt(p: Proceedings): boolean {
  if (p.showsAll) return false;
  return p.hasLoaderAlone || p.mayBeTaken || (p.lacksImages && !p.gotItsLoader);
}

/** What a phone with a loader did that may run a load, and may have given it up (docs/decisions/0016). */
export function askedInVain(load: LoadName): string {
  return `the phone asked for a part of ${load} before, and its application was not seen to reach it whole from here`;
}

/** What a phone with a loader did of which nobody says what it runs (docs/decisions/0039). */
export function tookManifestAlone(load: LoadName): string {
  return `${load}.loads reached the phone whole, it asked for no image, and nobody said what it ran: ${eitherWay(load)}`;
}

/** What that leaves open. */
export function eitherWay(load: LoadName): string {
  return `either it refuses ${load}, or it runs it already`;
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
 * ends on the manifest may have lost its power before it could ask for the image. An SCCP application begins a list of its own there, which
 * names no manifest; a loader that starts nothing hunts anew.
 */
function bySecondBoot(p: Proceedings): Verdict | null {
  const manifest = `${p.hop.load}.loads`;
  const wentRound = p.isNewRound && p.isSoon && p.wasHeard && p.fetched.length === 0;
  if (!wentRound || !p.showsAll || tookImage(p.before)) return null;
  const isPast = wasGiven(p.before, manifest) && wentOnItself(p.before) && !mayBeOther(p);
  const isOwnList = p.hop.after.protocol === 'SCCP' && isListAfter(p.before, manifest);
  return isPast || isOwnList ? confirmed(`(b) a boot that asked ${manifest} and took no image`) : null;
}

/** Whether the phone has gone on to other names after the last manifest, as far as that is told: its loader starts nothing, and somebody else behind its address may ask. */
function wentOnItself({ steps }: Trace): boolean {
  return steps.slice(steps.findLastIndex(({ kind }) => kind === 'manifest') + 1).some((one) => one.isUnsaid !== true);
}

/** Whether this list followed the manifest, and came as far as the configuration without asking for a manifest. */
function isListAfter(list: Trace, manifest: string): boolean {
  return list.afterManifest?.toLowerCase() === manifest.toLowerCase() && has(list, 'sep-xml') && !has(list, 'manifest');
}

/** Names that applications of one protocol ask, the default before their own, and of another never (legacy-79x0 3.1, 5, 5.3, 11.1). */
const ITS_NAMES: readonly { readonly protocol: Protocol; readonly byDefault: AskedKind; readonly own: AskedKind }[] = [
  { protocol: 'SIP', byDefault: 'sip-default', own: 'sip-phone' },
  { protocol: 'MGCP', byDefault: 'mgc-default', own: 'mgc-phone' },
];

/**
 * Whether the boot that took no image went on, after the manifest, to a name that applications of another protocol ask: that may be what runs. A
 * single name is enough for a doubt, and no proof like that of `otherApplicationIn`: a loader that was given nothing hunts through all of them.
 */
function mayBeOther({ before, hop }: Proceedings): boolean {
  const since = before.steps.slice(before.steps.findLastIndex(({ kind }) => kind === 'manifest') + 1);
  return since.some(({ kind }) => isOfOther(kind, hop));
}

/** Whether applications of another protocol than the hop's ask this name; a loader that hunts asks it, too. */
export function isOfOther(kind: AskedKind, { after }: Hop): boolean {
  return ITS_NAMES.some(
    ({ protocol, byDefault, own }) => protocol !== after.protocol && (kind === byDefault || kind === own),
  );
}

/** The protocol of the application that a round shows to run last, where that is not the hop's; null where none shows. */
export function otherApplicationIn(round: Trace, { kind, after }: Hop): Protocol | null {
  if (kind !== 'application' || after.protocol === null) return null;
  const steps = round.steps.slice(round.steps.findLastIndex((step) => step.kind === 'image') + 1);
  let shown: Protocol | null = null;
  for (const n of steps.keys()) shown = shownBy(steps.slice(0, n + 1), after.protocol) ?? shown;
  return shown === after.protocol ? null : shown;
}

/** A loader asks for the phone's own file before the default. */
function shownBy(steps: readonly TraceStep[], wanted: Protocol): Protocol | null {
  const last = steps.at(-1);
  if (last === undefined) return null;
  const list = steps.slice(steps.findLastIndex(({ kind }) => kind === 'ctl-phone' || kind === 'sep-xml') + 1);
  const isAfter = (kind: TraceStep['kind']) => list.slice(0, -1).some((step) => step.kind === kind);
  const named = ITS_NAMES.find(({ byDefault, own }) => last.kind === own && isAfter(byDefault));
  if (named !== undefined) return named.protocol;
  const asking = protocolAsking(last);
  // MGCP asks the ring list of SIP, too.
  if (asking !== null) return asking === 'SIP' && wanted !== 'SCCP' ? null : asking;
  return last.kind === 'xml-default' && isListOfSccp({ startedAt: 0, steps }) ? 'SCCP' : null;
}

/** Of which protocol the application is that asks; null when what asks may be a loader or anything else. */
export function protocolSpeaking({ asked, trace, hop }: Pick<Proceedings, 'asked' | 'trace' | 'hop'>): Protocol | null {
  if (asked.kind === 'sip-default' && !isHunt(trace)) return 'SIP';
  if (asked.kind === 'mgc-default' && !isHunt(trace)) return 'MGCP';
  const protocol = protocolAsking(asked);
  const isForSccp = hop.after.protocol === 'SCCP';
  // A SIP application asks SIPDefault.cnf before any of these; ring lists that both have tell nothing where SIP is to run.
  if (goesOn(asked)) return isForSccp ? (protocol ?? 'SCCP') : protocol === 'SCCP' ? 'SCCP' : null;
  return asked.kind === 'xml-default' && isListOfSccp(trace) ? 'SCCP' : null;
}

/** An SCCP application goes from its own file to the default; a loader asks its SIP and MGCP names in between (legacy-79x0 3.1, 5.4). */
function isListOfSccp(trace: Trace): boolean {
  return (
    has(trace, 'ctl-phone') &&
    hasAfter(trace, 'xml-default', 'sep-xml') &&
    !has(trace, 'sip-phone', 'mgc-phone', 'manifest')
  );
}

/** Names that a loader asks before SIPDefault.cnf and MGCDefault.cnf, and an application never does (legacy-79x0 3.1). */
const HUNTED: ReadonlySet<TraceStep['kind']> = new Set(['sip-phone', 'mgc-phone', 'xml-default']);

/**
 * A loader asks SIPDefault.cnf and MGCDefault.cnf at the end of a hunt in which it was given nothing. Of one that follows a manifest or an image
 * the first names may have gone unheard.
 */
function isHunt(trace: Trace): boolean {
  const { steps } = trace;
  const from = steps.findLastIndex(({ kind }) => kind === 'manifest' || kind === 'image');
  const isTail = steps.slice(from + 1, -1).some(({ kind }) => HUNTED.has(kind));
  return isTail || (has(trace, 'ctl-phone') && !has(trace, 'manifest'));
}

/** firmware-files 7: a rejected application is fetched whole twice in one boot, then the old one starts without a further word. */
function isRejected(p: Proceedings, isHere: boolean): boolean {
  const application = `${p.hop.load}.sb2`.toLowerCase();
  const times = (names: readonly string[]) => names.filter((name) => name.toLowerCase() === application).length;
  if (times(p.fetched) > 1) return true;
  // The application has begun a list of its own by now.
  return p.fetched.length === 0 && !isHere && times(p.fetchedBefore) > 1;
}

function wasAsked(trace: Trace, name: string): boolean {
  return trace.steps.some((step) => step.name.toLowerCase() === name.toLowerCase());
}
