import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Heard } from '../../src/core/heard/heard.ts';
import { FILES } from './boot-files.ts';
import { BEGAN_MS, block, enhanced, pcap, port, section, timed } from './files.ts';
import { hear } from './hear.ts';
import { alarm, cdp, dhcp, lldp, options } from './messages.ts';
import { type Bytes, joinBytes, PHONE, rrq, SERVER, tcp, udp } from './wire.ts';

const hasTshark = spawnSync('tshark', ['--version']).error === undefined;
const RECORDED = ['multi-any.pcap.gz', 'multi-any.pcapng.gz', 'single-eth.pcap.gz', 'loss-eth.pcap.gz'];
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'loadstep-tshark-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The fields that tshark finds in a file, a row for each frame in which it finds something of `filter`. */
function fieldsOf(file: Bytes, filter: string, fields: readonly string[], more: readonly string[] = []): string[][] {
  const path = join(folder, 'asked.pcap');
  writeFileSync(path, file);
  const wanted = fields.flatMap((field) => ['-e', field]);
  const run = spawnSync('tshark', ['-n', '-r', path, ...more, '-Y', filter, '-T', 'fields', ...wanted], {
    encoding: 'utf8',
  });
  expect(run.status, run.stderr).toBe(0);
  return run.stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split('\t'));
}

const time = (seconds: string | undefined) => Math.floor(Number(seconds) * 1000 + 0.0005);

function asked(heard: readonly Heard[]): unknown[] {
  return heard.flatMap((event) =>
    event.kind === 'tftp.asked' ? [[event.line, event.time, event.peer.address, event.peer.port, event.asked]] : [],
  );
}

function refused(heard: readonly Heard[]): unknown[] {
  return heard.flatMap((event) =>
    event.kind === 'tftp.ended' && event.outcome !== 'sent' ? [[event.line, event.time, event.peer.port]] : [],
  );
}

describe.skipIf(!hasTshark)('what tshark finds is heard (skipped without tshark)', { timeout: 120_000 }, () => {
  const recorded = RECORDED.map((name): readonly [string, Bytes] => {
    return [name, new Uint8Array(gunzipSync(readFileSync(new URL(`../fixtures/captures/${name}`, import.meta.url))))];
  });

  it.each([...FILES, ...recorded])('%s', (_, file) => {
    const { heard, summary } = hear(file);
    const wanted = [
      'frame.number',
      'frame.time_epoch',
      'ip.src',
      'udp.srcport',
      'udp.dstport',
      'tftp.opcode',
      'tftp.source_file',
    ];
    const rows = fieldsOf(file, 'tftp', wanted);
    const requests = rows.filter(([, , , , , opcode]) => opcode === '1');
    // The same request from the same port is one request, sent again.
    const firsts = requests.filter(
      ([, , , from], index) => requests.findIndex(([, , , other]) => other === from) === index,
    );
    expect(asked(heard)).toEqual(
      firsts.map(([frame, at, address, port, , , name]) => [Number(frame), time(at), address, Number(port), name]),
    );
    const errors = rows.filter(([, , , , , opcode]) => opcode === '5');
    expect(refused(heard)).toEqual(errors.map(([frame, at, , , port]) => [Number(frame), time(at), Number(port)]));
    expect(summary.frames).toBe(Number(fieldsOf(file, 'frame', ['frame.number']).at(-1)?.[0]));
  });

  it('blocks that hold no packet count as frames, or not, as they do for tshark', () => {
    const others = [0x0bad, 0x40000bad, 9, 0x7777].map((type) =>
      block('little', type, joinBytes('__REALTIME_TIMESTAMP=1\nMESSAGE=x\n')),
    );
    const frame = { bytes: udp(PHONE, { ...SERVER, port: 69 }, rrq('a.bin')), ms: BEGAN_MS };
    const file = joinBytes(
      section('little'),
      port('little', 1),
      ...others,
      enhanced('little', 0, BEGAN_MS * 1000, frame),
    );
    expect(fieldsOf(file, 'tftp', ['frame.number'])).toEqual([[String(hear(file).heard[0]?.line)]]);
  });

  it('a file in blocks: how many were sent, and how many of them again', () => {
    const file = recorded.find(([name]) => name.startsWith('loss'))?.[1] ?? new Uint8Array(0);
    const blocks = fieldsOf(file, 'tftp.opcode == 3', ['udp.dstport', 'tftp.block']).map((row) => row.join(' '));
    const again = blocks.length - new Set(blocks).size;
    const { heard } = hear(file);
    const said = heard.flatMap((event) =>
      event.kind === 'tftp.ended' ? [/(\d+) sent again/.exec(event.words)?.[1] ?? '0'] : [],
    );
    expect(again).toBeGreaterThan(0);
    expect(said.reduce((sum, count) => sum + Number(count), 0)).toBe(again);
  });

  it('the names, loads and offers in announcements and messages', () => {
    const tail = options([53, [2]], [66, 'tftp.example.net'], [150, [10, 77, 0, 1, 10, 77, 0, 2]]);
    const sip = joinBytes(
      'REGISTER sip:10.77.0.1 SIP/2.0\r\nCall-ID: 1@x\r\n',
      'Reason: SIP;cause=200;text="cisco-alarm:23 Name=SEP001F9E000001 Load=SIP41.9-4-2SR3-1S Last=reset-restart"\r\n\r\n',
    );
    const text = '25: Name=SEP0018B9C0FFEE Load=8.1(2.0) Last=Initialized';
    const file = pcap(
      timed([
        cdp('SEP001F9E000001', 'Cisco IP Phone 7941', 'SCCP41.8-2-1S'),
        lldp([6, 'Cisco IP Phone 7962G,V12, SCCP42.9-3-1ES27S']),
        udp({ ...SERVER, port: 67 }, { ...PHONE, port: 68 }, dhcp(2, '10.77.0.7', '10.77.0.3', tail)),
        udp({ ...PHONE, port: 5060 }, { ...SERVER, port: 5060 }, sip),
        tcp(PHONE, { ...SERVER, port: 2000 }, 1, 2),
        tcp(PHONE, { ...SERVER, port: 2000 }, 2, 0x18, alarm(text)),
        udp(PHONE, { ...SERVER, port: 69 }, rrq('OS79XX.TXT ')),
      ]),
    );
    const { heard } = hear(file);
    const words = (by: string) =>
      heard.flatMap((event) => (event.kind === 'load-told' && event.by === by ? [event.words] : []));
    const [announced] = fieldsOf(file, 'cdp', ['cdp.deviceid', 'cdp.platform', 'cdp.software_version']);
    expect(words('cdp')).toEqual([`CDP of ${announced?.[0]}, ${announced?.[1]}: ${announced?.[2]}`]);
    expect(words('lldp')).toEqual([`LLDP: ${fieldsOf(file, 'lldp', ['lldp.tlv.system.desc'])[0]?.[0]}`]);
    expect(words('sccp-alarm')).toEqual([fieldsOf(file, 'skinny', ['skinny.text'])[0]?.[0]]);
    expect(fieldsOf(file, 'sip', ['sip.Reason'])[0]?.[0]).toContain(words('sip-register')[0]);
    const offered = [
      'dhcp.option.dhcp',
      'dhcp.hw.mac_addr',
      'dhcp.ip.your',
      'dhcp.ip.server',
      'dhcp.option.tftp_server_name',
    ];
    expect(fieldsOf(file, 'dhcp', offered)).toEqual([
      ['2', '00:18:b9:c0:ff:ee', '10.77.0.7', '10.77.0.3', 'tftp.example.net'],
    ]);
    expect(heard.find(({ kind }) => kind === 'dhcp')).toMatchObject({
      message: 'offer',
      mac: '0018B9C0FFEE',
      address: '10.77.0.7',
      nextServer: '10.77.0.3',
      option66: 'tftp.example.net',
    });
    expect(fieldsOf(file, 'tftp', ['tftp.source_file'])).toEqual([['OS79XX.TXT ']]);
    expect(heard.at(-1)).toMatchObject({ kind: 'tftp.asked', asked: 'OS79XX.TXT ' });
  });
});
