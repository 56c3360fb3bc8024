import { BoundedMap } from '../bounded-map.ts';
import type { HeardPeer } from './heard.ts';
import { ended, lastPart, type Message, type MessageReader, MOST_OPEN, NOBODY, peerAt, type Tell } from './told.ts';

const ADDRESS = '([0-9A-Fa-f]*[.:][0-9A-Fa-f.:]+)';
/** FreeBSD, pfSense and OPNsense: `10.77.0.7: read request for /tftpboot/X: success`; the peer may be a name of a host. */
const FREEBSD = /^(\S+): read request for (.+): (success|File not found|.{1,40})$/;
/** OpenBSD: `10.77.0.7: read request for 'X'`. */
const OPENBSD = /^(\S+): read request for '(.*)'$/;
const FREEBSD_BESIDES = /^(?:Filename: '|Mode: ')/;

/** tftpd of the BSDs. */
export class BsdTftpd implements MessageReader {
  readonly name = 'BSD tftpd';

  read({ tag, text }: Message, tell: Tell): boolean {
    if (tag !== 'tftpd') return false;
    const open = OPENBSD.exec(text);
    if (open !== null) {
      tell({ kind: 'tftp.asked', asked: open[2] ?? '' }, hostAt(open[1] ?? ''));
      return true;
    }
    const free = FREEBSD.exec(text);
    if (free === null) return FREEBSD_BESIDES.test(text);
    const [, host = '', path = '', words = ''] = free;
    const outcome = words === 'File not found' ? 'not-found' : 'refused';
    // "success" is said when the transfer begins.
    if (words === 'success') tell({ kind: 'tftp.asked', asked: lastPart(path) }, hostAt(host));
    else tell(ended(lastPart(path), outcome, words), hostAt(host));
    return true;
  }
}

function hostAt(host: string): HeardPeer {
  return /^[\d.]+$|:/.test(host) ? peerAt(host) : NOBODY;
}

const UDPSVD = /^start (\d+) \S+?-([0-9A-Fa-f.:[\]]+):(\d+)$/;
const UDPSVD_END = /^end (\d+) /;
const CANT_OPEN = /^can't open '(.*)': (.*)$/;
const BUSYBOX_ERROR = /^server error: \((\d+)\) (.*)$/;
const BUSYBOX_BESIDES = /^(?:dot in file name|mode is not 'octet'|write error|listening on )/;

/** BusyBox's tftpd, which logs what goes wrong and nothing else; who it was stands in lines of udpsvd, joined by the process. */
export class BusyBox implements MessageReader {
  readonly name = 'BusyBox';
  readonly #peers = new BoundedMap<string, HeardPeer>(MOST_OPEN);

  read({ tag, pid, text }: Message, tell: Tell): boolean {
    if (tag === 'udpsvd') {
      const start = UDPSVD.exec(text);
      if (start !== null) this.#peers.set(start[1] ?? '', peerAt(start[2] ?? '', start[3] ?? null));
      const end = UDPSVD_END.exec(text);
      if (end !== null) this.#peers.delete(end[1] ?? '');
      return true;
    }
    if (tag !== 'tftpd') return false;
    const peer = this.#peers.get(pid) ?? NOBODY;
    const missing = CANT_OPEN.exec(text);
    if (missing !== null) {
      const [, asked = '', words = ''] = missing;
      tell(ended(asked, words === 'No such file or directory' ? 'not-found' : 'refused', words), peer);
      return true;
    }
    const error = BUSYBOX_ERROR.exec(text);
    if (error === null) return BUSYBOX_BESIDES.test(text);
    if (peer.address !== null) tell(ended(null, 'broken-off', error[2] ?? ''), peer);
    return true;
  }
}

/** `'X' of type 'octet' is requested from 10.0.0.5:49840` of PumpKIN and of servers on npm. */
const REQUESTED = new RegExp(`^'(.*)' of type '\\w+' is requested from ${ADDRESS}:(\\d+)`);
const FINISHED = /^Transfer of '(.*)' finished/;
/** SoftPerfect: `[INFO] [10.77.0.7] [GET] [X] Transfer complete, 460 bytes`. */
const SOFTPERFECT = new RegExp(`^(?:\\[\\w+\\] )?\\[${ADDRESS}\\] \\[GET\\] \\[(.*)\\] (.*)$`);
const COMPLETE = /^Transfer complete, (\d+) bytes/;
/** TftpdNT: `Client: name (10.77.0.7)`, then `Read request. File name: 'X' Mode: 'octet'`. */
const NT_CLIENT = new RegExp(`^Client: .*\\(${ADDRESS}\\)`);
const NT_REQUEST = /^Read request\. File name: '(.*)' Mode: '/;

/** Servers for Windows and for containers of which single logs were seen: PumpKIN, SoftPerfect, TftpdNT and some on npm. */
export class SmallServers implements MessageReader {
  readonly name = 'a small TFTP server';
  readonly #requested = new BoundedMap<string, HeardPeer>(MOST_OPEN);
  #client: HeardPeer = NOBODY;

  read({ tag, text }: Message, tell: Tell): boolean {
    const line = tag === '' ? text : `${tag}: ${text}`;
    return this.#pumpkin(line, tell) || this.#softPerfect(line, tell) || this.#nt(line, tell);
  }

  #pumpkin(line: string, tell: Tell): boolean {
    const requested = REQUESTED.exec(line);
    if (requested !== null) {
      const [, asked = '', address = '', port = null] = requested;
      const peer = peerAt(address, port);
      this.#requested.set(asked, peer);
      tell({ kind: 'tftp.asked', asked }, peer);
      return true;
    }
    const finished = FINISHED.exec(line)?.[1];
    if (finished === undefined) return false;
    tell(ended(finished, 'sent', 'finished'), this.#requested.get(finished) ?? NOBODY);
    return true;
  }

  #softPerfect(line: string, tell: Tell): boolean {
    const found = SOFTPERFECT.exec(line);
    if (found === null) return false;
    const [, address = '', asked = '', words = ''] = found;
    const bytes = COMPLETE.exec(words)?.[1];
    if (bytes === undefined) tell({ kind: 'tftp.asked', asked }, peerAt(address));
    else tell(ended(asked, 'sent', words, { bytes: Number(bytes) }), peerAt(address));
    return true;
  }

  #nt(line: string, tell: Tell): boolean {
    const client = NT_CLIENT.exec(line);
    if (client !== null) {
      this.#client = peerAt(client[1] ?? '');
      return true;
    }
    const asked = NT_REQUEST.exec(line)?.[1];
    if (asked === undefined) return false;
    tell({ kind: 'tftp.asked', asked }, this.#client);
    return true;
  }
}

/** xinetd around tftpd-hpa, of which nothing is told: one of its lines stands for many requests, and its process is another one. */
export class Xinetd implements MessageReader {
  readonly name = 'xinetd';

  read({ tag }: Message): boolean {
    return tag === 'xinetd';
  }
}
