import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { SipEar } from '../../src/adapters/witness/sip-ear.ts';
import type { Statement } from '../../src/core/witness/statement.ts';
import { FakeClock } from '../support/clock.ts';
import { freeTcpPort } from '../support/free-port.ts';

// sipp, a user agent of other authors, registers with us. What it sends is written as phones do (after-landing 3.1); how it goes on is its own: it computes
// the digest, matches answers to requests, and fails where an answer lacks what RFC 3261 asks.

const hasSipp = spawnSync('sipp', ['-v']).error === undefined;
if (!hasSipp) process.stderr.write('sipp is not installed: our registrar is tried with our own phone alone\n');

const HERE = '127.98.0.1';
const PHONE = '127.98.0.2';
const folders: string[] = [];
let ear: SipEar | null = null;
afterEach(async () => {
  await ear?.stop();
  ear = null;
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const request = (cseq: number, more: string) => `
  <send retrans="500"><![CDATA[
    REGISTER sip:[remote_ip] SIP/2.0
    Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
    From: <sip:2010@[remote_ip]>;tag=0024c4aabbcc0060d0bf52e4
    To: <sip:2010@[remote_ip]>
    Call-ID: [call_id]
    Max-Forwards: 70
    CSeq: ${cseq} REGISTER
    User-Agent: Cisco-CP7942G/9.3.1
    Contact: <sip:2010@[local_ip]:[local_port];transport=[transport]>;+sip.instance="<urn:uuid:00000000-0000-0000-0000-0024c4aabbcc>"${more}
    Reason: SIP;cause=200;text="cisco-alarm:25 Name=SEP0024C4AABBCC Load=SIP42.9-3-1SR4-1S Last=initialized"
    Expires: 3600
    Content-Length: 0

  ]]></send>`;
/** Granted as the phone asked it, with the date, at the Contact that it named. */
const granted = `
  <recv response="200"><action>
    <ereg regexp="^ *&lt;sip:2010@${PHONE}:[0-9]+;transport=(UDP|TCP)&gt;.*;expires=3600$" search_in="hdr" header="Contact:" check_it="true" assign_to="1"/>
    <ereg regexp="^ *[A-Z][a-z][a-z], [0-9]+ [A-Z][a-z][a-z] [0-9]+ [0-9:]+ GMT$" search_in="hdr" header="Date:" check_it="true" assign_to="2"/>
    <ereg regexp=";received=${PHONE}" search_in="hdr" header="Via:" check_it="true" assign_to="3"/>
    <ereg regexp=";tag=[0-9a-f]+" search_in="hdr" header="To:" check_it="true" assign_to="4"/>
  </action></recv>
  <Reference variables="1,2,3,4"/>`;
const scenario = (steps: string) =>
  `<?xml version="1.0" encoding="ISO-8859-1" ?>\n<scenario name="phone">${steps}\n</scenario>\n`;
const ASKED = scenario(
  `${request(101, '')}\n<recv response="401" auth="true"/>${request(102, '\n    [authentication username=2010 password=secret]')}${granted}`,
);
const AT_ONCE = scenario(`${request(101, '')}${granted}`);

describe.skipIf(!hasSipp)('sipp (skipped without sipp)', { timeout: 60_000 }, () => {
  test.each([
    ['UDP', 'u1', ASKED],
    ['TCP', 't1', AT_ONCE],
  ] as const)('registers ten times over %s, and its load is heard each time', async (_, transport, text) => {
    const heard: Statement[] = [];
    const desk = {
      isItsAddress: async (_: string, address: string) => address === PHONE,
      hear: async (statement: Statement) => heard.push(statement) > 0,
      toAsk: () => [],
    };
    ear = new SipEar({ listen: { address: HERE, port: 0 }, desk, clock: new FakeClock() });
    const port = await ear.start();
    const folder = mkdtempSync(join(tmpdir(), 'loadstep-sipp-'));
    folders.push(folder);
    writeFileSync(join(folder, 'phone.xml'), text);
    const place = ['-i', PHONE, '-p', String(await freeTcpPort()), '-t', transport, `${HERE}:${port}`];
    const calls = ['-m', '10', '-r', '50', '-timeout', '30', '-timeout_error', '-nostdin', '-trace_err'];
    await promisify(execFile)('sipp', ['-sf', 'phone.xml', ...calls, ...place], { cwd: folder }).catch((error) => {
      const errors = readdirSync(folder).filter((name) => name.endsWith('_errors.log'));
      throw new Error(`${error.code}: ${errors.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n')}`);
    });
    expect(heard).toHaveLength(10);
    for (const { mac, said, since } of heard) {
      expect([mac, said.load]).toEqual(['0024C4AABBCC', 'SIP42.9-3-1SR4-1S']);
      expect(since).not.toBeNull();
    }
  });
});
