import type { Answer } from '../../core/answer/answer.ts';
import { packageOf } from '../../core/answer/package-of-hop.ts';
import { contentOf, isOfContent } from '../../core/firmware/package-content.ts';
import type { AskedName } from '../../core/names/asked-name.ts';
import { isUnderWay } from '../../core/phone-states.ts';
import { isAllOf } from '../../core/plan/hop-progress.ts';
import type { Hop } from '../../core/plan/plan.ts';
import { isWithoutLoader } from '../../core/software.ts';
import type { GivenManifest } from '../memory/memory.ts';
import { OTHER_MANIFEST, PACKAGE_CHANGED, type Refusal } from './refusals.ts';
import type { SessionState } from './session-state.ts';

type GivenFile = Extract<Answer, { kind: 'file' }>;

/**
 * Sees to it that all that a phone takes in one round comes from the package whose manifest it was given: names are no proof of that,
 * since SIP and SCCP packages of one release, and two downloads of one load, share them with other bytes (java-phones 1.3).
 */
export class OnePackage {
  readonly #state: SessionState;

  constructor(state: SessionState) {
    this.#state = state;
  }

  /**
   * The phone asks for a file of its hop: what it took of a package that was replaced since counts no more, and the hop begins anew. One
   * that had taken all of it, and asks for the manifest in its next boot, has only to show that it runs.
   */
  look(asked: AskedName, at: number): void {
    const { phone, hop, context } = this.#state;
    if (hop === null || !isUnderWay(phone) || !this.#isReplaced(hop) || !isFileOf(hop, asked)) return;
    if (asked.kind !== 'image' && this.#hasOnlyToProve(hop)) return;
    const { begun, taken, unacked, hasTaken } = context;
    if (!hasTaken && begun.length + taken.length + unacked.length === 0) return;
    this.#state.apply({ type: 'package.changed', at });
    this.#state.road.plan(at);
  }

  /** Why a file is not given to the phone; null where it is of the package whose manifest the phone has. */
  refusal({ hop, role }: GivenFile): Refusal | null {
    const given = this.#given(hop);
    if (given === null) return null;
    if (role === 'manifest') return this.#hasOnlyToProve(hop) && this.#isReplaced(hop) ? PACKAGE_CHANGED : null;
    if (given.load !== hop.load) return OTHER_MANIFEST;
    return this.#isReplaced(hop) ? PACKAGE_CHANGED : null;
  }

  /** A file is about to be given. Who asks for an image and was given no manifest has one from elsewhere: the rest is to be of this package. */
  note({ hop, name, role }: GivenFile): void {
    const pack = packageOf(hop, this.#state.aids.index());
    if (pack === undefined) return;
    this.#state.noteBytes(hop, pack);
    if (!readsManifest(hop) || (role === 'image' && this.#given(hop) !== null)) return;
    const file = role === 'manifest' ? name : `${hop.load}.loads`;
    const { manifest } = this.#state.memory;
    const content = contentOf(pack, file);
    if (manifest?.load === hop.load && manifest.file === file && manifest.content === content) return;
    this.#state.memory = { ...this.#state.memory, manifest: { load: hop.load, file, content } };
  }

  /** Whether an image that was sent is one of the package whose manifest the phone has: its transfer may have begun before. */
  counts({ hop, name, sha1 }: GivenFile): boolean {
    const given = this.#given(hop);
    return given === null || (given.load === hop.load && isOfContent(given.content, name, sha1));
  }

  /** The manifest that the phone goes by; null where there is none, or where the images of its hop are taken without one. */
  #given(hop: Hop): GivenManifest | null {
    return readsManifest(hop) ? (this.#state.memory.manifest ?? null) : null;
  }

  /** Whether the package that the hop is served from holds other bytes than the one whose manifest of this load the phone was given. */
  #isReplaced(hop: Hop): boolean {
    const given = this.#given(hop);
    const pack = packageOf(hop, this.#state.aids.index());
    if (given === null || given.load !== hop.load || pack === undefined) return false;
    return contentOf(pack, given.file) !== given.content;
  }

  /** Whether it took all of its hop, and has begun one list since. */
  #hasOnlyToProve(hop: Hop): boolean {
    const { phone, context } = this.#state;
    return phone.state === 'confirming' && context.rounds === 0 && isAllOf(hop, context.taken);
  }
}

/** Images of the time before loaders are named one by one, and software without a loader asks for the image of its load at once. */
function readsManifest({ files, from }: Hop): boolean {
  const isAskedAtOnce = from.length > 0 && from.every(isWithoutLoader);
  return !isAskedAtOnce && files.some(({ role }) => role === 'manifest');
}

function isFileOf({ files }: Hop, { name }: AskedName): boolean {
  return files.some((file) => file.name.toLowerCase() === name.toLowerCase());
}
