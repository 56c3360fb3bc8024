import { parseMac } from '../names/mac-address.ts';
import { type Message, type MessageReader, NOBODY, type Tell } from './told.ts';

/** `… Name=SEP001D45000011 Load= term11.default : Invalid SCCP message!` of chan-sccp, `… Load=7.2(2.0) Last=Reset-Reset` of Cisco's CME. */
const ALARM = /\bName=SEP([0-9A-Fa-f]{12}) Load=\s*(\S+)(.*)$/;
/** `dgetfile(877)-GETXXTP [GT877][src=ITLSEP001D45000011.tlv][dest=/tmp/ITLFile.tlv]…` of a phone's console. */
const FETCH = /\bdgetfile\b[^[]*(?:\[[^[\]]*\])*?\[src=([^[\]]*)\]\[dest=/;
/** Lines of the same console, and of CME, that tell nothing of a file or a load. */
const BESIDES = /^(?:INF|NOT|WRN|ERR|DBG)\b|^%IPPHONE-\d-|\bDLoad: |^DLoad$/;

/** What phones say of themselves: the alarm with which they register at a call manager, and the lines of their console. */
export class PhoneSays implements MessageReader {
  readonly name = 'phones themselves';

  read({ tag, text }: Message, tell: Tell): boolean {
    const line = tag === '' ? text : `${tag}: ${text}`;
    const alarm = ALARM.exec(line);
    if (alarm !== null) {
      const [, written = '', load = '', rest = ''] = alarm;
      const mac = parseMac(written);
      if (!mac.ok) return true;
      const words = rest.replace(/^[\s:]+/, '').trim();
      tell({ kind: 'load-told', by: 'sccp-alarm', mac: mac.value, load, words }, { ...NOBODY, mac: mac.value });
      return true;
    }
    const fetch = FETCH.exec(line);
    if (fetch === null) return BESIDES.test(line);
    tell({ kind: 'tftp.asked', asked: fetch[1] ?? '' }, NOBODY);
    return true;
  }
}
