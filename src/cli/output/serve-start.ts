import { type AccountsTold, parkedText } from '../../app/told/accounts-told.ts';
import { familyOfLoad } from '../../core/names/load-name.ts';
import { countText } from '../../core/text/amounts.ts';

interface Configured {
  readonly pbx: string;
  /** Whether phones are told a time server. */
  readonly hasTimeServer?: boolean;
  /** Loads that phones on the list are to land on. */
  readonly targets?: readonly string[];
}

/** What somebody uses who has typed `sudo`, and has not that in his own name. */
export interface SudoTold {
  readonly user: string;
  readonly record: string;
  readonly firmware: readonly string[];
  /** The flags that lead to what that user has without it; null where there is nothing. */
  readonly own: string | null;
}

export interface ServeStart {
  /** Addresses of this machine that phones can reach. */
  readonly addresses: readonly string[];
  readonly port: number;
  /** What redirects the questions of phones on the list, such as `table ip loadstep_6969 of nftables`; null when nothing of ours does. */
  readonly redirect: string | null;
  /** Of the phones on the list. */
  readonly states: readonly string[];
  /** Loads of the store that may be shown to a phone. */
  readonly loads: readonly string[];
  readonly pid: number;
  /** Flags that lead other commands to the same record. */
  readonly recordFlags: readonly string[];
  /** What is used where it was started with `sudo`, and is not of the one who typed that; null where it is. */
  readonly sudo?: SudoTold | null;
  /** What landed phones are configured with; null where they are not. */
  readonly configuring?: (AccountsTold & Configured) | null;
  /** Whether a tree of the operator's is given out. */
  readonly hasRoot?: boolean;
  /** That phones on the list have targets which the store lacks; null where none has. */
  readonly lacking?: string | null;
  /** That phones on the list share a switch port, where something switches power. */
  readonly double?: readonly string[];
  /** That the batch is paused; null while it goes on. */
  readonly pause: string | null;
  /** The limits in force, whichever server was given them; null without any. */
  readonly limits: string | null;
  /** Whether one of these limits makes phones wait for others. */
  readonly mayWait: boolean;
}

const MOST_LOADS = 6;
const TFTP_PORT = 69;
/** Its loader goes through its list once and starts the application, which polls and reads no load (legacy-79x0 11.1 H). */
const RESTART_LANDED =
  'A landed phone reads its own configuration when it is restarted: from your provisioning server once DHCP names that one, or from here with --configure or --root.';
const RESTART_LANDED_ROOT = 'A landed phone reads its own configuration from --root here, when it is restarted.';
const RESTART_LANDED_BESIDE =
  'A landed phone reads its own configuration when it is restarted: from the server at port 69, which it asks again.';
const NO_CLOCK =
  'A 7940 or 7960 is told no time server, so its clock may stay empty: start this with --ntp ADDRESS, and with --zone for its time zone.';
const NOT_HEARD = 'Phones that are not on the list are not heard here: if one on the list never asks, check its MAC.';
const NEEDS_RESTART =
  'A 7940 or 7960 with SIP 7 or 8 that has to wait starts its application, and needs a restart when its turn comes; status says which.';

/** What a person at a terminal has to know when a server begins: where to send phones, what is there, how to watch it and end it. */
export function serveStartText({
  addresses,
  port,
  redirect,
  states,
  loads,
  pid,
  recordFlags,
  sudo = null,
  configuring = null,
  hasRoot = false,
  lacking = null,
  double = [],
  pause,
  limits,
  mayWait,
}: ServeStart): string {
  const name = sudo === null ? 'loadstep' : 'sudo loadstep';
  const flags = recordFlags.map((word) => ` ${word}`).join('');
  const where = addresses.length === 0 ? 'the address of this machine' : addresses.join(' or ');
  const byHand = port === TFTP_PORT ? '' : ` Phones ask port ${TFTP_PORT}: redirect it to ${port}.`;
  const landed = states.filter((state) => state === 'landed').length;
  const list = states.length === 0 ? 'No phone is on the list yet' : `${countText(states.length, 'phone')} on the list`;
  const done = landed === 0 ? '' : `, ${landed} landed`;
  const more = loads.length > MOST_LOADS ? ` and ${loads.length - MOST_LOADS} more` : '';
  const store =
    loads.length === 0 ? 'no load in the store' : `in the store: ${loads.slice(0, MOST_LOADS).join(', ')}${more}`;
  return [
    redirect === null
      ? `DHCP has to give phones ${where} in options 150 and 66 and in next-server.${byHand}`
      : `What phones on the list ask the server at port ${TFTP_PORT} comes here until they have landed (${redirect}); everybody else is left with that server.`,
    `${list}${done}; ${store}.`,
    ...(sudo === null ? [] : [sudoText(sudo)]),
    ...(lacking === null ? [] : [`${lacking}.`]),
    ...double.map((text) => `${text}.`),
    ...(limits === null ? [] : [`Limits in force: ${limits}.${mayWait ? ` ${NEEDS_RESTART}` : ''}`]),
    ...(pause === null ? [] : [pause]),
    ...(configuring === null ? [] : configuringText(configuring, landed)),
    ...(landed === 0 || configuring !== null ? [] : [restartLanded(redirect !== null, hasRoot)]),
    ...(redirect === null || states.length === 0 ? [] : [NOT_HEARD]),
    states.length === 0
      ? 'Put phones on the list, and watch them, in another terminal:'
      : 'Watch them in another terminal:',
    ...(states.length === 0 ? [`  ${name} enroll --mac MAC --target LOAD${flags}`] : []),
    `  ${name} watch${flags}`,
    `Ctrl-C ends it, and so does kill ${pid}. It goes on when this window is closed.`,
  ].join('\n');
}

function sudoText({ user, record, firmware, own }: SudoTold): string {
  const way = own === null ? '' : `, or start this with ${own}`;
  return `Started with sudo: the record is ${record}, and firmware comes from ${firmware.join(', ')}, which are not those of ${user}. Type sudo before every command of loadstep${way}.`;
}

function restartLanded(isBeside: boolean, hasRoot: boolean): string {
  if (isBeside) return RESTART_LANDED_BESIDE;
  return hasRoot ? RESTART_LANDED_ROOT : RESTART_LANDED;
}

function configuringText(
  { pbx, kept, parked, lost, hasTimeServer = true, targets = [] }: NonNullable<ServeStart['configuring']>,
  landed: number,
): string[] {
  const before =
    landed === 0
      ? ''
      : ` ${countText(landed, 'phone')} landed before: restart ${landed === 1 ? 'it' : 'each'} once while this runs.`;
  // Java phones take their clock from the PBX (after-landing 0).
  const isClockless = !hasTimeServer && targets.some((target) => familyOfLoad(target) === '79x0');
  const without = parkedText(parked);
  return [
    kept === 0
      ? `No account is kept for the PBX ${pbx}: landed phones are parked. "loadstep accounts" keeps them, also while this runs.`
      : `${countText(kept, 'account')} kept for the PBX ${pbx}: a landed phone gets its own from here when it is restarted.${before}`,
    ...(kept === 0 || without === null ? [] : [`${without}.`]),
    ...lost.map((one) => `An account is kept, but ${one}.`),
    ...(isClockless ? [NO_CLOCK] : []),
  ];
}
