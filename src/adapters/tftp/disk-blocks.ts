import { wireBlock } from '../../core/tftp/block-number.ts';
import { OPCODE, writeHead } from '../../core/tftp/codec.ts';
import { blockCount } from '../../core/tftp/transfer.ts';
import type { FileOnDisk } from '../../ports/tftp.ts';
import type { DiskFile, DiskFiles } from './disk-files.ts';
import type { FrameFormat } from './frames.ts';

/** The DATA packets of one transfer of a file that is read while it is sent. */
export class DiskBlocks {
  readonly sizeBytes: number;
  readonly lastBlock: number;
  readonly #files: DiskFiles;
  readonly #content: FileOnDisk;
  readonly #format: FrameFormat;
  readonly #file: DiskFile;

  constructor(files: DiskFiles, content: FileOnDisk, format: FrameFormat) {
    this.#files = files;
    this.#content = content;
    this.#format = format;
    this.sizeBytes = content.length;
    this.lastBlock = blockCount(content.length, format.blockBytes);
    this.#file = files.take(content);
  }

  /** The same for another transfer. */
  again(): DiskBlocks {
    return new DiskBlocks(this.#files, this.#content, this.#format);
  }

  /** To be called once; nothing is read after it. */
  release(): void {
    this.#files.release(this.#file);
  }

  ready(): Promise<void> {
    return this.#file.ready();
  }

  /** A packet whose bytes are at hand, else null. */
  kept(block: number): Uint8Array | null {
    const bytes = this.#file.kept(block, this.#format.blockBytes);
    return bytes === null ? null : this.#packet(block, bytes);
  }

  /** Rejects when the file was cut short or written over since it was decided upon. */
  async read(block: number): Promise<Uint8Array> {
    return this.#packet(block, await this.#file.read(block, this.#format.blockBytes));
  }

  #packet(block: number, bytes: Uint8Array): Uint8Array {
    const packet = new Uint8Array(4 + bytes.length);
    writeHead(packet, OPCODE.data, wireBlock(block, this.#format.blockWrap));
    packet.set(bytes, 4);
    return packet;
  }
}
