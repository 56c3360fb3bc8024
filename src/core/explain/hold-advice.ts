import type { HopKind } from '../matrix/hop-words.ts';
import { entryOf } from './catalogue.ts';
import { isForPhone, KEY_SEQUENCES, type KeysOf, type KeyTopic, PHONE_GROUPS } from './keys.ts';

const TOPICS: Readonly<Record<KeyTopic, string>> = {
  restart: 'to restart it when it is idle',
  unlock: 'to unlock its settings',
  'alternate-tftp': 'for its TFTP address',
  'erase-trust-lists': 'to forget trust lists',
  'factory-reset': 'for a factory reset, the last resort',
};

/** What advice on one phone is made of. */
export interface AdviceAbout {
  readonly mac: string;
  readonly target: string;
  /** The load of the hop that is under way; null when there is none. */
  readonly load: string | null;
  readonly kind: HopKind | null;
  /** SIP loads of the store that phones like it take; absent where they were not looked up. */
  readonly loads?: readonly string[];
}

/** The commands in which the ways out of a hold are told; `<…>` is for a person to fill in. */
const RETRY = 'loadstep retry';
const ANOTHER_TARGET = '<another load>';
/** A server reads its firmware when it starts, and when it is told to. */
export const LOOK_AGAIN = 'let the server look again (SIGHUP, or start it again)';
/** A phone that only polls its configuration may never ask for what names the load; what it asks at its boot does. */
/** What else stands at an address than other phones. */
export const ALONE_THERE =
  'where the phone is alone at its address, the log (address.ambiguous) says which other MAC a lease or the neighbour table has there: remove that lease, or, where a bridge or a repeater shows its own MAC, connect the phone by cable to the network of the server';
export const OR_RESTART = '; if its screen stays idle after that, restart it';
const enroll = (mac: string, target: string, from?: string) =>
  `loadstep enroll --mac ${mac} --target ${target}${from === undefined ? '' : ` --from ${from}`}`;

/** So many loads are named (invented). */
const MOST_LOADS = 4;

function ofTheStore(loads: readonly string[]): string {
  if (loads.length === 0) return '';
  const more = loads.length > MOST_LOADS ? ` or one of ${loads.length - MOST_LOADS} more` : '';
  return ` (in the store: ${loads.slice(0, MOST_LOADS).join(', ')}${more})`;
}

/** Codes whose advice names the phone itself; the others have the words of the catalogue. */
const WORDED: Readonly<Record<string, (about: AdviceAbout) => string>> = {
  E_FIRMWARE_CHANGED: () => `put the genuine file back into the firmware folder, then run: ${RETRY}`,
  E_FIRMWARE_UNREADABLE: () => `put the genuine file back into the firmware folder, then run: ${RETRY}`,
  E_WRONG_FAMILY: ({ mac, loads = [] }) =>
    `enrol it with a target of its own family${ofTheStore(loads)}, and with the model on its label where the list names another: ${enroll(mac, '<that load>')} --model <that model>; then restart it, since it shows what it runs only when it boots`,
  P_AMBIGUOUS_ADDRESS: () =>
    `give each phone an address of its own, or let the lease file of the DHCP server tell (--leases), or connect them one at a time (an address from which two asked in turn tells nobody apart for a day); ${ALONE_THERE}; a quarter of an hour later run: ${RETRY}`,
  P_APPLICATION_REJECTED: ({ mac, load }) =>
    `run: loadstep firmware verify; if every file is genuine, the phone does not run ${load ?? 'this load'}: ${enroll(mac, ANOTHER_TARGET)}, or ${RETRY} --mac ${mac}`,
  P_CONTRADICTION: ({ mac }) =>
    `look at the labels, and in the MAC table of the switch, for a second device with this MAC, and for another TFTP server that flashes the phone; when one phone alone asks here, run: ${RETRY} --mac ${mac}`,
  P_IMAGE_AUTHENTICATION_FAILED: refused,
  P_IMAGE_LOOP: () => `check its power, and cable, switch port and duplex between phone and server, then run: ${RETRY}`,
  P_MANIFEST_LOOP: ({ mac, kind }) => {
    const bridge =
      'where no 8.5(2) package of its family is in the firmware folder, put it there, since it is a step on the way, and the phone goes on from there; or ';
    const verify = `run: loadstep firmware verify; if its files are genuine, give it another target: ${enroll(mac, ANOTHER_TARGET)}`;
    const isJava = kind === 'boot-loader' || kind === 'java-load';
    const label = `compare the model on its label with the list; when it is another, run: ${enroll(mac, '<a load for that model>')} --model <that model>, and restart it now; when it is right, `;
    return `${isJava ? label : ''}${kind === 'boot-loader' ? bridge : ''}${verify}`;
  },
  P_NEEDS_RESTART: () => 'it is writing nothing now: unplug its power for ten seconds and plug it in again',
  P_OTHER_PHONE: ({ mac }) =>
    `check the model on its label, and take it off the list: loadstep release --mac ${mac}; the server that it had before goes on serving it`,
  P_POWER_LOST: ({ load, target }) =>
    `keep its power on while ${load ?? target} is written; see: loadstep explain P_POWER_LOST`,
  P_ROUND_RESTARTED: (about) => `check its power: it must not fail while the phone writes; ${refused(about)}`,
  P_SEPDEFAULT_ONLY: ({ mac, target, load }) =>
    load === null
      ? adviceOn('P_SEPDEFAULT_ONLY')
      : `${load} was named to it in the one file that it asks for; restart it once, then run: ${RETRY} --mac ${mac}; when its display shows a load that is no SCCP load before 3.x, say so: ${enroll(mac, target, '<that load>')}; when it takes nothing again, its build may take loads from a CallManager only, as one report says: loadstep release --mac ${mac}; more: loadstep explain P_SEPDEFAULT_ONLY`,
  P_SILENT_AFTER_FLASH: () =>
    'look at its screen: while it says Upgrading, wait; when it is idle or dark and its last download was more than ten minutes ago (fifteen for a Java phone), unplug its power for ten seconds and plug it in again',
  P_SNAPSHOT_UNREADABLE: () => `look at its screen; when it is not upgrading, run: ${RETRY}`,
  P_TRIGGER_NOT_TAKEN: ({ mac, target, kind }) => {
    const own = kind === 'java-load' || kind === 'boot-loader' ? '; erase trust lists of an earlier server' : '';
    return `check on its screen that it uses this server, and which load it runs; when that is ${target} already, there is nothing to do: loadstep release --mac ${mac}; when it is another, say so: ${enroll(mac, target, '<that load>')}${own}; then restart the phone`;
  },
  P_UNPROVEN: ({ mac, target }) =>
    `read the load on its display and enter it: ${enroll(mac, target, '<that load>')}; then restart the phone`,
};

/** Advice to a phone that has everything whole and runs none of it. */
export function refused({ mac }: Pick<AdviceAbout, 'mac'>): string {
  return `run: loadstep firmware verify; if every file is genuine, the phone does not take this release: ${enroll(mac, ANOTHER_TARGET)}, or ${RETRY} --mac ${mac}`;
}

/** Advice to a phone that came for a file which its load does not have. */
export function lacksFile({ mac }: Pick<AdviceAbout, 'mac'>): string {
  return `it takes this release through that file only: when the genuine package has it, put it into the firmware folder and run: ${RETRY} --mac ${mac}; a release before 7.x has no .loads, so give it another target then: ${enroll(mac, ANOTHER_TARGET)}`;
}

/** Advice on a phone that may run its target already. */
export function whenItRuns({ mac, target }: Pick<AdviceAbout, 'mac' | 'target'>): string {
  return `read the load on its display; when that is ${target}, there is nothing to do: loadstep release --mac ${mac}; when it is another, say so: ${enroll(mac, target, '<that load>')}; then restart the phone`;
}

/** Advice on a phone that looks like other models than its target is for. */
export function whenItLooksLike({ mac, target }: Pick<AdviceAbout, 'mac' | 'target'>): string {
  return `read the model on its label and enrol it with a target for that: ${enroll(mac, '<that load>')}; when ${target} is for that model, say which it is: ${enroll(mac, target)} --model <model>`;
}

/** Advice on a phone that does not show whether it runs what its operator said. */
export function whenSaid(said: string, { mac, target }: Pick<AdviceAbout, 'mac' | 'target'>): string {
  return `--from ${said} was entered: when its display shows another load, enter that: ${enroll(mac, target, '<that load>')}; when it shows ${said}, see that DHCP names this server alone; then restart the phone twice, three minutes apart`;
}

/** Advice on a phone that runs the load which it was named, unless it is true what the operator says that it runs. */
export function whenWordIsFalse(about: {
  readonly mac: string;
  readonly target: string;
  readonly load: string;
  readonly said: string;
}): string {
  const { mac, target, load, said } = about;
  return `read the load on its display; when that is ${load}, say so: ${enroll(mac, target, load)}; when it is ${said}, run: loadstep firmware verify; if its files are genuine, give it another target: ${enroll(mac, ANOTHER_TARGET)}`;
}

/** Advice on a phone with a loader that either refuses this load or runs it already: the name of its loader, which it may show too, tells nothing. */
export function whenItMayRun({ mac, target, load }: Record<'mac' | 'target' | 'load', string>): string {
  return `read the application load on its display ("Application Load ID" with SIP 8.x); when that is ${load}, say so: ${enroll(mac, target, load)}; then restart the phone, and it lands; when it is another, it refuses ${load}: run: loadstep firmware verify; if its files are genuine, give it another target: ${enroll(mac, ANOTHER_TARGET)}`;
}

/** Advice where files are missing, or where no road leads on. `packages` are those that would do, in words; empty where none is known. */
export function adviceOnFiles(missing: readonly string[], packages = ''): string {
  if (missing.length === 0) return 'choose another target, or see: loadstep plan';
  const what = packages === '' ? missing.slice(0, 6).join(', ') : packages;
  return `loadstep firmware import ARCHIVE, with ${what}; then ${LOOK_AGAIN}, and the phone goes on${OR_RESTART}`;
}

/** Advice where files were there and are not any more. */
export function adviceOnFilesBack(missing: readonly string[]): string {
  return `put ${missing.slice(0, 6).join(', ')} back into the firmware folder; then ${LOOK_AGAIN}, and the phone goes on${OR_RESTART}`;
}

/** Advice where the files are there, and are not what they should be. */
export function adviceOnUnfit(loads: readonly string[]): string {
  const names = loads.slice(0, 6);
  const look = names.map((load) => `loadstep firmware verify ${load}`).join('; ');
  return `${look}, which ${names.length === 1 ? 'says' : 'say'} what is wrong; import the genuine archive of ${names.join(', ')}, and ${LOOK_AGAIN}; then the phone goes on${OR_RESTART}`;
}

/** What a person can do about one phone that is held for a code. */
export function adviceFor(code: string, about: AdviceAbout): string {
  return Object.hasOwn(WORDED, code) ? (WORDED[code]?.(about) ?? '') : adviceOn(code);
}

/** The advice of a hold that does not end by itself any more. */
export function thenRetry(advice: string): string {
  return `${advice}; then run: ${RETRY}`;
}

/** What the catalogue advises on a code, in plain words; empty when it has none. */
export function adviceOn(code: string): string {
  return (entryOf(code)?.advice ?? []).join(' ').replaceAll('`', '"');
}

/** Advice with the keys that a code may need on such a phone; those of both groups when it is not known which it is. */
export function withKeys(code: string, advice: string, of: KeysOf): string {
  const topics = entryOf(code)?.keys ?? [];
  const kinds = of === null ? (['79x0', 'java'] as const) : ([of] as const);
  const keys = topics.flatMap((topic) =>
    kinds.flatMap((kind) => {
      const found = KEY_SEQUENCES.find((one) => one.topic === topic && isForPhone(one, kind));
      const on = found === undefined || of !== null ? '' : ` (${PHONE_GROUPS[found.phones]})`;
      return found === undefined ? [] : [`${TOPICS[topic]}${on}: ${found.keys}`];
    }),
  );
  return keys.length === 0 ? advice : `${advice.replace(/\.$/, '')}. Keys ${keys.join('; ')}`;
}
