import { WAIT_WHILE_WRITING } from '../../app/phone/refusals.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { DEFAULT_POWER_LIMITS } from '../../core/power/may-power-cycle.ts';
import { TFTP_PORT } from '../../server/listen-address.ts';

/** What is known about a phone that does not come. */
export interface Absence {
  readonly mac: MacAddress | null;
  /** Since the server listens, or since the phone was last heard. */
  readonly silentMs: number;
  readonly hasBeenSeen: boolean;
  /** Whether that was since the server was started: what was recorded before may be older than what the phone does now. */
  readonly isHeard: boolean;
  readonly state: string;
  /** Whether it was given an image and has not begun to boot since. */
  readonly mayBeWriting?: boolean;
  /** Other phones that ask meanwhile, in a sentence; null when nobody does. */
  readonly others: string | null;
  readonly port: number;
  /** Addresses of this machine that a phone could reach. */
  readonly addresses: readonly string[];
  /** Other phones that may be writing their flash: one of them may be the one that somebody is about to unplug. */
  readonly busy?: () => readonly MacAddress[];
}

/** States in which nothing is being written to the phone's flash. */
const SAFE_TO_RESTART = new Set(['waiting', 'identifying', 'offered']);

interface Hint {
  readonly afterMs: number;
  readonly text: (absence: Absence) => string | null;
}

// The times are invented: long enough for a second-hand phone, which first asks for its remembered address for about a
// minute (legacy-79x0 7), and short enough for a person who stands beside it.
const NEVER_SEEN: readonly Hint[] = [
  {
    afterMs: 20_000,
    text: ({ mac, others, busy }) =>
      `${others === null ? 'The phone' : `${mac} itself`} has not asked for anything yet. It asks only when it boots: ` +
      `${plugText(others, busy?.() ?? [])} A second-hand phone may spend a minute on its old address first.`,
  },
  {
    afterMs: 120_000,
    text: ({ mac, others, port, addresses, busy }) =>
      [
        others === null
          ? 'Still nothing from the phone. Check, in this order:'
          : `${mac} itself has not asked, but ${others}: read the MAC address on the label again. ${warningOf(busy?.() ?? [])}If it is right, check, in this order:`,
        '  - DHCP tells it this server: option 150, option 66 and next-server all set to ' +
          (addresses.length === 0 ? "this machine's address." : `${addresses.join(' or ')}.`),
        '  - Phone and server are on the same network (VLAN), and no other TFTP server answers it.',
        `  - The firewall lets UDP port ${port} in, and the answers out from any port.`,
        ...(port === TFTP_PORT
          ? []
          : [
              `  - Phones ask port ${TFTP_PORT}: a redirect must lead from there to port ${port}, where this server listens.`,
            ]),
        '  - On the phone: Settings, Network Configuration: "Alternate TFTP" must be NO, and the MAC address the one given here.',
      ].join('\n'),
  },
];
/** What to do with the power of a phone that has not come. One that asks instead of it may be that phone under another MAC. */
function plugText(others: string | null, busy: readonly MacAddress[]): string {
  if (busy.length > 0) return `plug it in. ${doNotUnplugText(busy)}.`;
  return `plug it in, or unplug it and plug it in again${others === null ? ' (safe now)' : ''}.`;
}

function warningOf(busy: readonly MacAddress[]): string {
  return busy.length === 0 ? '' : `${doNotUnplugText(busy)}. `;
}

/** So many are named: a long list is not read (invented). */
const MOST_NAMED = 4;

/** Which phones to leave alone. `busy` has one at least. */
export function doNotUnplugText(busy: readonly MacAddress[]): string {
  const named = busy.slice(0, MOST_NAMED).join(', ');
  const more = busy.length > MOST_NAMED ? ` and ${busy.length - MOST_NAMED} more` : '';
  return busy.length === 1
    ? `Do NOT unplug ${named}: it may be writing its flash`
    : `Do NOT unplug ${named}${more}: they may be writing their flash`;
}

const quietAfter = (minutes: number): readonly Hint[] => [
  {
    afterMs: minutes * 60_000,
    text: ({ state, mayBeWriting }) => {
      if (!SAFE_TO_RESTART.has(state)) return null;
      const quiet = `Nothing from the phone for ${minutes} minutes`;
      return mayBeWriting === true
        ? `${quiet}, and it was given an image before: ${WAIT_WHILE_WRITING}.`
        : `${quiet}. Nothing is being written to it: unplug it and plug it in again.`;
    },
  },
];
const GONE_QUIET = quietAfter(3);
/** As long as an automatic power cycle waits for a phone that was not heard since the start. */
const UNHEARD = quietAfter(DEFAULT_POWER_LIMITS.unheardMs / 60_000);

/** The next hint that is due, given how many were shown in this silence; null while there is nothing to say. */
export function nextHint(absence: Absence, shown: number): string | null {
  const hint = (absence.hasBeenSeen ? (absence.isHeard ? GONE_QUIET : UNHEARD) : NEVER_SEEN)[shown];
  return hint === undefined || absence.silentMs < hint.afterMs ? null : hint.text(absence);
}
