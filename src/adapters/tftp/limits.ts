import type { OptionLimits } from '../../core/tftp/options.ts';
import type { TransferTuning } from '../../core/tftp/transfer.ts';

/** What the server spends at most, and how patient it is; numbers without a source are knobs. */
export interface TftpLimits extends OptionLimits, Omit<TransferTuning, 'blockWrap'> {
  /** Transfers running at once, requests still being decided included. */
  readonly maxTransfers: number;
  readonly maxTransfersPerAddress: number;
  /** Over a limit, a transfer that was silent this long makes way for a new one. */
  readonly idleMs: number;
  readonly requestsPerSecond: number;
  readonly requestBurst: number;
  /** How long a refusal is repeated to the same question from the same port without being decided again. */
  readonly refusalMemoryMs: number;
  /** Refusals and ended transfers remembered at once; the oldest are forgotten first. */
  readonly maxSettled: number;
  /** A request that nothing decided for this long is given up. */
  readonly decisionMs: number;
  /** A question that waits to be decided and was not repeated for this long was given up by its client. */
  readonly questionMs: number;
  /** The same where its address has asked for the same file from another port since. */
  readonly leftPortMs: number;
  readonly frameCacheBytes: number;
  /** Transfer sockets for each local address; none is opened later, so descriptors cannot run out. */
  readonly socketsPerAddress: number;
  /** Asked of the kernel for every socket; it grants at most net.core.rmem_max and wmem_max. */
  readonly socketBufferBytes: number;
  /** How often the machine's addresses are looked at when the server listens on all of them. */
  readonly addressCheckMs: number;
}

export const DEFAULT_LIMITS: TftpLimits = {
  maxBlockBytes: 65_464,
  maxWindowBlocks: 64,
  firstWaitMs: 1000,
  maxWaitMs: 8000,
  minWaitMs: 300,
  maxFirstRepeats: 4,
  maxRepeats: 6,
  lingerMs: 3000,
  restartSilenceMs: 3000,
  maxTransfers: 4096,
  maxTransfersPerAddress: 16,
  idleMs: 5000,
  requestsPerSecond: 100,
  requestBurst: 200,
  refusalMemoryMs: 2000,
  maxSettled: 4096,
  decisionMs: 60_000,
  // Invented, from what is known: phones repeat a question every 4 s at the latest and take their next port 4 s after the last repeat
  // (legacy-79x0 11.2), tftp-hpa and atftp repeat every 5 s.
  questionMs: 10_000,
  leftPortMs: 3000,
  frameCacheBytes: 64 * 1024 * 1024,
  socketsPerAddress: 4,
  socketBufferBytes: 4 * 1024 * 1024,
  addressCheckMs: 10_000,
};

/** What the server counted since it was made. */
export interface TftpCounters {
  requests: number;
  repeatedRequests: number;
  transfers: number;
  sent: number;
  failed: number;
  refused: number;
  blocks: number;
  /** Datagrams sent once more after a silence. */
  retransmissions: number;
  writesRefused: number;
  malformed: number;
  /** ERROR, ACK, DATA and OACK on the request port, and datagrams nothing can be said to. */
  ignored: number;
  strangers: number;
  rateLimited: number;
  overLimit: number;
  /** New questions that got silence because the server was ending. */
  whileEnding: number;
  /** Questions that nobody decided, since their clients had given them up while they waited. */
  givenUp: number;
  /** Questions that got silence since nothing could be decided or recorded. */
  unanswered: number;
  socketErrors: number;
  /** Questions being decided and transfers running, at this moment. */
  underWay: number;
}

/** All counters at zero. */
export function noCounts(): TftpCounters {
  return {
    requests: 0,
    repeatedRequests: 0,
    transfers: 0,
    sent: 0,
    failed: 0,
    refused: 0,
    blocks: 0,
    retransmissions: 0,
    writesRefused: 0,
    malformed: 0,
    ignored: 0,
    strangers: 0,
    rateLimited: 0,
    overLimit: 0,
    whileEnding: 0,
    givenUp: 0,
    unanswered: 0,
    socketErrors: 0,
    underWay: 0,
  };
}
