import { copyOf } from './bytes.ts';
import { isDhcp } from './dhcp.ts';
import { Fragments } from './fragments.ts';
import type { CapturedFrame } from './frame.ts';
import { emptyPacket, openIp, openLink, openUdp, PROTOCOL } from './packet.ts';
import { isPcap, PcapRecords } from './pcap-records.ts';
import { PcapngRecords } from './pcapng-records.ts';

/** DHCP messages of a capture that are kept, the newest (invented: one lease is four of them). */
const MOST_MESSAGES = 1000;

/** The DHCP messages in a capture, whole, in their order. It never throws, whatever the bytes. */
export function dhcpMessagesIn(capture: Uint8Array): readonly Uint8Array[] {
  const messages: Uint8Array[] = [];
  const packet = emptyPacket();
  const fragments = new Fragments();
  const take = (frame: CapturedFrame) => {
    if (!openLink(frame, packet) || !openIp(packet) || !fragments.complete(packet)) return;
    if (packet.protocol !== PROTOCOL.udp || !openUdp(packet) || !isDhcp(packet)) return;
    messages.push(copyOf(packet.body, packet.at, packet.at + packet.captured));
    if (messages.length > MOST_MESSAGES) messages.shift();
  };
  const records = isPcap(capture) ? new PcapRecords(take) : new PcapngRecords(take);
  records.read(capture, 0);
  return messages;
}
