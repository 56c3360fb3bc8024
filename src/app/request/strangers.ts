import { BoundedMap } from '../../core/bounded-map.ts';
import type { BatchEvent } from '../../core/history/event.ts';
import { type Evidence, NO_EVIDENCE, observe, type ReadingAids } from '../../core/identify/evidence.ts';
import type { AskedName } from '../../core/names/asked-name.ts';
import type { FamilyId, ModelId } from '../../core/names/family.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { otherPhoneOf } from '../../core/names/other-phones.ts';
import { describeSoftware } from '../../core/software-words.ts';
import { namelessReason, type ToldOwner } from '../../core/who/nameless.ts';

/** Phones that nobody enrolled are remembered up to this number: anybody who makes up MACs must not fill the memory. */
const MOST_STRANGERS = 4096;
/** The same for addresses whose phone has no name; each leaves a row in the record. */
const MOST_NAMELESS = 256;

const TELL_ITS_MAC =
  'name the lease file of the DHCP server with --leases, or put phone and server on one network, and power-cycle the phone';

const ONE_NETWORK = 'put phone and server on one network, and power-cycle the phone';

function toldAdvice({ mac: told, isListed }: ToldOwner): string {
  if (isListed) {
    return `if ${told} is on its label, power-cycle it: from its next DHCP handshake on its lease tells where it is; otherwise ${ONE_NETWORK}`;
  }
  return `if ${told} is on the label of the phone, run: loadstep enroll --mac ${told} --target LOAD; otherwise ${ONE_NETWORK}`;
}

/** What is to be said of a phone that is not converted, and what a person can do about it. */
export interface Remark {
  readonly reason: string;
  readonly advice: string;
  readonly code?: string;
}

/** What is to be said of a phone of which only the address is known, and what its row has of it. */
export interface NamelessRemark extends Remark, Pick<BatchEvent, 'told' | 'isListed'> {
  readonly family: FamilyId;
}

interface Stranger {
  readonly evidence: Evidence;
  /** Whether it has begun its list of names a second time: it has shown all it shows. */
  readonly hasGoneRound: boolean;
  readonly isTold: boolean;
  /** Whether it has asked for what only another kind of phone has; absent is no. */
  readonly isOther?: boolean;
}

/** What phones have shown that nobody enrolled, for those who enrol whatever comes; in memory only. */
export class Strangers {
  readonly #aids: ReadingAids;
  readonly #known = new BoundedMap<MacAddress, Stranger>(MOST_STRANGERS);
  readonly #nameless = new Set<string>();

  constructor(aids: ReadingAids) {
    this.#aids = aids;
  }

  /**
   * The evidence after what a phone asked by now. A model that a DHCP lease tells counts, as it does for phones on the list. Where only names tell
   * who asks, what has none and contradicts the others is another phone's.
   */
  learn(
    mac: MacAddress,
    asked: readonly AskedName[],
    at: number,
    { model, isByNames }: { readonly model: ModelId | null; readonly isByNames: boolean },
  ): Evidence {
    const was = this.#known.get(mac) ?? { evidence: NO_EVIDENCE, hasGoneRound: false, isTold: false };
    let { evidence, hasGoneRound } = was;
    if (model !== null) evidence = { ...evidence, vendorModel: model };
    for (const one of asked) {
      const seen = observe(evidence, one, at, this.#aids);
      if (isByNames && one.mac === null && seen.isContradiction) continue;
      evidence = seen.evidence;
      hasGoneRound ||= seen.isNewRound;
    }
    this.#known.set(mac, { ...was, evidence, hasGoneRound });
    return evidence;
  }

  forget(mac: MacAddress): void {
    this.#known.delete(mac);
  }

  /** What a phone of unproven family has shown, once it has gone round all its names; null before. */
  ambiguous(mac: MacAddress): Evidence | null {
    const stranger = this.#known.get(mac);
    if (stranger === undefined || !stranger.hasGoneRound || stranger.isOther === true) return null;
    const { evidence } = stranger;
    return evidence.software.length > 0 && provenFamily(evidence) === null ? evidence : null;
  }

  /** Why a phone that has gone round all its names was not enrolled; told once. */
  remark(mac: MacAddress, hasTarget: (family: FamilyId) => boolean): Remark | null {
    const stranger = this.#known.get(mac);
    if (stranger === undefined || stranger.isTold || !stranger.hasGoneRound) return null;
    this.#known.set(mac, { ...stranger, isTold: true });
    const { evidence } = stranger;
    const family = provenFamily(evidence);
    const reason =
      family === null
        ? `not enrolled: its questions do not prove its family (${describeSoftware(evidence.software)})`
        : hasTarget(family)
          ? 'not enrolled: so many phones are on the list that none enrols itself any more'
          : `not enrolled: no --target is for its family, ${family}`;
    return { reason, advice: `to convert it, run: loadstep enroll --mac ${mac} --target LOAD --model MODEL` };
  }

  /** Whether a phone has shown by a name that it is none that is converted. */
  isOther(mac: MacAddress, asked: AskedName): boolean {
    return this.#known.get(mac)?.isOther === true || otherPhoneOf(asked.name)?.other.isPhone === true;
  }

  /** What is to be said of a phone that asks for what only another kind of phone has; told once. */
  other(mac: MacAddress, asked: AskedName): Remark | null {
    const named = otherPhoneOf(asked.name);
    if (named?.other.isPhone !== true) return null;
    const was = this.#known.get(mac) ?? { evidence: NO_EVIDENCE, hasGoneRound: false, isTold: false };
    if (was.isOther === true) return null;
    this.#known.set(mac, { ...was, isOther: true, isTold: true });
    return {
      code: 'P_OTHER_PHONE',
      reason: `seen asking for ${asked.name}: it is ${named.other.phones}, which loadstep does not convert`,
      advice: 'nothing to do here: leave it to the server that it had before',
    };
  }

  /** What is to be said of a boot loader behind an address that tells no MAC, or (`told`) one that is not believed; once for each address. */
  nameless(asked: AskedName, address: string, told: ToldOwner | null): NamelessRemark | null {
    if (asked.kind !== 'term-default' || this.#nameless.has(address) || this.#nameless.size >= MOST_NAMELESS)
      return null;
    const family = this.#aids.termFamily(asked.term);
    if (family === null) return null;
    this.#nameless.add(address);
    const remark = { family, reason: namelessReason(family, address, told) };
    if (told === null) return { ...remark, advice: TELL_ITS_MAC };
    return { ...remark, advice: toldAdvice(told), told: told.mac, ...(told.isListed ? { isListed: true } : {}) };
  }
}

/** The one family that everything the evidence admits belongs to; null while it is not proven. */
export function provenFamily(evidence: Evidence): FamilyId | null {
  const family = evidence.software[0]?.family ?? null;
  return evidence.software.every((one) => one.family === family) ? family : null;
}
