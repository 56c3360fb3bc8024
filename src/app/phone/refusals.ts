import type { PhoneContext } from '../../../machines/phone-context.ts';
import { ALONE_THERE } from '../../core/explain/hold-advice.ts';
import type { Trace } from '../../core/identify/trace.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';

/** Why something that a phone asked for is not given to it though its hop needs it, and what a person can do about it. */
export interface Refusal {
  readonly reason: string;
  readonly advice: string;
  /** Under which `explain` tells more; absent where there is nothing more to tell. */
  readonly code?: string;
}

/** What a person does with a phone that writes nothing: its screen tells. */
export const WAIT_WHILE_WRITING =
  'leave its power on while its screen says Upgrading; when it is idle or dark and its last download was more than ten minutes ago (fifteen for a Java phone), unplug it for ten seconds and plug it in again';
export const RESTART_IDLE =
  'when its screen is idle and does not say Upgrading, unplug its power for ten seconds and plug it in again';

/** It was heard once, and not since a person asked something of it. */
export const HEARD_BEFORE: Refusal = {
  reason: 'it asked this server before, and has not asked since it was put on the list or was to start again',
  advice: `a phone asks only when it boots; ${RESTART_IDLE}`,
};

/** Where names alone tell who asks. */
export const TELL_BY_LEASES =
  'name the lease file of the DHCP server with --leases, or run loadstep on the network of the phones';

/** Where several phones named themselves at one address lately: names that came in turn tell nobody apart for a day (docs/decisions/0004). */
export const OWN_ADDRESS = `give each phone an address of its own, at which no other one has named itself today, or let the lease file of the DHCP server tell (--leases; with dnsmasq from the next renewal on); ${ALONE_THERE}`;

/** A landed phone asked without its name where another phone has named itself. */
export const SHARED_SINCE =
  'another phone named itself at its address lately (within a quarter of an hour, or in turn with it within a day), so nobody can tell who asks';

/** A landed phone's file was asked for under its name from an address that DHCP or the neighbour table gives to another device. */
export function askedFor(address: string, owner: MacAddress): Refusal {
  return {
    reason: `it was asked for under its name from ${address}, an address of ${owner} as DHCP or the neighbour table has it`,
    advice: `nothing, where somebody looked by hand; otherwise ${OWN_ADDRESS}`,
  };
}

/** Where a phone is, as was told, and whose address it is that another machine asked from; null for the server's own machine. */
export interface OtherMachine {
  readonly home: string;
  readonly owner: MacAddress | null;
}

/** A file of a phone was asked for under its name from this address, by a machine that is not the phone. */
export function askedByAnother(address: string, other: OtherMachine): Refusal {
  const { owner, home } = other;
  const whose = owner === null ? 'which is this machine' : `an address of ${owner} as the neighbour table has it`;
  return {
    reason: `somebody asked under its name from ${address}, ${whose}, while the phone itself is at ${home}: nothing is given there, and nothing that is asked there shows what the phone does`,
    advice: `nothing, where somebody looked by hand; ${whereItMoved(other)}`,
  };
}

/** What to do where the other machine stands before the phone itself. */
export function whereItMoved({ home }: OtherMachine): string {
  return `where the phone itself has moved behind another device, it is believed there half an hour after it was last heard at ${home} (a landed one after a day)`;
}

/** A boot whose first names were not heard reads like that of other software. */
export const HEADLESS: Refusal = {
  reason: 'the beginning of this boot was not heard, and without it nothing shows what runs now',
  advice: `wait for its next boot, of which everything will be heard; ${RESTART_IDLE}`,
};

/** The same of a landed phone, which runs on without what it asks for until it is restarted. */
export const HEADLESS_LANDED: Refusal = {
  reason: HEADLESS.reason,
  advice: `restart it once: ${RESTART_IDLE}; all of its next boot will be heard`,
};

/** Its loader was named no load, and started the application that it has. */
const AFTER_LOADER: Refusal = {
  reason:
    'its loader was named no load in this boot, its application runs now, and only a restart lets it read its load',
  advice: RESTART_IDLE,
};
const AFTER_MANIFEST: Refusal = {
  reason:
    'its loader took a manifest in this boot and nothing of what that lists, its application runs now, and only a restart lets it read its load',
  advice: RESTART_IDLE,
};
const MADE_TO_WAIT: Refusal = {
  reason: 'it was made to wait, its application runs now, and only a restart lets it read its load',
  advice: RESTART_IDLE,
};

/** Why a phone whose boot began with other names is given nothing; `hasWaited`: others went first in this hop. */
export function headless({ isAfterLoader, afterManifest }: Trace, hasWaited: boolean): Refusal {
  if (isAfterLoader !== true) return HEADLESS;
  if (afterManifest !== undefined) return AFTER_MANIFEST;
  return hasWaited ? MADE_TO_WAIT : AFTER_LOADER;
}

/** Its address changed between two files of its load: it has neither said its name there nor asked for the first of them. */
export const ELSEWHERE: Refusal = {
  reason:
    'it went on from another address in the middle of its files, and no phone is given some of them at one and some at another',
  advice: `wait: it begins anew at its next boot; ${RESTART_IDLE}`,
};

/** Other bytes lie under the names that its manifest lists. */
export const PACKAGE_CHANGED: Refusal = {
  reason:
    'its package was replaced by another one of the same name since it was given the manifest, and no phone is given files of both',
  advice: `nothing: its next boot begins with the new package; ${RESTART_IDLE}`,
  code: 'E_FIRMWARE_CHANGED',
};

/** It has the manifest of another load, which may list the same names. */
export const OTHER_MANIFEST: Refusal = {
  reason: 'the manifest that it was given last is that of another load, and no phone is given files of two',
  advice: `nothing: it is given the new manifest at its next boot; ${RESTART_IDLE}`,
};

/** A nameless trigger was given where only names tell who asks, and nothing was taken. */
export const GIVEN_ONCE: Refusal = {
  reason:
    'it was given to this address once and nothing was taken, and nothing but names tells that the address is still the phone’s own',
  advice: `${TELL_BY_LEASES}; without that it is held after its next round`,
};

/** What is asked without a name contradicts everything that the phone has shown. */
export const DOUBTED: Refusal = {
  reason:
    'this does not fit what the phone has shown, and nothing but its names tells that the address is still its own: another phone may have it by now',
  advice: `wait until it names itself again, in this round or the next; when that does not help, ${TELL_BY_LEASES}`,
};

/** Its power is about to go, or has just gone. */
export const POWER_CYCLED: Refusal = {
  reason: 'its power is being switched off and on',
  advice: 'nothing: it boots again at once, and is shown its load then',
};

/** Its power was being switched by a program that outlives its server, or that goes on while the phone is let go and enrolled again. */
export const POWER_LEFT: Refusal = {
  reason:
    'a command was begun that switches its power, and nobody knows whether that has ended: the power may still go',
  advice: `wait three minutes; ${RESTART_IDLE}`,
  code: 'P_POWER_CYCLED',
};

export const TOLD_TO_RESTART: Refusal = {
  reason: 'it was told to restart, and has not begun that yet',
  advice: 'nothing: it boots in a moment, and is shown its load then',
};

/** What it may be running does not all allow the step that it was to take. */
export function notAllowed(reason: string, { mac, target }: Pick<PhoneContext, 'mac' | 'target'>): Refusal {
  const say = `loadstep enroll --mac ${mac} --target ${target} --from <load on its display>`;
  return { reason, advice: `wait until it shows more of what it runs; to shorten that, say so: ${say}` };
}
