import { askerOf, rulesFrom } from '../../src/core/matrix/allowance.ts';
import type { Rule } from '../../src/core/matrix/matrix.ts';
import { parseLoadName } from '../../src/core/names/load-name.ts';
import { matrix } from '../plan/store.ts';
import { type Kind, kindOf } from '../support/dossier.ts';
import type { FixedFirmware } from './firmware.ts';
import type { Reach } from './judged.ts';
import { takes } from './naive-server.ts';
import { candidatesOfStart, type Pair, type PhoneKind } from './pairs.ts';

/** What the matrix says of one step, alone. */
interface Ruling {
  readonly isAllowed: boolean;
  /** Ids of the rules; null where no rule speaks of it. */
  readonly rule: string | null;
  /** Why a phone may do otherwise; null where nothing is said. */
  readonly careful: string | null;
}

const RULES = new Map<string, Rule>(matrix.rules.map((rule) => [rule.id, rule]));

const rulings = new Map<string, Ruling>();

/** Whether the step is allowed from everything that a phone with this load may be; the model makes no difference. */
function rulingOn(pair: Pair): Ruling {
  const key = `${pair.family} ${pair.from} ${pair.target}`;
  const known = rulings.get(key) ?? ruled(pair);
  rulings.set(key, known);
  return known;
}

function ruled(pair: Pair): Ruling {
  const target = parseLoadName(pair.target);
  if (!target.ok) throw new Error(target.error);
  const found = candidatesOfStart(pair).software.map((one) => rulesFrom(askerOf(matrix, one), target.value));
  const refusal = found.find((one) => 'allowed' in one);
  if (refusal !== undefined && 'allowed' in refusal) {
    const rule = refusal.rule;
    return { isAllowed: false, rule, careful: rule === null ? null : (RULES.get(rule)?.careful ?? null) };
  }
  const rules = [...new Set(found.flatMap((one) => ('allowed' in one ? [] : one)))];
  const careful = rules.map((rule) => rule.careful).find((text) => text !== undefined) ?? null;
  return { isAllowed: true, rule: rules.map(({ id }) => id).join(' + '), careful };
}

/** A step that phones take and no rule speaks of, by what runs and what is named: it is refused since no source describes it. */
interface Undescribed {
  readonly from: readonly Kind[];
  readonly to: readonly Kind[];
  readonly why: string;
}

const UNSIGNED_SIP: readonly Kind[] = ['sip-2', 'sip-3', 'sip-4.4'];
const SIGNED_IMAGES: readonly Kind[] = ['sccp-5', 'sccp-6', 'sip-5', 'sip-6'];

/** Every such step has to be of one of these rows (legacy-79x0 4.2). */
const UNDESCRIBED: readonly Undescribed[] = [
  {
    from: ['sccp-3'],
    to: ['sccp-3', ...UNSIGNED_SIP, 'sip-5'],
    why: 'of what unsigned SCCP takes only SIP 5.3, SIP 6.x and SCCP 5.0 are described',
  },
  {
    from: UNSIGNED_SIP,
    to: [...UNSIGNED_SIP, 'sip-5'],
    why: 'of unsigned SIP only the way over 3.0, 4.4 and 5.3 is described',
  },
  { from: ['sccp-5', 'sccp-6'], to: SIGNED_IMAGES, why: 'one signed SCCP image for another is described by nobody' },
  { from: ['sccp-8'], to: SIGNED_IMAGES, why: 'the way down to 5.x and 6.x is described from SIP 7.x only' },
  {
    from: ['mgcp-7'],
    to: [...SIGNED_IMAGES, 'sip-8', 'sccp-8', 'mgcp-7'],
    why: 'of what MGCP 7.7 takes only SCCP 8.1 is described',
  },
  { from: ['sccp-6'], to: ['mgcp-7'], why: 'whether SCCP 6.x has a loader is not known' },
];

function undescribedRow({ from, target }: Pair): Undescribed | null {
  const [was, is] = [kindOf(from), kindOf(target)];
  if (was === undefined || is === undefined) return null;
  return UNDESCRIBED.find((row) => row.from.includes(was) && row.to.includes(is)) ?? null;
}

/** What one kind of phone takes at one step each, for one model. */
export class Steps {
  readonly #taken = new Map<string, Map<string, Pair>>();

  /** Tries each of these steps with a phone of its own. */
  static async of(kind: PhoneKind, firmware: FixedFirmware, pairs: readonly Pair[]): Promise<Steps> {
    const steps = new Steps();
    for (const pair of pairs) {
      if (pair.from === pair.target) continue;
      if (await takes(kind.make(pair, firmware), pair.target, firmware)) steps.#add(pair);
    }
    return steps;
  }

  has({ from, target }: Pair): boolean {
    return this.#taken.get(from)?.has(target) === true;
  }

  /** Whether the phone could be brought from one load to another, and what would be against it. */
  reach({ from, target }: Pair): Reach {
    const isAllowed = (ruling: Ruling) => ruling.isAllowed;
    if (this.#leads(from, target, isAllowed)) return 'allowed';
    if (this.#leads(from, target, (ruling) => !isBlunt(ruling))) return 'careful';
    return this.#leads(from, target, () => true) ? 'contradiction' : 'never';
  }

  #add(pair: Pair): void {
    const taken = this.#taken.get(pair.from) ?? new Map<string, Pair>();
    this.#taken.set(pair.from, taken.set(pair.target, pair));
  }

  #leads(from: string, target: string, mayUse: (ruling: Ruling) => boolean): boolean {
    const seen = new Set([from]);
    for (const at of seen) {
      for (const [to, step] of this.#taken.get(at) ?? []) if (mayUse(rulingOn(step))) seen.add(to);
    }
    return seen.has(target);
  }
}

/** Refused by a rule that says nothing of care: the phone refuses too, or something is wrong. */
function isBlunt({ isAllowed, rule, careful }: Ruling): boolean {
  return !isAllowed && rule !== null && careful === null;
}

/** Why what the matrix says of a step and what a phone does contradict each other; null when they do not. */
export function contradictionIn(pair: Pair, isTaken: boolean): string | null {
  const ruling = rulingOn(pair);
  const step = `${pair.model}: ${pair.from} to ${pair.target}`;
  if (ruling.isAllowed) {
    return isTaken || ruling.careful !== null
      ? null
      : `${step} is allowed by ${ruling.rule}, and the phone does not take it`;
  }
  if (!isTaken || ruling.careful !== null) return null;
  if (ruling.rule !== null) return `${step} is refused by ${ruling.rule}, and the phone takes it`;
  return undescribedRow(pair) === null
    ? `${step} is taken, and neither a rule nor a row of UNDESCRIBED speaks of it`
    : null;
}
