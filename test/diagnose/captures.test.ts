import { appendFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { UnknownEar } from '../../src/adapters/heard/source-ear.ts';
import { runCli } from '../../src/cli/program.ts';
import type { Heard } from '../../src/core/heard/heard.ts';
import { option, pcap, pcapng, timed } from '../capture/files.ts';
import { alarm, cdp } from '../capture/messages.ts';
import { type Bytes, joinBytes, le, PHONE, refusal, rrq, SERVER, tcp, transfer, udp } from '../capture/wire.ts';
import { FakeIo, loadstep, ownFolder } from '../support/fake-io.ts';

const MAC = '0018B9C0FFEE';
const FIXTURES = new URL('../fixtures/captures/', import.meta.url);
let folder: Awaited<ReturnType<typeof ownFolder>>;

beforeAll(async () => {
  folder = await ownFolder();
});
afterAll(() => folder.remove());

/** What is said of a file of these bytes, or of several. */
async function diagnose(...files: readonly (readonly [string, Bytes | string])[]): ReturnType<typeof loadstep> {
  const paths = files.map(([name, bytes]) => {
    const path = join(folder.path, name);
    writeFileSync(path, bytes);
    return path;
  });
  return await loadstep(['diagnose', ...paths], { HOME: folder.path, TZ: 'UTC' });
}

/** The boot of a 7940 with a SIP application of 8.x that finds its files. */
const SIP_BOOT = [
  ...refusal(`CTLSEP${MAC}.tlv`, 50_001),
  ...refusal(`SEP${MAC}.cnf.xml`, 50_002),
  ...transfer(`SIP${MAC}.cnf`, [29], 50_003),
  ...transfer('P0S3-08-11-00.loads', [460], 50_004),
  ...transfer('SIPDefault.cnf', [100], 50_005),
];

describe('loadstep diagnose reads captures', () => {
  it('packed or not, whatever they are called: the story stands with the numbers of its frames', async () => {
    const packed = readFileSync(new URL('multi-any.pcapng.gz', FIXTURES));
    const { code, out, err } = await diagnose(['boot.log', packed]);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(new RegExp(`^Phone ${MAC} at 10\\.77\\.0\\.7, 7940 or 7960: nothing wrong seen`));
    expect(out).toContain(
      'frame 332: SIPDefault.cnf after P0S3-08-11-00.loads, without starting over: a SIP application runs',
    );
    expect(out).toContain('frame 11: OS79XX.TXT sent, 13 bytes; P0S3-06-3-00.bin sent, 24 kB');
    expect(out).toMatch(/Read .*boot\.log: 333 frames of pcapng \(15 requests for files, 163 answers\)\.\n$/);
  });

  it('beside logs, each in the order of its times', async () => {
    const line = `2027-01-15T07:59:00.000Z pbx dnsmasq-dhcp[9]: DHCPACK(eth0) 10.77.0.7 00:18:b9:c0:ff:ee SEP${MAC}\n`;
    const { out } = await diagnose(['boot.pcap', pcap(timed(SIP_BOOT))], ['dhcp.log', line]);
    expect(out).toContain(`boot.pcap frame 1: CTLSEP….tlv, SEP….cnf.xml not found;`);
    expect(out).toMatch(/Read .*dhcp\.log: 1 line \(DHCP 1\)/);
  });

  it('of port 69 alone, and takes no request for unanswered', async () => {
    const names = [`SEP${MAC}.cnf.xml`, 'SIPDefault.cnf'];
    const frames = names.map((name, index) =>
      udp({ ...PHONE, port: 50_001 + index }, { ...SERVER, port: 69 }, rrq(name)),
    );
    const { code, out } = await diagnose(['p69.pcapng', pcapng(timed(frames), 1, option('little', 11, '\0port 69'))]);
    expect(code).toBe(0);
    expect(out).toContain(
      'It holds requests alone: it was captured with "port 69", and servers answer from other ports.',
    );
    expect(out).toContain('It was captured with the filter "port 69".');
    expect(out).not.toContain('P_TRANSFER_BROKEN_OFF');
  });

  it('in which nobody is answered', async () => {
    const other = udp({ ...PHONE, port: 5000 }, { ...SERVER, port: 5001 }, joinBytes('x'));
    const { out } = await diagnose([
      'silent.pcap',
      pcap(timed([udp(PHONE, { ...SERVER, port: 69 }, rrq('OS79XX.TXT')), other])),
    ]);
    expect(out).toContain(
      'It holds no answer to any request: nobody answered, or the answers did not pass where it was captured.',
    );
  });

  it('that were stopped within a frame, are damaged, or are packed and cut', async () => {
    const whole = pcap(timed(SIP_BOOT));
    const stopped = await diagnose(['stopped.pcap', whole.slice(0, -10)]);
    expect(stopped.out).toContain('It ends within a frame, as when tcpdump is stopped: all before that was read.');
    expect(stopped.out).toContain('It ends before 1 transfer did.');
    const damaged = await diagnose([
      'damaged.pcap',
      joinBytes(whole, le(0, 4), le(0, 4), le(0x7fff_ffff, 4), le(0, 4)),
    ]);
    expect(damaged.out).toContain(
      `it is damaged behind frame ${SIP_BOOT.length} (a frame of 2147483647 bytes), and was read so far`,
    );
    const packed = gzipSync(pcap(timed(Array.from({ length: 50 }, () => SIP_BOOT).flat())));
    const cut = await diagnose(['cut.pcap.gz', packed.subarray(0, packed.length - 200)]);
    expect(cut.code).toBe(0);
    expect(cut.out).toContain('it is cut off (unexpected end of file)');
  });

  it('without any phone in them', async () => {
    const { code, out } = await diagnose(['empty.pcap', pcap([])]);
    expect([code, out.split('\n')[0]]).toEqual([
      0,
      `Read ${join(folder.path, 'empty.pcap')}: 0 frames of pcap (0 requests for files, 0 answers).`,
    ]);
    expect(out).toContain('No phone asks for anything in it.');
  });

  it('as JSON, with what is said of the capture as a whole', async () => {
    const path = join(folder.path, 'json.pcap');
    writeFileSync(path, pcap(timed(SIP_BOOT)));
    const { out } = await loadstep(['diagnose', path, '--json'], { HOME: folder.path });
    const [sources, phone] = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(sources.sources).toMatchObject([
      { lines: SIP_BOOT.length, capture: { format: 'pcap', requests: 5, fault: null } },
    ]);
    expect(phone).toMatchObject({ mac: MAC, requests: 5 });
  });
});

describe('what a phone calls its software', () => {
  it('is no proof where a 7940 on SIP names its loader by CDP', async () => {
    const silent = await diagnose(['boot.pcap', pcap(timed(SIP_BOOT))]);
    const told = await diagnose([
      'boot.pcap',
      pcap(timed([...SIP_BOOT, cdp(`SIP${MAC}`, 'Cisco IP Phone 7940', 'P003-08-11-00')])),
    ]);
    const runs = (text: string) => /runs +(.*)/.exec(text)?.[1];
    expect(runs(silent.out)).toBe('SIP application of a 7940/7960 (7+)');
    expect(runs(told.out)).toBe(runs(silent.out));
  });

  /** A capture of one SCCP alarm. */
  const alarmed = (text: string) => {
    const calls = { ...SERVER, port: 2000 };
    return pcap(timed([tcp(PHONE, calls, 1, 2), tcp(PHONE, calls, 2, 0x18, alarm(text))]));
  };

  it('is looked up among the loads that are known where the alarm of a 7940 tells its version', async () => {
    const { out } = await diagnose(['alarm.pcap', alarmed(`25: Name=SEP${MAC} Load=8.1(2.0) Last=Initialized`)]);
    expect(out).toMatch(/^Phone 0018B9C0FFEE at 10\.77\.0\.7, 7940 or 7960/);
    expect(out).toContain('frame 2: says itself that it runs 8.1(2.0) (its SCCP alarm), which is P00308010200');
  });

  it('leaves open which of the loads it is where several are shown alike', async () => {
    const { out } = await diagnose(['alarm.pcap', alarmed(`22: Name=SEP${MAC} Load= 9.4(2SR3.1S) Last=Reset-Reset`)]);
    expect(out).toMatch(
      /says itself that it runs 9\.4\(2SR3\.1S\) \(its SCCP alarm\), which is SCCP\d\d\.9-4-2SR3-1S or SCCP/,
    );
    expect(out).not.toContain('nothing known yet');
  });

  it('is shown as it stands where no load is known that is shown so', async () => {
    const { out } = await diagnose(['alarm.pcap', alarmed(`25: Name=SEP${MAC} Load=99.1(2.0) Last=Initialized`)]);
    expect(out).toContain('says       frame 2: its SCCP alarm names 99.1(2.0)');
    const named = cdp(`SIP${MAC}`, 'Cisco IP Phone 7940', 'P003-08-11-00');
    const loader = await diagnose(['cdp.pcap', pcap(timed([named]))]);
    expect(loader.out).toContain(
      'says       frame 1: CDP on its switch port names P003-08-11-00, a loader: not what runs',
    );
  });

  it('is what runs where it is an application', async () => {
    const named = cdp(`SEP${MAC}`, 'Cisco IP Phone 7941', 'SCCP41.8-2-1S');
    const { out } = await diagnose(['cdp.pcap', pcap(timed([named]))]);
    expect(out).toContain('frame 1: says itself that it runs SCCP41.8-2-1S (CDP on its switch port)');
  });
});

describe('captures that grow', () => {
  const FRAMES = timed(SIP_BOOT);
  const HEADER_BYTES = 24;

  it('are followed, with the numbers of their frames, and from the beginning of a new file', async () => {
    const path = join(folder.path, 'growing.pcap');
    const whole = pcap(FRAMES);
    const half = pcap(FRAMES.slice(0, 4)).length + 20;
    writeFileSync(path, whole.subarray(0, half));
    const io = new FakeIo({ HOME: folder.path, TZ: 'UTC' });
    const code = runCli(['diagnose', '--follow', path], io);
    const shows = (text: string | RegExp) =>
      vi.waitFor(() => expect(io.stdout.text).toMatch(text), { timeout: 20_000 });
    await shows(/growing\.pcap: 4 frames of pcap \(2 requests for files, 2 answers\)/);
    expect(io.stdout.text).toMatch(/frame 1: CTLSEP/);
    appendFileSync(path, whole.subarray(half));
    await shows(/SIPDefault\.cnf sent/);
    renameSync(path, `${path}.1`);
    writeFileSync(path, pcap(timed(transfer('RINGLIST.DAT', [10], 50_050))));
    await shows(/RINGLIST\.DAT sent/);
    io.signal('SIGINT');
    expect(await code).toBe(130);
  });

  it('that were looked at before they had a header are known once they have it', () => {
    const heard: Heard[] = [];
    const ear = new UnknownEar({ source: 'x', now: 0, zoneOf: () => 0, hear: (one) => heard.push(one) });
    const buffer = Buffer.alloc(HEADER_BYTES * 100);
    const file = pcap(FRAMES);
    for (const [from, to] of [
      [0, 5],
      [5, HEADER_BYTES],
      [HEADER_BYTES, file.length],
    ] as const) {
      buffer.set(file.subarray(from, to));
      ear.add(buffer.subarray(0, to - from));
    }
    expect(heard).toHaveLength(10);
    expect(ear.count().capture).toMatchObject({ format: 'pcap', frames: FRAMES.length });
  });
});
