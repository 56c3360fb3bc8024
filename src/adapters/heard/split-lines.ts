import { StringDecoder } from 'node:string_decoder';

/** A longer line is cut: no program of this field writes one (invented). */
const MOST_LINE = 64 * 1024;

/** Texts of this size are collected while they are young: a quarter of a megabyte takes 15 MB more (test/bench/diagnose.ts). */
const PIECE_BYTES = 64 * 1024;

/** Cuts a stream of bytes into lines, bounded: UTF-8, or UTF-16 where a file of Windows says so. */
export class LineSplitter {
  readonly #line: (line: string) => void;
  #decoder: StringDecoder | null = null;
  #rest = '';
  /** True while the rest of a line that is too long is passed over. */
  #isCut = false;

  constructor(line: (line: string) => void) {
    this.#line = line;
  }

  add(chunk: Uint8Array): void {
    this.#decoder ??= decoderFor(chunk);
    for (let at = 0; at < chunk.length; at += PIECE_BYTES)
      this.#split(this.#decoder, chunk.subarray(at, at + PIECE_BYTES));
  }

  #split(decoder: StringDecoder, piece: Uint8Array): void {
    const text = this.#rest + decoder.write(Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength));
    let from = 0;
    for (let to = text.indexOf('\n'); to >= 0; to = text.indexOf('\n', from)) {
      if (this.#isCut) this.#isCut = false;
      else this.#line(text.slice(from, to));
      from = to + 1;
    }
    this.#keep(text.slice(from));
  }

  /** The last line, where it has no end. */
  end(): void {
    const rest = this.#rest + (this.#decoder?.end() ?? '');
    if (rest !== '' && !this.#isCut) this.#line(rest);
    this.#rest = '';
  }

  #keep(rest: string): void {
    if (this.#isCut) this.#rest = '';
    else if (rest.length <= MOST_LINE) this.#rest = rest;
    else {
      this.#line(rest.slice(0, MOST_LINE));
      this.#isCut = true;
      this.#rest = '';
    }
  }
}

function decoderFor(chunk: Uint8Array): StringDecoder {
  const isUtf16 = chunk[0] === 0xff && chunk[1] === 0xfe;
  return new StringDecoder(isUtf16 ? 'utf16le' : 'utf8');
}
