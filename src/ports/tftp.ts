import type { SteadyMs } from '../core/moment.ts';
import type { MacAddress } from '../core/names/mac-address.ts';

/** One read request, as the TFTP server hands it to the app. Text from the network is untrusted. */
export interface TftpRequest {
  readonly at: SteadyMs;
  readonly peerAddress: string;
  readonly peerPort: number;
  /** Our address that the peer asked; absent where the system does not tell it. */
  readonly localAddress?: string;
  /** The requested file name, at most 255 bytes, as it came (Latin-1 for bytes that are no UTF-8). */
  readonly name: string;
  readonly mode: 'octet' | 'netascii';
  /** Whose question it is, where another server that was asked has told; absent where only the address and the name tell. */
  readonly mac?: MacAddress;
}

/** A file that is not held in memory but read in pieces while it is sent, by whoever sends it. */
export interface FileOnDisk {
  readonly path: string;
  /** In bytes. */
  readonly length: number;
  /** Which state of which file it is (`stampOf` of src/adapters/file-stamp.ts): what lies under the path later may be another. */
  readonly stamp: string;
}

/**
 * What a peer gets. `error` codes are those of RFC 1350 5: 0 see message, 1 file not found, 2 access violation. `silence` is a lost
 * datagram to the phone: it asks again (docs/decisions/0011-silence-while-ending.md).
 */
export type TftpAnswer =
  | {
      readonly kind: 'content';
      readonly content: Uint8Array | FileOnDisk;
      readonly watcher?: TransferWatcher;
      /** Whether nothing has changed since that the answer depends on; absent where nobody knows. */
      readonly isCurrent?: () => boolean;
      /** Aborted when the answer must not be sent again: as long as the peer has acknowledged nothing of it, its question is a new one then. */
      readonly withdrawn?: AbortSignal;
    }
  | { readonly kind: 'error'; readonly code: 0 | 1 | 2; readonly message: string }
  | { readonly kind: 'silence' };

/** Told about one transfer. `sent` and `failed` are called once, one of them, and never before the answer was given. */
export interface TransferWatcher {
  /** Bytes acknowledged so far, at the start and at each ACK of something new, and the size of a block; it must cost next to nothing. */
  acknowledged?(bytes: number, blockBytes: number): void;
  /** Bytes acknowledged so far; at most four times a second. */
  progress(bytes: number): void;
  /** Only the last of several blocks is left to be acknowledged: from now on the peer may have the file whole, whatever is heard of it. */
  lastSent?(): void;
  /** The last block was acknowledged. */
  sent(outcome: { readonly at: SteadyMs; readonly bytes: number; readonly tookMs: number }): void;
  /** Ended otherwise: the peer sent an ERROR, went silent, asked for something else, the server stopped, or the file changed under it. */
  failed(outcome: {
    readonly at: SteadyMs;
    readonly bytes: number;
    readonly tookMs: number;
    readonly reason: 'peer-error' | 'silent' | 'stopped' | 'superseded' | 'socket' | 'unreadable';
    readonly message: string;
    /** True when every block was sent and all but the last acknowledged: the peer may have the file whole. */
    readonly isUnacked?: boolean;
  }): void;
}

/**
 * Decides what a request gets. The server sends nothing before the promise resolves; a rejection is logged and gets silence.
 */
export type TftpHandler = (request: TftpRequest) => Promise<TftpAnswer>;

export interface TftpServer {
  /** Binds; rejects with AppError `E_PORT_DENIED` or `E_PORT_IN_USE`. */
  start(): Promise<{ readonly address: string; readonly port: number }>;
  /** Ends within a second; running transfers are told `stopped`. */
  stop(): Promise<void>;
}
