import { encodePacket } from '../../core/tftp/codec.ts';
import { toNetascii } from '../../core/tftp/netascii.ts';
import { negotiate } from '../../core/tftp/options.ts';
import type { TransferTuning } from '../../core/tftp/transfer.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { TftpAnswer } from '../../ports/tftp.ts';
import { DiskBlocks } from './disk-blocks.ts';
import type { DiskFiles } from './disk-files.ts';
import type { Conversation } from './endpoint.ts';
import { FrameCache } from './frames.ts';
import type { TftpCounters, TftpLimits } from './limits.ts';
import { RunningTransfer } from './running-transfer.ts';
import type { TaskQueue } from './task-queue.ts';
import type { Wire } from './wire.ts';

export interface FactoryOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: TftpLimits;
  readonly blockWrap: 0 | 1;
  readonly counters: TftpCounters;
  readonly queue: TaskQueue;
  /** Files that are read while they are sent. */
  readonly files: DiskFiles;
}

/** Makes transfers: negotiates the options and finds the packets that transfers of the same content share. */
export class TransferFactory {
  readonly #options: FactoryOptions;
  readonly #tuning: TransferTuning;
  readonly #netascii = new WeakMap<Uint8Array, Uint8Array>();
  readonly frames: FrameCache;

  constructor(options: FactoryOptions) {
    this.#options = options;
    this.#tuning = { ...options.limits, blockWrap: options.blockWrap };
    this.frames = new FrameCache(options.limits.frameCacheBytes);
  }

  /** A transfer of the answer's content that has not sent anything yet. */
  make(conversation: Conversation, answer: TftpAnswer & { kind: 'content' }, wire: Wire, at: number): RunningTransfer {
    const { request, peer } = conversation;
    const { limits, counters, log, clock, blockWrap, queue } = this.#options;
    const isHeld = answer.content instanceof Uint8Array;
    // Nobody gives a file on the disk to who asks in netascii.
    const content = isHeld && request.mode === 'netascii' ? this.#asNetascii(answer.content) : answer.content;
    const { blockBytes, windowBlocks, timeoutMs, oack } = negotiate(request.options, content.length, limits);
    const format = { blockBytes, blockWrap };
    const frames =
      content instanceof Uint8Array
        ? this.frames.framesOf(content, format, at)
        : new DiskBlocks(this.#options.files, content, format);
    const { lastBlock } = frames;
    return new RunningTransfer(
      {
        peer,
        wire,
        frames,
        blockBytes,
        terms: { lastBlock, windowBlocks, hasOack: oack !== null, timeoutMs, tuning: this.#tuning },
        oack: oack === null ? null : encodePacket({ kind: 'oack', options: oack }),
        watcher: answer.watcher ?? null,
        isWithdrawn: () => answer.withdrawn?.aborted === true,
        counters,
        queue,
        now: () => clock.now(),
        onWatcherError: (error) => log.error({ event: 'tftp.watcher.failed', error }),
      },
      at,
    );
  }

  // Kept as long as the content itself, so that transfers of one file share one text and its packets.
  #asNetascii(content: Uint8Array): Uint8Array {
    const text = this.#netascii.get(content) ?? toNetascii(content);
    this.#netascii.set(content, text);
    return text;
  }
}
