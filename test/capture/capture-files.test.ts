import { describe, expect, it } from 'vitest';
import { isCapture } from '../../src/core/capture/capture-reader.ts';
import { BOOT, END, FILES, first, STORY } from './boot-files.ts';
import { BEGAN_MS, block, enhanced, option, pcap, pcapng, port, section, simple } from './files.ts';
import { hear, story } from './hear.ts';
import { joinBytes, le, PHONE, zeros } from './wire.ts';

describe('every kind of file tells the same story', () => {
  it.each(FILES)('%s', (_, file) => {
    expect(isCapture(file.subarray(0, 12))).toBe(true);
    const { heard, summary } = hear(file);
    expect(story(heard)).toEqual(STORY);
    expect(heard.map(({ line }) => line)).toEqual([1, 2, 3, 7]);
    expect(heard.map(({ time }) => time)).toEqual([0, 10, 20, 60].map((ms) => BEGAN_MS + ms));
    expect(heard[0]).toMatchObject({ source: 'boot.pcap', peer: { address: PHONE.address, port: 50_001 } });
    expect(summary).toMatchObject({ frames: 7, requests: 2, answers: 3, running: 0, bytesLeft: 0, fault: null });
  });

  it.each(FILES)('%s, in pieces of one byte and of seven', (_, file) => {
    expect(hear(file, 1)).toEqual(hear(file));
    expect(hear(file, 7)).toEqual(hear(file));
  });

  it('simple packet blocks tell no time', () => {
    const file = joinBytes(section('little'), port('little', 1), ...BOOT.map((it) => simple('little', it)));
    const { heard } = hear(file);
    expect(story(heard)).toEqual(STORY);
    expect(heard.every(({ time }) => time === null)).toBe(true);
  });
});

describe('files that are not whole', () => {
  it('a capture that was stopped within a frame is read as far as it is whole', () => {
    for (const whole of [pcap(BOOT), pcapng(BOOT)]) {
      const { heard, summary } = hear(whole.slice(0, -20));
      expect(story(heard)).toEqual(STORY.slice(0, 3));
      expect(summary).toMatchObject({ frames: 6, running: 1, fault: null });
      expect(summary.bytesLeft).toBeGreaterThan(0);
    }
  });

  it('a frame of impossible length ends the reading, and what came before counts', () => {
    const damaged = joinBytes(pcap(first), le(1, 4), le(0, 4), le(0x7fffffff, 4), le(0x7fffffff, 4), zeros(64));
    const { heard, summary } = hear(damaged);
    expect(story(heard)).toEqual(STORY.slice(0, 3));
    expect(summary.fault).toBe('a frame of 2147483647 bytes');
  });

  it('a block whose lengths differ ends the reading', () => {
    const wrong = pcapng(first);
    wrong[wrong.length - 4] = 8;
    const { summary } = hear(wrong);
    expect(summary).toMatchObject({ frames: first.length - 1, fault: 'a block whose two lengths differ' });
  });

  it('a long block that holds no frame is passed over without being kept', () => {
    const file = joinBytes(section('little'), block('little', 0x7777, zeros(2_000_000)), port('little', 1));
    const frames = BOOT.map((frame) => enhanced('little', 0, frame.ms * 1000, frame));
    expect(story(hear(joinBytes(file, ...frames), 65_536).heard)).toEqual(STORY);
  });

  it('blocks that Wireshark counts as frames are counted, so that frame numbers are the same', () => {
    const others = [0x0bad, 0x40000bad, 9, 0x7777].map((type) => block('little', type, zeros(8)));
    const frames = BOOT.map((frame) => enhanced('little', 0, frame.ms * 1000, frame));
    const { heard } = hear(joinBytes(section('little'), port('little', 1), ...others, ...frames));
    expect(heard[0]?.line).toBe(4);
  });

  it('a file of something else is no capture', () => {
    for (const text of [
      'Nov 28 07:32:28 in.tftpd[15619]: RRQ from 10.78.0.7',
      '\u001f\u008b\b\0\0\0\0\0\0\0\0\0',
      '',
      'x',
    ]) {
      const bytes = joinBytes(text);
      expect(isCapture(bytes)).toBe(false);
      expect(hear(bytes).summary).toMatchObject({ format: null, frames: 0, fault: 'neither pcap nor pcapng' });
    }
  });

  it('frames of a link that is not read are counted, and the link is named', () => {
    const { summary } = hear(pcap(first, { link: 105 }));
    expect(summary).toMatchObject({ frames: 3, requests: 0, unknownLinks: [105] });
  });

  it('a frame of an interface that the section does not have is passed over', () => {
    const file = joinBytes(
      section('little'),
      port('little', 1),
      ...BOOT.map((it) => enhanced('little', 7, it.ms * 1000, it)),
    );
    expect(hear(file)).toMatchObject({ heard: [], summary: { frames: 7, fault: null } });
  });

  it('the filter that dumpcap notes is told', () => {
    const file = pcapng(BOOT, 1, option('little', 11, '\0udp port 69'), END);
    expect(hear(file).summary.filters).toEqual(['udp port 69']);
  });

  it('a time that no calendar has is told as none', () => {
    const file = joinBytes(
      section('little'),
      port('little', 1, option('little', 9, new Uint8Array([0])), END),
      ...BOOT.map((frame) => enhanced('little', 0, 2 ** 52, frame)),
    );
    expect(hear(file).heard.every(({ time }) => time === null)).toBe(true);
  });
});
