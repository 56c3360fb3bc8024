import type { HeardFact, HeardPeer } from './heard.ts';

/** A line, for what shows only later that it was told there. */
export interface Place {
  readonly line: number;
  readonly time: number | null;
}

/** One message of one program, and where it stands. */
export interface Message extends Place {
  readonly tag: string;
  readonly pid: string;
  readonly text: string;
}

/** Where a reader lays what it has read; `place` where it is not that of the message. */
export type Tell = (fact: HeardFact, peer: HeardPeer, place?: Place) => void;

/**
 * A reader of one program's messages, with a memory for what stands on several lines. True when the message is one of its own,
 * also where it tells nothing of a phone.
 */
export interface MessageReader {
  /** How the program is called in what is told of a log. */
  readonly name: string;
  read(message: Message, tell: Tell): boolean;
}

/** A peer of which only the address is known, and perhaps its port. */
export function peerAt(address: string, port: string | null = null): HeardPeer {
  return { address, port: port === null ? null : Number(port), mac: null };
}

export const NOBODY: HeardPeer = { address: null, port: null, mac: null };

/** The end of a transfer, or its refusal, of which the log tells no more than that. */
export function ended(
  asked: string | null,
  outcome: 'sent' | 'not-found' | 'refused' | 'broken-off',
  words: string,
  { bytes = null, resent = null }: { readonly bytes?: number | null; readonly resent?: number | null } = {},
): HeardFact {
  return { kind: 'tftp.ended', asked, outcome, words, bytes, resent };
}

/** The name behind the folder in which a server keeps its files. */
export function lastPart(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

/** Transfers that stand open in one log at a time, bounded (invented): longer ago than this nobody waits for an answer. */
export const MOST_OPEN = 4096;
