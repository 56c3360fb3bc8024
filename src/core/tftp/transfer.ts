/**
 * One read transfer as a pure reducer. Packets are counted without wrap: 0 is the OACK, 1 the first DATA. Times are
 * data, in milliseconds. The edge sends the packets a step names and calls back with what arrived or passed.
 */
import { wireDistance } from './block-number.ts';

/** Timing and limits of transfers; numbers without a source are knobs. */
export interface TransferTuning {
  /** Invented: the wait for the first ACK, and the longest one after back-off. */
  readonly firstWaitMs: number;
  readonly maxWaitMs: number;
  /** Invented: the shortest wait, once round trips have been measured. */
  readonly minWaitMs: number;
  /** An unacknowledged first packet is repeated at most this often: nobody may be flooded through a forged request. */
  readonly maxFirstRepeats: number;
  /** Invented: repeats of a later packet before the peer counts as gone. */
  readonly maxRepeats: number;
  /** Invented: how long a finished transfer still takes repeated ACKs in silence. */
  readonly lingerMs: number;
  /** Invented: a peer that had acknowledged something, was silent this long and asks again has restarted. */
  readonly restartSilenceMs: number;
  /** What follows block 65,535: 0, as nearly all clients expect, or 1. */
  readonly blockWrap: 0 | 1;
}

/** What is fixed for one transfer. */
export interface TransferTerms {
  readonly lastBlock: number;
  readonly windowBlocks: number;
  /** Whether options were agreed, so that the first packet is an OACK. */
  readonly hasOack: boolean;
  /** Agreed through RFC 2349: then every wait is this long. */
  readonly timeoutMs: number | null;
  readonly tuning: TransferTuning;
}

/** One transfer between two events. */
export interface Transfer {
  readonly terms: TransferTerms;
  readonly phase: 'running' | 'lingering' | 'over';
  /** Highest packet acknowledged; one below the first packet at the start. */
  readonly acked: number;
  /** Highest packet sent so far. */
  readonly sent: number;
  /** Repeats of the packets in flight. */
  readonly repeats: number;
  /** A window was sent again because of a repeated ACK; once for every block, never for each ACK. */
  readonly isRewound: boolean;
  readonly heardAt: number;
  /** When the packets in flight first went out; -1 once they were repeated, because a round trip is unknown then. */
  readonly sentAt: number;
  /** Smoothed round trip and its deviation (RFC 6298); -1 before the first measurement. */
  readonly roundTripMs: number;
  readonly deviationMs: number;
  readonly deadlineAt: number;
}

export type TransferEvent =
  | { readonly kind: 'ack'; readonly block: number; readonly at: number }
  | { readonly kind: 'deadline'; readonly at: number }
  | { readonly kind: 'asked-again'; readonly at: number }
  | { readonly kind: 'error'; readonly at: number };

/** How a transfer ended; `restarted` asks the edge to treat the request as a new one. */
export type TransferEnd = 'sent' | 'silent' | 'peer-error' | 'restarted';

export interface TransferStep {
  readonly next: Transfer;
  /** Packets to send, both included; 0 is the OACK. */
  readonly send: { readonly from: number; readonly to: number } | null;
  /** Set in the one step that ends the transfer. */
  readonly end: TransferEnd | null;
}

/** How many blocks a content takes: the last one is shorter than the block size, if need be empty (RFC 1350 6). */
export function blockCount(sizeBytes: number, blockBytes: number): number {
  return Math.floor(sizeBytes / blockBytes) + 1;
}

/**
 * Invented: a peer that missed the first packet repeats its request after the agreed wait (phones: 1 s). An unasked repeat at
 * the same moment would bring it the packet twice, and atftp gives up on a second OACK; so this side lets it go first.
 */
const FIRST_PATIENCE = 1.5;

/** The first step of a transfer: its first packet goes out, OACK or DATA 1. */
export function beginTransfer(terms: TransferTerms, at: number): TransferStep {
  const first = terms.hasOack ? 0 : 1;
  const next: Transfer = {
    terms,
    phase: 'running',
    acked: first - 1,
    sent: first,
    repeats: 0,
    isRewound: false,
    heardAt: at,
    sentAt: at,
    roundTripMs: -1,
    deviationMs: 0,
    deadlineAt: at + FIRST_PATIENCE * (terms.timeoutMs ?? terms.tuning.firstWaitMs),
  };
  return { next, send: { from: first, to: first }, end: null };
}

/** One event applied to a transfer; total: whatever cannot happen changes nothing. */
export function stepTransfer(transfer: Transfer, event: TransferEvent): TransferStep {
  switch (event.kind) {
    case 'ack':
      return transfer.phase === 'running' ? onAck(transfer, event.block, event.at) : keep(transfer);
    case 'deadline':
      return onDeadline(transfer, event.at);
    case 'asked-again':
      return transfer.phase === 'running' ? onAskedAgain(transfer, event.at) : keep(transfer);
    case 'error':
      if (transfer.phase === 'over') return keep(transfer);
      // A complaint after the last ACK changes nothing about what was sent.
      return over(transfer, transfer.phase === 'running' ? 'peer-error' : null);
  }
}

/** Whether nothing was acknowledged yet. */
export function isUnanswered(transfer: Transfer): boolean {
  return transfer.acked < (transfer.terms.hasOack ? 0 : 1);
}

function keep(next: Transfer): TransferStep {
  return { next, send: null, end: null };
}

function over(transfer: Transfer, end: TransferEnd | null): TransferStep {
  return { next: { ...transfer, phase: 'over' }, send: null, end };
}

function onAck(transfer: Transfer, block: number, at: number): TransferStep {
  const { terms, acked, sent } = transfer;
  const { tuning } = terms;
  const distance = wireDistance(acked, block, tuning.blockWrap);
  // A block never sent, or one of the past.
  if (distance < 0 || distance > sent - acked) return keep(transfer);
  if (distance === 0) return onRepeatedAck(transfer, at);
  const reached = acked + distance;
  if (reached === terms.lastBlock) {
    const next = measured(transfer, reached, sent, at);
    return { next: { ...next, phase: 'lingering', deadlineAt: at + tuning.lingerMs }, send: null, end: 'sent' };
  }
  // RFC 7440 4: an ACK inside the window says that the rest of it was lost; the next window starts behind it.
  const to = Math.min(reached + terms.windowBlocks, terms.lastBlock);
  return { next: measured(transfer, reached, to, at), send: { from: reached + 1, to }, end: null };
}

// RFC 1123 4.2.3.1: answering a repeated ACK with DATA doubles every packet from there on (Sorcerer's Apprentice).
// With a window it is the receiver's word that the first block of the window was lost (RFC 7440 4): answered once.
function onRepeatedAck(transfer: Transfer, at: number): TransferStep {
  const { acked, sent, terms } = transfer;
  const heard = { ...transfer, heardAt: at };
  if (terms.windowBlocks === 1 || transfer.isRewound || sent === acked || isUnanswered(transfer)) return keep(heard);
  const next = { ...heard, isRewound: true, sentAt: -1, deadlineAt: at + waitOf(transfer, transfer.repeats) };
  return { next, send: { from: acked + 1, to: sent }, end: null };
}

function onDeadline(transfer: Transfer, at: number): TransferStep {
  if (transfer.phase === 'over' || at < transfer.deadlineAt) return keep(transfer);
  if (transfer.phase === 'lingering') return over(transfer, null);
  const { tuning } = transfer.terms;
  const limit = isUnanswered(transfer) ? tuning.maxFirstRepeats : tuning.maxRepeats;
  if (transfer.repeats >= limit) return over(transfer, 'silent');
  const repeats = transfer.repeats + 1;
  const next = { ...transfer, repeats, sentAt: -1, deadlineAt: at + waitOf(transfer, repeats) };
  return { next, send: { from: transfer.acked + 1, to: transfer.sent }, end: null };
}

// Phones repeat a request from the same port after 1 s and 4 s when its answer was lost; it must come again.
function onAskedAgain(transfer: Transfer, at: number): TransferStep {
  const { tuning, hasOack } = transfer.terms;
  const first = hasOack ? 0 : 1;
  if (!isUnanswered(transfer)) {
    // A late copy of the request finds a peer that was just heard; a phone that lost power asks after a silence.
    if (at - transfer.heardAt >= tuning.restartSilenceMs) return over(transfer, 'restarted');
    return { next: transfer, send: { from: first, to: first }, end: null };
  }
  // Every request is answered once, and counts against the repeats that come unasked.
  const repeats = Math.min(transfer.repeats + 1, tuning.maxFirstRepeats);
  const next = { ...transfer, repeats, sentAt: -1, deadlineAt: at + waitOf(transfer, repeats) };
  return { next, send: { from: first, to: first }, end: null };
}

function measured(transfer: Transfer, acked: number, sent: number, at: number): Transfer {
  let { roundTripMs, deviationMs } = transfer;
  // Karn: the ACK of a repeated packet does not tell which copy it answers.
  if (transfer.sentAt >= 0) {
    const sample = Math.max(0, at - transfer.sentAt);
    if (roundTripMs < 0) {
      roundTripMs = sample;
      deviationMs = sample / 2;
    } else {
      deviationMs += (Math.abs(sample - roundTripMs) - deviationMs) / 4;
      roundTripMs += (sample - roundTripMs) / 8;
    }
  }
  const { terms } = transfer;
  const wait = terms.timeoutMs ?? roundTripWait(terms.tuning, roundTripMs, deviationMs);
  return {
    terms,
    phase: 'running',
    acked,
    sent,
    repeats: 0,
    isRewound: false,
    heardAt: at,
    sentAt: at,
    roundTripMs,
    deviationMs,
    deadlineAt: at + wait,
  };
}

function roundTripWait(tuning: TransferTuning, roundTripMs: number, deviationMs: number): number {
  if (roundTripMs < 0) return tuning.firstWaitMs;
  return Math.min(tuning.maxWaitMs, Math.max(tuning.minWaitMs, Math.ceil(roundTripMs + 4 * deviationMs)));
}

// RFC 2349 names the interval itself, so an agreed one does not grow.
function waitOf(transfer: Transfer, repeats: number): number {
  const { timeoutMs, tuning } = transfer.terms;
  const patience = isUnanswered(transfer) ? FIRST_PATIENCE : 1;
  if (timeoutMs !== null) return patience * timeoutMs;
  const base = patience * roundTripWait(tuning, transfer.roundTripMs, transfer.deviationMs);
  return Math.min(tuning.maxWaitMs, base * 2 ** repeats);
}
