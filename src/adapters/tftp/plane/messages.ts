import type { MessagePort } from 'node:worker_threads';
import type { LogFields } from '../../../ports/log.ts';
import type { FileOnDisk, TftpAnswer, TftpRequest, TransferWatcher } from '../../../ports/tftp.ts';
import type { TftpLimits } from '../limits.ts';

/** How datagrams are read and written: many with each system call (`batch`), or one by one through Node's sockets (`dgram`). */
export type DataPlane = 'batch' | 'dgram';

/** What the thread that sends files is started with. */
export interface PlaneData {
  readonly port: MessagePort;
  readonly listen: { readonly address: string; readonly port: number };
  /** `auto`: batches where the system has them. */
  readonly plane: DataPlane | 'auto';
  /** Why it is not the faster one, where that is known before. */
  readonly reason: string | null;
  readonly limits: Partial<TftpLimits>;
  readonly isSinglePort: boolean;
  readonly blockWrap: 0 | 1;
  /** Counters, descriptors and gauges, which outlive the thread. */
  readonly shared: SharedState;
}

/** Memory that both threads see. */
export interface SharedState {
  readonly counters: SharedArrayBuffer;
  readonly descriptors: SharedArrayBuffer;
  readonly gauges: SharedArrayBuffer;
  /** Questions that the main thread has not begun to decide; see OpenQuestions. */
  readonly questions: SharedArrayBuffer;
  /** Not zero as soon as no new question is to be answered: a message would come later than the questions that are read before it. */
  readonly ending: SharedArrayBuffer;
  /** Whether the thread that sends files stands still, and what wakes it; see Doze. */
  readonly doze: SharedArrayBuffer;
}

/** A content on its way to the other thread: bytes, or a file to be read there. */
export type CrossingContent = FileOnDisk | CrossingBytes;

/** Bytes on their way to the other thread: the same memory under a number that stands for it, or a small copy. */
export type CrossingBytes =
  | { readonly number: number; readonly bytes: Uint8Array }
  | { readonly number: null; readonly bytes: Uint8Array };

/**
 * An answer on its way; `gauge` is where the transfer notes how far it is, -1 where there was no room, and one that `isFirm` is never taken back.
 */
export type CrossingAnswer =
  | { readonly kind: 'content'; readonly content: CrossingContent; readonly gauge: number; readonly isFirm: boolean }
  | Exclude<TftpAnswer, { kind: 'content' }>
  | { readonly kind: 'rejected'; readonly message: string; readonly code: string | null };

/** What the main thread tells the one that sends files; several go in one message. */
export type ToPlane =
  | { readonly kind: 'answer'; readonly question: number; readonly answer: CrossingAnswer }
  | { readonly kind: 'withdraw'; readonly question: number }
  | { readonly kind: 'drain' }
  | { readonly kind: 'stop' };

type Outcome<K extends 'sent' | 'failed'> = Omit<Parameters<TransferWatcher[K]>[0], 'at'>;

/** What the thread that sends files tells, in the order in which it happened; several come in one message. */
export type FromPlane =
  | { readonly kind: 'asked'; readonly question: number; readonly request: Omit<TftpRequest, 'at'> }
  | { readonly kind: 'progress'; readonly question: number; readonly bytes: number }
  | { readonly kind: 'last-sent'; readonly question: number }
  | { readonly kind: 'sent'; readonly question: number; readonly outcome: Outcome<'sent'> }
  | { readonly kind: 'failed'; readonly question: number; readonly outcome: Outcome<'failed'> }
  | { readonly kind: 'log'; readonly level: 'error' | 'warn' | 'info' | 'debug'; readonly fields: LogFields }
  | { readonly kind: 'listening'; readonly address: string; readonly port: number; readonly plane: DataPlane }
  | { readonly kind: 'not-listening'; readonly code: string | null; readonly message: string }
  | { readonly kind: 'drained' }
  | { readonly kind: 'stopped' };
