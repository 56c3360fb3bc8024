import { BoundedMap } from '../bounded-map.ts';
import { parseMac } from '../names/mac-address.ts';
import type { HeardFact } from './heard.ts';
import { isProbe } from './probe-mark.ts';
import { type Message, type MessageReader, MOST_OPEN, peerAt, type Tell } from './told.ts';

type Kind = Extract<HeardFact, { kind: 'dhcp' }>['message'];

const KINDS: Readonly<Record<string, Kind>> = {
  DHCPACK: 'ack',
  DHCPDISCOVER: 'discover',
  DHCPNAK: 'nak',
  DHCPOFFER: 'offer',
  DHCPREQUEST: 'request',
};
const MAC = '((?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2})';
const ADDRESS = '(\\d{1,3}(?:\\.\\d{1,3}){3})';
/** `3253158397 DHCPACK(eth0) 192.168.1.50 00:18:b9:ff:ff:ff SEP0018B9FFFFFF` of dnsmasq; the number only with log-dhcp. */
const DNSMASQ = new RegExp(`^(?:(\\d+) )?(DHCP[A-Z]+)\\([^)]*\\) (?:${ADDRESS} )?${MAC}`);
const VENDOR = /^(\d+) vendor class: (.*)$/;
/** `DHCPREQUEST for 192.168.1.12 (192.168.1.3) from 00:18:b9:ff:ff:ff via eth0`, `DHCPACK on … to …` of ISC dhcpd. */
const ISC = new RegExp(`^(DHCP[A-Z]+)(?: (?:for|on) ${ADDRESS})?(?: \\([^)]*\\))? (?:from|to) ${MAC}`);

/** Messages of the DHCP servers dnsmasq and ISC dhcpd: they tie an address to a MAC, and name the model where it was logged. */
export class Dhcp implements MessageReader {
  readonly name = 'DHCP';
  /** The vendor class stands on a line of its own, before or after, joined by a number. */
  readonly #classes = new BoundedMap<string, string>(MOST_OPEN);
  readonly #macs = new BoundedMap<string, string>(MOST_OPEN);

  read({ text }: Message, tell: Tell): boolean {
    // What loadstep itself asked as a phone tells nothing of the phone.
    const own = /^(\d{10}) /.exec(text);
    if (own !== null && isProbe(Number(own[1]))) return true;
    const dnsmasq = DNSMASQ.exec(text);
    if (dnsmasq !== null) {
      const [, number = '', word = '', address = null, mac = ''] = dnsmasq;
      if (number !== '') this.#macs.set(number, mac);
      return this.#tell(word, mac, address, this.#classes.get(number) ?? null, tell);
    }
    const vendor = VENDOR.exec(text);
    if (vendor !== null) {
      const [, number = '', words = ''] = vendor;
      this.#classes.set(number, words);
      const mac = this.#macs.get(number);
      return mac === undefined || this.#tell('DHCPREQUEST', mac, null, words, tell);
    }
    const isc = ISC.exec(text);
    if (isc === null) return /^\d+ [a-z]/.test(text) || text.startsWith('DHCP');
    const [, word = '', address = null, mac = ''] = isc;
    return this.#tell(word, mac, address, null, tell);
  }

  #tell(word: string, written: string, address: string | null, vendorClass: string | null, tell: Tell): boolean {
    const message = Object.hasOwn(KINDS, word) ? KINDS[word] : undefined;
    const mac = parseMac(written);
    if (message === undefined || !mac.ok) return true;
    const fact = { kind: 'dhcp', message, mac: mac.value, address, vendorClass } as const;
    const peer = { ...peerAt(address ?? ''), address, mac: mac.value };
    tell({ ...fact, option66: null, option150: [], nextServer: null }, peer);
    return true;
  }
}
