import type { WallMs } from '../core/moment.ts';
import type { MacAddress } from '../core/names/mac-address.ts';
import type { RungId, SentRung } from '../core/restart/ladder.ts';

/** A phone that is to be told to restart, where it is now. */
export interface RestartTarget {
  readonly mac: MacAddress;
  readonly address: string;
}

/** How the phone took it. */
export interface RestartSent {
  /** That it agreed, as far as that can be seen; it has not restarted by that. */
  readonly isTaken: boolean;
  /** That it was told and did not say anything to that: it may do it, now or later. */
  readonly mayObey?: true;
  readonly text: string;
}

/** What is said where `signal` ended the telling. */
export const BROKEN_OFF = 'broken off before it answered';

/** Whoever tells phones to restart. */
export interface RestartSender {
  /** What this way lacks for the phone now; null when nothing. */
  lacks(rung: SentRung, target: RestartTarget): string | null;
  /** Tells the phone, again and again where it does not answer, until `signal` ends that; never rejects. */
  send(rung: SentRung, target: RestartTarget, signal: AbortSignal): Promise<RestartSent>;
}

/** That somebody asked for the restart of a phone. */
export interface RestartWish {
  readonly mac: MacAddress;
  /** Grows with every wish. */
  readonly number: number;
  /** The only way that is to be tried; null for every one in turn. */
  readonly by: RungId | null;
  /** Only tells what would be done. */
  readonly isDryRun: boolean;
  /** Nobody waits for it after that, unless whoever does says so again. */
  readonly until: WallMs;
}

/** One way as it was tried, or was not. */
export interface RestartTry {
  readonly rung: RungId;
  readonly isTried: boolean;
  readonly text: string;
}

/** What came of a wish. */
export interface RestartAnswer {
  /** `possible` for a dry run that would try something; `hands` where only a person can restart it. */
  readonly result: 'restarted' | 'possible' | 'hands' | 'refused';
  /** By which way; null where none was taken, and where it has started by itself. */
  readonly rung: RungId | null;
  readonly text: string;
  readonly tries: readonly RestartTry[];
  /** Which keys a person can press. */
  readonly keys: readonly string[];
}

/** Where wishes are kept until the server has seen to them: one a phone, the newest. */
export interface RestartShelf {
  /** Puts a wish in the place of an older one of that phone; durable on return. Gives its number. */
  wishRestart(wish: Omit<RestartWish, 'number'>): number;
  /** Wishes that nobody has answered; cheap enough to ask every second. */
  restartWishes(): readonly RestartWish[];
  /** Somebody waits for it until then; 0: nobody does any more. Durable on return; nothing happens where it was answered, or another wish has taken its place. */
  keepRestart(wish: Pick<RestartWish, 'mac' | 'number'>, until: WallMs): void;
  /** Until when somebody waits for it; null where it was answered, or another wish has taken its place. */
  restartUntil(wish: Pick<RestartWish, 'mac' | 'number'>): WallMs | null;
  /** Durable on return; nothing happens where another wish has taken its place. */
  answerRestart(wish: Pick<RestartWish, 'mac' | 'number'>, answer: RestartAnswer): void;
  /** What came of a wish; null while nothing has, `gone` where another one has taken its place. */
  restartAnswer(wish: Pick<RestartWish, 'mac' | 'number'>): RestartAnswer | 'gone' | null;
}
