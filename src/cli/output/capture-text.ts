import type { SourceCount } from '../../adapters/heard/hear-sources.ts';
import type { CaptureSummary } from '../../core/capture/capture-reader.ts';
import { countText } from '../../core/text/amounts.ts';
import { printable } from './printable.ts';

/** What was read of a capture. */
export function captureText({ source, cutOff }: SourceCount, capture: CaptureSummary): string {
  const { format, frames, requests, answers, fault } = capture;
  const counts = `${countText(requests, 'request')} for files, ${countText(answers, 'answer')}`;
  const cut =
    cutOff !== null
      ? `; it is cut off (${cutOff}), and was read as far as it goes`
      : fault === null
        ? ''
        : `; it is damaged behind frame ${frames} (${fault}), and was read so far`;
  return `Read ${printable(source)}: ${countText(frames, 'frame')} of ${format} (${counts})${cut}.`;
}

/** What a capture leaves open, and why. */
export function captureNotes(capture: CaptureSummary, where: string): string[] {
  const { answers, bytesLeft, copies, filters, isPort69Only, requests, running, unknownLinks } = capture;
  const notes: string[] = [];
  if (isPort69Only) {
    notes.push(
      `${where} holds requests alone: it was captured with "port 69", and servers answer from other ports. What was sent is not in it: capture "udp".`,
    );
  } else if (requests > 0 && answers === 0) {
    notes.push(
      `${where} holds no answer to any request: nobody answered, or the answers did not pass where it was captured.`,
    );
  }
  if (filters.length > 0 && answers === 0)
    notes.push(`${where} was captured with the filter ${filters.map((one) => `"${printable(one)}"`).join(', ')}.`);
  if (running > 0) notes.push(`${where} ends before ${countText(running, 'transfer')} did.`);
  if (bytesLeft > 0) notes.push(`${where} ends within a frame, as when tcpdump is stopped: all before that was read.`);
  if (copies > 0)
    notes.push(`${where} holds ${countText(copies, 'packet')} twice, as behind a bridge: each counts once.`);
  if (unknownLinks.length > 0) {
    notes.push(
      `${where} has frames of a link that is not read (LINKTYPE ${unknownLinks.join(', ')}): capture on Ethernet.`,
    );
  }
  return notes;
}
