import type { Level } from '../matrix/hop-words.ts';
import type { Protocol } from '../names/family.ts';
import { ANY_RELEASE, type ReleaseRange } from '../names/release.ts';

/** Ways to restart a phone, in the words of `--by`. */
export const RUNG_IDS = ['check-sync', 'service-control', 'sccp-reset', 'telnet', 'power', 'hands'] as const;
/** One of `RUNG_IDS`. */
export type RungId = (typeof RUNG_IDS)[number];
/** Those that are sent to the phone itself. */
export type SentRung = Exclude<RungId, 'power' | 'hands'>;

/** One way to restart the phones of one group, as far as the sources tell. */
export interface Rung {
  readonly id: RungId;
  readonly phones: '79x0' | 'java' | 'any';
  /** What has to run for it; null: whatever runs. */
  readonly protocol: Protocol | null;
  readonly releases: ReleaseRange;
  /** What has to be so, in words. */
  readonly needs: string;
  /** What is done, in words. */
  readonly does: string;
  /** What shows that it worked, in words. */
  readonly proof: string;
  /** What shows that it did not. */
  readonly refusal: string;
  /** The phone has to be heard to start so soon after that was done (invented). */
  readonly withinMs: number;
  readonly sources: readonly string[];
  readonly level: Level;
}

const FROM_8: ReleaseRange = { min: [8, 0], below: null };
const BOOT = 'it asks for what a boot begins with';
/** From what ends one run of a phone to the first question of the next; invented, as no source times it. */
const BOOTS_WITHIN_MS = 3 * 60_000;

/**
 * Every way, in the order in which they are tried: what the phone does in good order first, what takes its power away later, what needs a
 * person last. A `check-sync` for Java phones is no rung: they answer it with 200 and do nothing (after-landing 5).
 */
export const LADDER: readonly Rung[] = [
  {
    id: 'check-sync',
    phones: '79x0',
    protocol: 'SIP',
    releases: { min: [2, 0], below: [9, 0] },
    needs: 'the name of its first line, as it registered here or as its account says',
    does: 'NOTIFY with `Event: check-sync`, and `syncinfo.xml` with a SYNC that is not its own when it asks for that',
    proof: `it asks \`syncinfo.xml\`, and then ${BOOT}`,
    refusal: 'another answer than 2xx, none within 32 s, or no boot in time',
    // It waits until it is idle for 20 s before it asks for syncinfo.xml (legacy-79x0 8).
    withinMs: BOOTS_WITHIN_MS + 60_000,
    sources: ['S52', 'AL-AX', 'AL-FS', 'AL-F12'],
    level: 'A',
  },
  {
    id: 'service-control',
    phones: 'java',
    protocol: 'SIP',
    releases: FROM_8,
    needs: 'it is registered here, in CallManager mode',
    does: 'NOTIFY with `Event: service-control`, `action=reset` and the Call-ID of its registration in braces',
    proof: `${BOOT}, or it registers with \`Last=reset-reset\``,
    refusal:
      '400 (another Call-ID, not in CallManager mode), 404 (another line), no answer within 32 s, or no boot in time',
    withinMs: BOOTS_WITHIN_MS,
    sources: ['AL-SC', 'AL-GS', 'U2'],
    level: 'A',
  },
  {
    id: 'service-control',
    phones: '79x0',
    protocol: 'SIP',
    releases: { min: [8, 0], below: [9, 0] },
    needs: 'it is registered here, in CallManager mode',
    does: 'NOTIFY with `Event: service-control`, `action=reset` and the Call-ID of its registration in braces',
    proof: BOOT,
    refusal: '400, 404, no answer within 32 s, or no boot in time; that it restarts is read from strings of one image',
    withinMs: BOOTS_WITHIN_MS,
    sources: ['AL-F12'],
    level: 'B',
  },
  {
    id: 'sccp-reset',
    phones: 'any',
    protocol: 'SCCP',
    releases: ANY_RELEASE,
    needs: 'it is registered here: `--witness-sccp-answer register`',
    does: 'the message Reset (0x009F) of type 1 on its open connection',
    proof: `${BOOT}, or its alarm says \`Last=Reset-Reset\``,
    refusal: 'its connection is not open any more, or no boot in time',
    withinMs: BOOTS_WITHIN_MS,
    sources: ['AL-CS', 'P5'],
    level: 'A',
  },
  {
    id: 'telnet',
    phones: '79x0',
    protocol: 'SIP',
    releases: { min: null, below: [9, 0] },
    needs: '`telnet_level` 1 or 2 in its configuration, and its password: `--restart-telnet-password-file`',
    does: 'connects to port 23, gives the password and types `reset`',
    proof: BOOT,
    refusal: 'nobody answers at port 23, the password is not taken, or no boot in time',
    withinMs: BOOTS_WITHIN_MS,
    sources: ['AL-F12', 'S50'],
    level: 'A',
  },
  {
    id: 'power',
    phones: 'any',
    protocol: null,
    releases: ANY_RELEASE,
    needs: '`--power-by-switch` or `--power-cycle-command`, with all rules of that',
    does: 'takes the power of its port away for some seconds',
    proof: BOOT,
    refusal: 'the switch or the command says so, or no boot in time',
    withinMs: BOOTS_WITHIN_MS,
    sources: ['java-phones 8'],
    level: 'A',
  },
  {
    id: 'hands',
    phones: 'any',
    protocol: null,
    releases: ANY_RELEASE,
    needs: 'a person',
    does: 'tells which keys to press',
    proof: BOOT,
    refusal: 'nobody comes',
    withinMs: BOOTS_WITHIN_MS,
    sources: ['S11', 'S59', 'K4', 'C9', 'M19'],
    level: 'B',
  },
];
