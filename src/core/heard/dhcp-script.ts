import { parseMac } from '../names/mac-address.ts';
import { ended, lastPart, type Message, type MessageReader, peerAt, type Tell } from './told.ts';

/** `tftp 24000 192.168.1.50 /srv/tftp/P0S3-05-3-00.bin`: a file was sent whole (dnsmasq 2.90 was run). */
const SENT = /^tftp (\d{1,12}) ([0-9A-Fa-f.:]+[.:][0-9A-Fa-f.:]+) (\/.+)$/;
/** `add 00:18:b9:c0:ff:ee 192.168.1.50 name`; `old` is a lease that goes on, `del` one that has ended (dnsmasq(8), --dhcp-script). */
const LEASE =
  /^(add|old|del) (?:[0-9A-Fa-f]{2}-)?((?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}) (\d{1,3}(?:\.\d{1,3}){3})(?: .*)?$/;

/** What dnsmasq gives to its `--dhcp-script`, where that writes its words down one call a line. */
export class DhcpScript implements MessageReader {
  readonly name = 'dnsmasq --dhcp-script';

  read({ text }: Message, tell: Tell): boolean {
    const sent = SENT.exec(text);
    if (sent !== null) {
      const [, bytes = '', address = '', path = ''] = sent;
      tell(ended(lastPart(path), 'sent', 'sent', { bytes: Number(bytes) }), peerAt(address));
      return true;
    }
    const lease = LEASE.exec(text);
    if (lease === null) return false;
    const [, action = '', written = '', address = ''] = lease;
    const mac = parseMac(written);
    if (!mac.ok || action === 'del') return true;
    const fact = { kind: 'dhcp', message: 'ack', mac: mac.value, address, vendorClass: null } as const;
    tell({ ...fact, option66: null, option150: [], nextServer: null }, { ...peerAt(address), mac: mac.value });
    return true;
  }
}
