import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { hear, story } from './hear.ts';

const FOLDER = new URL('../fixtures/captures/', import.meta.url);

function recorded(name: string): ReturnType<typeof hear> {
  return hear(new Uint8Array(gunzipSync(readFileSync(new URL(name, FOLDER)))));
}

/** The boot of a 7940 that goes from P0030301MFG2 over P0S3-06-3-00 to P0S3-08-11-00, request by request. */
const BOOT = [
  ['OS79XX.TXT', 'not-found'],
  ['SEP0018B9C0FFEE.cnf.xml', 'not-found'],
  ['XMLDefault.cnf.xml', 'not-found'],
  ['SEP0018B9C0FFEE.cnf', 'not-found'],
  ['SEPDefault.cnf', 'not-found'],
  ['OS79XX.TXT', 'sent'],
  ['P0S3-06-3-00.bin', 'sent'],
  ['OS79XX.TXT', 'sent'],
  ['P003-08-11-00.sbn', 'sent'],
  ['CTLSEP0018B9C0FFEE.tlv', 'not-found'],
  ['SEP0018B9C0FFEE.cnf.xml', 'not-found'],
  ['SIP0018B9C0FFEE.cnf', 'sent'],
  ['P0S3-08-11-00.loads', 'sent'],
  ['P0S3-08-11-00.sb2', 'sent'],
  ['SIPDefault.cnf', 'not-found'],
].flatMap(([name, outcome]) => [`${name}?`, `${name}: ${outcome}`]);

describe('a boot that was recorded', () => {
  it.each(['multi-any.pcap.gz', 'multi-any.pcapng.gz', 'single-eth.pcap.gz'])('%s', (name) => {
    const { heard, summary } = recorded(name);
    expect(story(heard)).toEqual(BOOT);
    expect(heard.every(({ peer }) => peer.address === '10.77.0.7' && peer.mac === '0018B9C0FFEE')).toBe(true);
    const sizes = heard.flatMap((event) => (event.kind === 'tftp.ended' && event.bytes !== null ? [event.bytes] : []));
    expect(sizes).toEqual([13, 24_000, 14, 20_404, 29, 460, 32_404]);
    expect(summary).toMatchObject({
      frames: 333,
      requests: 15,
      running: 0,
      bytesLeft: 0,
      fault: null,
      isPort69Only: false,
    });
  });

  it('with losses is the same story with blocks that were sent again', () => {
    const { heard, summary } = recorded('loss-eth.pcap.gz');
    const image = heard.find((event) => event.kind === 'tftp.ended' && event.asked === 'P0S3-05-3-00.bin');
    expect(image).toMatchObject({ outcome: 'sent', bytes: 24_000, resent: 4 });
    expect(summary).toMatchObject({ frames: 121, requests: 9, running: 0 });
  });
});
