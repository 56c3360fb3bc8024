import { readFileSync } from 'node:fs';
import { AppError } from '../../core/errors.ts';
import { sizeText } from '../../core/text/amounts.ts';
import { unreadableList } from './list-text.ts';

/** So much is taken from a pipe (invented; a list of a thousand phones is 100 kB). */
const MOST_BYTES = 64 * 1024 * 1024;

/** The bytes of a file, or of standard input for "-". One that cannot be read is refused with the way out. */
export async function readInput(name: string, wayOut: string): Promise<Uint8Array> {
  try {
    return name === '-' ? await readPipe() : readFileSync(name);
  } catch (cause) {
    throw cause instanceof AppError ? cause : unreadableList(name, wayOut, cause);
  }
}

async function readPipe(): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of process.stdin) {
    chunks.push(chunk as Buffer);
    length += (chunk as Buffer).length;
    if (length > MOST_BYTES) throw new AppError('E_BAD_USAGE', `standard input has more than ${sizeText(MOST_BYTES)}`);
  }
  return Buffer.concat(chunks);
}
