import { BoundedMap } from '../bounded-map.ts';
import { ended, type Message, type MessageReader, MOST_OPEN, peerAt, type Tell } from './told.ts';

/** A line of the list as text or as CSV, behind number and time: two addresses, the protocol, perhaps a length, and what it is. */
const ROW =
  /^"?([0-9A-Fa-f.:]+)"?\s*(?:->|→|,|\s)\s*"?([0-9A-Fa-f.:]+)"?[\s,]+"?TFTP"?[\s,]+(?:"?\d+"?[\s,]+)?"?(Read Request|Error Code|Data Packet|Acknowledgement|Option Acknowledgement|Write Request)(.*?)"?$/;
const FILE = /^, File: (.*?)(?:\\000)?(?:, Transfer type: |$)/;
const ERROR = /^, Code: (.*?), Message: (.*?)(?:\\000)?$/;
/** A line of the list that is no TFTP. */
const OTHER =
  /^"?(?:[0-9A-Fa-f.:]{3,45})"?\s*(?:->|→|,)\s*"?(?:[0-9A-Za-z.:_-]{3,45})"?[\s,]+"?(?:UDP|TCP|ARP|DHCP|BOOTP|ICMP|SIP|SKINNY|CDP|LLDP|DNS|NTP)\b/;

interface Open {
  readonly asked: string;
  isAtEnd: boolean;
}

/** What tshark and Wireshark print or export of TFTP: the list of packets, as text or as CSV. */
export class Tshark implements MessageReader {
  readonly name = 'tshark';
  /** By phone and server: the list shows no ports. */
  readonly #open = new BoundedMap<string, Open>(MOST_OPEN);

  read({ tag, text }: Message, tell: Tell): boolean {
    const line = tag === '' ? text : `${tag}: ${text}`;
    const found = ROW.exec(line);
    if (found === null) return OTHER.test(line);
    const [, from = '', to = '', what, rest = ''] = found;
    if (what === 'Read Request') {
      const asked = FILE.exec(rest)?.[1];
      if (asked === undefined) return true;
      this.#open.set(`${from} ${to}`, { asked, isAtEnd: false });
      tell({ kind: 'tftp.asked', asked }, peerAt(from));
    } else if (what === 'Error Code') this.#fail(from, to, rest, tell);
    else if (what === 'Data Packet') {
      const open = this.#open.get(`${to} ${from}`);
      if (open !== undefined) open.isAtEnd = rest.includes('(last)');
    } else if (what === 'Acknowledgement') {
      const open = this.#open.get(`${from} ${to}`);
      if (open?.isAtEnd !== true) return true;
      this.#open.delete(`${from} ${to}`);
      tell(ended(open.asked, 'sent', 'its last block was acknowledged'), peerAt(from));
    }
    return true;
  }

  #fail(from: string, to: string, rest: string, tell: Tell): void {
    const [, code = '', words = ''] = ERROR.exec(rest) ?? [];
    const [toPhone, toServer] = [this.#open.get(`${to} ${from}`), this.#open.get(`${from} ${to}`)];
    if (toPhone !== undefined) {
      this.#open.delete(`${to} ${from}`);
      tell(ended(toPhone.asked, code === 'File not found' ? 'not-found' : 'refused', words || code), peerAt(to));
    } else if (toServer !== undefined) {
      this.#open.delete(`${from} ${to}`);
      tell(ended(toServer.asked, 'broken-off', words || code), peerAt(from));
    }
  }
}
