import { CaptureReader, type CaptureSummary } from '../../src/core/capture/capture-reader.ts';
import type { Heard } from '../../src/core/heard/heard.ts';
import { type Frame, pcap, timed } from './files.ts';
import type { Bytes } from './wire.ts';

/** What is heard in a file that comes in pieces of a given length, and what is said of it as a whole. */
export function hear(file: Bytes, pieceBytes = file.length): { heard: Heard[]; summary: CaptureSummary } {
  const heard: Heard[] = [];
  const reader = new CaptureReader('boot.pcap', (event) => heard.push(event));
  for (let at = 0; at < file.length; at += pieceBytes) if (!reader.push(file.slice(at, at + pieceBytes))) break;
  return { heard, summary: reader.end() };
}

/** The same where each piece is read into the one buffer of the piece before, as programs do that care for memory. */
export function hearReused(file: Bytes, pieceBytes: number): ReturnType<typeof hear> {
  const heard: Heard[] = [];
  const reader = new CaptureReader('boot.pcap', (event) => heard.push(event));
  const buffer = Buffer.alloc(pieceBytes);
  for (let at = 0; at < file.length; at += pieceBytes) {
    const piece = file.subarray(at, at + pieceBytes);
    buffer.set(piece);
    if (!reader.push(buffer.subarray(0, piece.length))) break;
    buffer.fill(255);
  }
  return { heard, summary: reader.end() };
}

/** The same for frames that follow each other in ten milliseconds, or at the times they have. */
export function hearFrames(frames: readonly (Bytes | Frame)[], link = 1): ReturnType<typeof hear> {
  const placed = timed(frames.map((frame) => ('ms' in frame ? frame.bytes : frame)));
  return hear(
    pcap(
      frames.map((frame, index) => ('ms' in frame ? frame : (placed[index] as Frame))),
      { link },
    ),
  );
}

/** The stories in one line each: `OS79XX.TXT: not-found`. */
export function story(heard: readonly Heard[]): string[] {
  return heard.map((event) => {
    if (event.kind === 'tftp.asked') return `${event.asked}?`;
    if (event.kind === 'tftp.ended') return `${event.asked}: ${event.outcome}`;
    return event.kind === 'dhcp' ? `dhcp ${event.message}` : `${event.by} ${event.load}`;
  });
}

/** The words with which the transfers ended. */
export function words(heard: readonly Heard[]): string[] {
  return heard.flatMap((event) => (event.kind === 'tftp.ended' ? [event.words] : []));
}
