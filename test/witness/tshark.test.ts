import { describe, expect, it } from 'vitest';
import { Registrar } from '../../src/adapters/witness/registrar.ts';
import { readSaid, SccpCutter, sccpAnswer } from '../../src/core/witness/sccp.ts';
import { alarmMessage, keepAliveMessage, registerMessage } from '../../src/emulator/sccp/messages.ts';
import { pcap, timed } from '../capture/files.ts';
import { type Bytes, joinBytes, PHONE, SERVER, tcp, udp } from '../capture/wire.ts';
import { FakeClock } from '../support/clock.ts';
import { hasTshark, tsharkFields } from '../support/tshark.ts';

// tshark is the third party: what our emulated phone writes and what our ears read and answer is what it says.

const fieldsOf = tsharkFields();
const CALLS = { ...SERVER, port: 2000 };
const SIP = { ...SERVER, port: 5060 };

const stream = (bytes: Bytes) => pcap(timed([tcp(PHONE, CALLS, 1, 2), tcp(PHONE, CALLS, 2, 0x18, bytes)]));
const bytesOf = (bytes: Uint8Array): Bytes => new Uint8Array(bytes);

describe.skipIf(!hasTshark)('as tshark has it (skipped without tshark)', { timeout: 120_000 }, () => {
  it.each([
    ['7940', 'P0030301MFG2', '3.1(MF.G2)', 'initialized'],
    ['7960', 'P0030801SR02', '8.1(SR.2)', 'reset-restart'],
    ['7960', 'P00308010200', '8.1(2.0)', 'initialized'],
    ['7942', 'SCCP42.9-4-2SR3-1S', '9.4(2SR3.1S)', 'reset-reset'],
  ] as const)('the start of a %s on %s', (model, load, shown, reason) => {
    const who = { model, load, mac: '0018B9C0FFEE', address: '10.77.0.8' };
    const file = stream(joinBytes(bytesOf(alarmMessage(who, reason))));
    const text = fieldsOf(file, 'skinny', 'skinny.text')[0]?.[0] ?? '';
    const [alarm, register] =
      new SccpCutter().push(joinBytes(bytesOf(alarmMessage(who, reason)), bytesOf(registerMessage(who)))) ?? [];
    expect(text).toContain(`Load=${model === '7942' ? ' ' : ''}${shown} `);
    expect(alarm === undefined ? null : readSaid(alarm)).toMatchObject({ mac: who.mac, load: shown, words: text });
    const found = fieldsOf(stream(bytesOf(registerMessage(who))), 'skinny', 'skinny.messageId', 'skinny.DeviceName');
    expect(found).toEqual([['1', `SEP${who.mac}`]]);
    const said = register === undefined ? null : readSaid(register);
    expect(said).toMatchObject({ mac: who.mac, load: model === '7942' ? load : null });
  });

  it('what is answered by SCCP', () => {
    const reject = sccpAnswer({ id: 1, body: new Uint8Array(68) });
    const alive = sccpAnswer({ id: 0, body: new Uint8Array(0) });
    if (reject === null || alive === null) throw new Error('no answer');
    const back = (bytes: Uint8Array) =>
      pcap(timed([tcp(PHONE, CALLS, 1, 2), tcp(CALLS, PHONE, 1, 0x12), tcp(CALLS, PHONE, 2, 0x18, bytesOf(bytes))]));
    expect(fieldsOf(back(reject), 'skinny', 'skinny.messageId', 'skinny.text')).toEqual([
      ['157', 'loadstep: no calls here'],
    ]);
    expect(fieldsOf(back(alive), 'skinny', 'skinny.messageId')).toEqual([['256']]);
    expect(fieldsOf(stream(bytesOf(keepAliveMessage())), 'skinny', 'skinny.messageId')).toEqual([['0']]);
  });

  it('what is answered by SIP', async () => {
    const desk = { isItsAddress: async () => true, hear: async () => true, toAsk: () => [] };
    const registrar = new Registrar(desk, new FakeClock());
    const head = [
      'REGISTER sip:10.77.0.1 SIP/2.0',
      'Via: SIP/2.0/UDP 10.77.0.8:5060;branch=z9hG4bK148fe9fb',
      'From: <sip:2010@10.77.0.1>;tag=0024c4aabbcc0060d0bf52e4-991474dd',
      'To: <sip:2010@10.77.0.1>',
      'Call-ID: 0024c4aa-bbcc0008@10.77.0.8',
      'CSeq: 201 REGISTER',
      'User-Agent: Cisco-CP7960G/8.0',
      'Contact: <sip:2010@10.77.0.8:5060;transport=udp>;+sip.instance="<urn:uuid:00000000-0000-0000-0000-0024c4aabbcc>"',
      'Expires: 3600',
    ].join('\r\n');
    const answers: string[][] = [];
    for (const connectedAt of [null, 0]) {
      const answer = await registrar.answer({ head, source: '10.77.0.8', connectedAt });
      const bytes = bytesOf(Buffer.from(answer?.text ?? '', 'latin1'));
      const file = pcap(timed([udp(SIP, { ...PHONE, port: 5060 }, bytes)]));
      const fields = [
        'sip.Status-Code',
        'sip.Via.received',
        'sip.Via.rport',
        'sip.Call-ID',
        'sip.CSeq.seq',
        'sip.Content-Length',
      ];
      answers.push(...fieldsOf(file, 'sip', ...fields, '_ws.malformed'));
    }
    expect(answers).toEqual([
      ['401', '10.77.0.8', '', '0024c4aa-bbcc0008@10.77.0.8', '201', '0', ''],
      ['200', '10.77.0.8', '', '0024c4aa-bbcc0008@10.77.0.8', '201', '0', ''],
    ]);
  });
});
