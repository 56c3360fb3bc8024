import { countText } from '../text/amounts.ts';
import type { TftpOption, TftpPacket } from '../tftp/codec.ts';
import type { Endpoint } from './endpoint-table.ts';

/** How far a transfer is: asked for; in DATA; its last block sent; over, whichever way; or nothing of ours (a phone that writes). */
export type Stage = 'asked' | 'running' | 'last' | 'over' | 'foreign';

/** How a transfer ended. */
export interface Ending {
  readonly outcome: 'sent' | 'not-found' | 'refused' | 'broken-off';
  readonly words: string;
}

/** A request as the capture shows it; `asked` is null where the frame was cut within the name. */
export interface SeenRequest {
  readonly asked: string | null;
  readonly options: readonly TftpOption[];
}

const DEFAULT_BLOCK_BYTES = 512;
/** Block sizes that can be agreed on (RFC 2348). */
const MIN_BLOCK_BYTES = 8;
const MAX_BLOCK_BYTES = 65_464;

/** One transfer as somebody beside the wire sees it; `address` and `port` are those of the client. */
export class Transfer implements Endpoint {
  readonly address: Uint8Array;
  readonly port: number;
  /** Link address of the client; null where not told. */
  mac: string | null;
  /** The name as it was asked for; null where the request is not in the capture, or was cut. */
  readonly asked: string | null;
  stage: Stage;
  /** Address and port that answer, as one text; empty until somebody does. */
  serverAddress = new Uint8Array(0);
  serverPort = -1;
  lastFrame: number;
  lastTime: number;
  /** DATA blocks seen, each once, and the bytes in them. */
  blocks = 0;
  bytes = 0;
  /** DATA and requests that came again: what they carried, or its answer, did not arrive in time. */
  resentBlocks = 0;
  resentRequests = 0;
  /** Blocks that were sent while the capture looked away. */
  unseen = 0;
  /** Packets that one side has sent since the other was heard last, and how many of them said the same as before. */
  unanswered = 1;
  vain = 0;
  isPhoneLast = true;
  readonly #isFromStart: boolean;
  /** What the phone wished a block to be; 0 where it wished nothing. */
  readonly #wishedBytes: number;
  /** Bytes of a full block, as far as known: agreed, or the most that was seen. */
  #blockBytes: number;
  #block = 0;
  #acked = -1;

  constructor(place: Pick<Endpoint, 'address' | 'port'>, request: SeenRequest | null, frame: number, time: number) {
    this.address = place.address;
    this.port = place.port;
    this.asked = request?.asked ?? null;
    this.mac = null;
    this.stage = request === null ? 'running' : 'asked';
    this.lastFrame = frame;
    this.lastTime = time;
    this.#isFromStart = request !== null;
    this.#wishedBytes = request === null ? 0 : blockBytesOf(request.options);
    this.#blockBytes = request === null ? 0 : DEFAULT_BLOCK_BYTES;
  }

  /** Bytes of the whole file; null where not every block of it was seen. */
  get size(): number | null {
    return this.#isFromStart && this.unseen === 0 ? this.bytes : null;
  }

  /** The number on the block that was sent last. */
  get block(): number {
    return this.#block;
  }

  get hasData(): boolean {
    return this.blocks > 0;
  }

  /** The same request once more, before anything came of it. */
  askAgain(): void {
    this.resentRequests++;
    this.#note(true);
    this.vain++;
  }

  /** A packet of the server; `length` is that of the payload on the wire. Answers how the transfer ended, where it did. */
  fromServer(opcode: number, word: number, length: number, packet: TftpPacket | null): Ending | null {
    this.#note(false);
    if (opcode === 3) this.#noteData(word, length - 4);
    if (packet?.kind === 'oack') this.#blockBytes = blockBytesOf(packet.options) || DEFAULT_BLOCK_BYTES;
    if (opcode !== 5) return null;
    const said = packet?.kind === 'error' ? errorWords(packet.code, packet.message) : `ERROR ${word}`;
    if (this.hasData) return { outcome: 'broken-off', words: `the server broke off ${this.#place()}: ${said}` };
    const message = packet?.kind === 'error' ? packet.message : '';
    return { outcome: isNotFound(word, message) ? 'not-found' : 'refused', words: `the server answered ${said}` };
  }

  /** A packet of the client. Answers how the transfer ended, where it did. */
  fromPhone(opcode: number, word: number, packet: TftpPacket | null): Ending | null {
    this.#note(true);
    if (opcode === 5) {
      const said = packet?.kind === 'error' ? errorWords(packet.code, packet.message) : `ERROR ${word}`;
      return { outcome: 'broken-off', words: `the phone broke off ${this.#place()}: ${said}` };
    }
    if (opcode !== 4) return null;
    if (word === this.#acked) {
      this.vain++;
    }
    this.#acked = word;
    if (this.stage !== 'last' || word !== this.#block) return null;
    return { outcome: 'sent', words: this.#wholeWords() };
  }

  /** What is told of a transfer in which nothing came any more; null where too little of it was seen to tell anything. */
  silence(): Ending | null {
    if (this.stage === 'over' || this.stage === 'foreign' || (!this.#isFromStart && this.blocks < 2)) return null;
    const times = this.unanswered > 1 ? ` (${this.unanswered} times without an answer)` : '';
    if (this.stage === 'asked' && this.serverPort < 0) {
      return { outcome: 'broken-off', words: `nobody answered the request${times}` };
    }
    const words = this.isPhoneLast
      ? `the server fell silent ${this.#place()}; the phone was the last to send${times}`
      : `the phone fell silent ${this.#place()}; the server was the last to send${times}`;
    return { outcome: 'broken-off', words };
  }

  #note(isPhone: boolean): void {
    const isSame = this.isPhoneLast === isPhone;
    this.unanswered = isSame ? this.unanswered + 1 : 1;
    if (!isSame) this.vain = 0;
    this.isPhoneLast = isPhone;
  }

  #noteData(block: number, payload: number): void {
    const step = this.hasData || this.#isFromStart ? (block - this.#block) & 0xffff : 1;
    // Behind block 65535 comes 0 for some servers and 1 for others.
    const ahead = this.#block === 65_535 && block === 1 ? 1 : step;
    if (ahead === 0 || ahead > 32_767) {
      this.resentBlocks++;
      this.vain++;
      return;
    }
    this.unseen += ahead - 1;
    this.#block = block;
    this.blocks++;
    this.bytes += payload;
    // An agreement that the capture missed shows in the blocks: they are longer, or as long as the phone wished.
    if (payload > this.#blockBytes || (payload === this.#wishedBytes && block === 1)) this.#blockBytes = payload;
    this.stage = payload < this.#blockBytes ? 'last' : 'running';
  }

  #place(): string {
    if (!this.hasData) return this.serverPort < 0 ? 'before an answer came' : 'before the first block';
    if (this.stage === 'last') return `at the last block (${this.#block})`;
    return `at block ${this.#block}`;
  }

  #wholeWords(): string {
    const start = this.#isFromStart ? '' : ', began before the capture';
    const unseen = this.unseen > 0 ? `, ${countText(this.unseen, 'block')} missing in the capture` : '';
    const again = this.resentBlocks > 0 ? `, ${this.resentBlocks} sent again` : '';
    const asked = this.resentRequests > 0 ? `, asked for ${this.resentRequests + 1} times` : '';
    return `sent to its end: ${countText(this.blocks, 'block')}, ${countText(this.bytes, 'byte')}${start}${unseen}${again}${asked}`;
  }
}

/** The size of a block among the options of a request or an OACK; 0 where there is none that counts. */
function blockBytesOf(options: readonly TftpOption[]): number {
  const value = options.find(({ name }) => name.toLowerCase() === 'blksize')?.value ?? '';
  const bytes = /^\d{1,5}$/.test(value) ? Number(value) : 0;
  return bytes >= MIN_BLOCK_BYTES && bytes <= MAX_BLOCK_BYTES ? bytes : 0;
}

/** An ERROR as a person reads it. */
export function errorWords(code: number, message: string): string {
  return message === '' ? `ERROR ${code}` : `ERROR ${code} "${message}"`;
}

/** Whether an ERROR says that there is no such file: by its number, or by its text where the number says "see the text". */
export function isNotFound(code: number, message: string): boolean {
  return code === 1 || (code === 0 && /not found|no such/i.test(message));
}
