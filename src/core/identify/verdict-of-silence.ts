import { ignoresOs79xx, triggerFileOf } from '../answer/answer.ts';
import type { Protocol } from '../names/family.ts';
import type { Hop } from '../plan/plan.ts';
import { protocolAsking } from './application-name.ts';
import { mayAskSo } from './itl-files.ts';
import { areTwoLists } from './pattern.ts';
import { confirmed, goesOn, type Proceedings, tookImage, tookManifest, type Verdict } from './proceedings.ts';
import { AT_ONCE_MS, has, type Trace, type TraceStep, wentOnAtOnce } from './trace.ts';

/**
 * The configuration named the load, the phone read it and went on to its services: it runs that load, or it does not do what
 * it reads. Only that its bytes have reached it from us tells the two apart (docs/decisions/0012).
 */
export function byTakingNothing(p: Proceedings): Verdict | null {
  if (p.hop.kind !== 'java-load' && p.hop.kind !== 'image') return null;
  const round = p.isNewRound ? p.before : p.trace;
  if (!p.isShown || tookImage(round) || tookManifest(round) || areTwoLists(round)) return null;
  if (p.hop.kind === 'java-load' && !isListOf(round, p.hop)) return null;
  // What runs may be another load of the same protocol: it passes over that line, too.
  if (p.trigger === 'OS79XX.TXT' && ignoresOs79xx(p.hop.after, p.hop.load)) return null;
  const { protocol } = p.hop.after;
  const asking = protocolAsking(p.asked);
  // The old application of another protocol still runs.
  if (asking !== null && protocol !== null && asking !== protocol) return null;
  const isLast = p.nextImages.length === 0;
  // One that went for the load in vain, because nobody heard it, goes on as well, but later.
  const isPrompt = wentOnAtOnce(round, (step) => triggerFileOf(step.kind) === p.trigger);
  if (goesOn(p.asked) && isPrompt) {
    if (p.isAllSeen) return confirmed(takesNothing(p, `took nothing and went on to ${p.asked.name}`));
    // A phone may skip a line that is not for its type, so only its own file counts; and the protocol has to be the target's. Who asked for
    // images of this load, and did not get them, does not run it.
    const isOwnFile = p.trigger !== 'XMLDefault.cnf.xml' && !p.lacksImages;
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

/** Files in which an image from before the loader reads the name of a load of its own protocol (legacy-79x0 2, 5.2). */
const NAMING: Readonly<Partial<Record<Protocol, readonly TraceStep['kind'][]>>> = {
  SIP: ['sip-default', 'sip-phone'],
  SCCP: ['sep-xml', 'xml-default'],
};

/** Whether this is a file that reached the phone whole, and in which what a hop of a phone without a loader leads to reads the name of its load. */
export function hasReadItsName({ kind, isGiven }: TraceStep, { after }: Hop): boolean {
  return isGiven === true && after.protocol !== null && NAMING[after.protocol]?.includes(kind) === true;
}

/**
 * Whether a Java phone that runs the hop's load may have asked this list. A poll of its file alone may come from the boot in which it took
 * the archives, and kept its old load; and what lies in its other bank may ask as another release does.
 */
export function isListOf(round: Trace, hop: Hop): boolean {
  return has(round, 'ctl-phone') && mayAskSo(round, hop.after.releases);
}

/** A phone without a file of its own reads the default and asks for its own again: too soon to have restarted, or to have asked for more. */
function pollsOn({ isNewRound, asked, before, trace, trigger, wasHeard }: Proceedings): boolean {
  const last = before.steps.at(-1);
  // Its own file asked for twice may be one question, repeated.
  if (
    !wasHeard ||
    !isNewRound ||
    asked.kind !== 'sep-xml' ||
    last?.kind !== 'xml-default' ||
    triggerFileOf(last.kind) !== trigger
  )
    return false;
  return trace.startedAt - last.at <= AT_ONCE_MS;
}

/** The witness of a phone that read its configuration and asked for nothing more. */
export function quietWitness(hop: Hop, trigger: string): string {
  return `(b) ${trigger} named ${hop.load} after its images were taken; the phone took nothing and went quiet`;
}

function takesNothing(p: Proceedings, what: string): string {
  return `(b) ${p.trigger} named ${p.hop.load}; the phone ${what}`;
}
