import { expect, test } from 'vitest';
import { OtherAskers } from '../../src/cli/output/other-askers.ts';
import { nextHint } from '../../src/cli/output/waiting-advice.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import { slipBetween } from '../../src/core/names/mac-likeness.ts';
import { phoneOnDesk, TARGET } from '../support/phone-on-desk.ts';

const [MEANT, ASKS] = ['0018B9FFFFFE' as MacAddress, '0018B9FFFFEE' as MacAddress];
const { start, plugIn } = phoneOnDesk();

test('a slip in a MAC is one digit, two, or two that are exchanged, and three are another phone', () => {
  expect(slipBetween(MEANT, ASKS)).toBe('one digit differs');
  expect(slipBetween('0018B9C0FFEE' as MacAddress, '0018B90CFFEE' as MacAddress)).toBe('two digits are exchanged');
  expect(slipBetween('0018B9C0FFEE' as MacAddress, '0018B9C0FF00' as MacAddress)).toBe('two digits differ');
  expect(slipBetween('0018B9C0FFEE' as MacAddress, '0018B9C0F000' as MacAddress)).toBeNull();
  expect(slipBetween(MEANT, MEANT)).toBeNull();
});

test('the phone whose MAC was typed wrong asks, and upgrade says so with the commands to copy', async () => {
  const { io, out, code } = start(['upgrade', '--mac', MEANT, '--target', TARGET, '--listen', '127.0.0.1:0']);
  await plugIn(ASKS, out);
  await out.until(/\n {2}loadstep upgrade .*\n/);
  io.signal('SIGINT');
  expect(await code).toBe(130);
  expect(out.text).toContain(
    `0018B9FFFFEE asks from 127.0.0.9, one digit differs: did you mean it? Then stop this with Ctrl-C and type:\n` +
      `  loadstep release --mac 0018B9FFFFFE\n` +
      `  loadstep upgrade --mac 0018B9FFFFEE --target P0S3-08-11-00 --listen 127.0.0.1:0\n`,
  );
  // Told once, however often it asks.
  expect(out.text.match(/did you mean it/g)).toHaveLength(1);
});

test('the same is told where another process answers the phones, also of a phone that its record knew before', async () => {
  const server = start(['serve', '--listen', '127.0.0.1:0']);
  await plugIn(ASKS, server.out);
  const seen = start(['upgrade', '--mac', MEANT, '--target', TARGET]);
  await seen.out.until(/0018B9FFFFEE asks, one digit differs/);
  seen.io.signal('SIGINT');
  await seen.code;
  server.io.signal('SIGINT');
  await server.code;
}, 60_000);

function askers() {
  const said: string[] = [];
  const commands = (mac: MacAddress) => [`loadstep upgrade --mac ${mac}`];
  return { said, askers: new OtherAskers({ wanted: MEANT, commands, say: (text) => said.push(text) }) };
}

test('a phone that resembles nothing is told too, and of an office full of them only the first, but for the one that is meant', () => {
  const { said, askers: others } = askers();
  for (let at = 0; at < 40; at += 1) {
    const mac = `001BD4${String(at).padStart(6, '0')}` as MacAddress;
    others.note({ mac, address: `10.0.0.${at}`, name: 'OS79XX.TXT', at });
  }
  others.note({ mac: ASKS, address: '10.0.0.99', name: 'OS79XX.TXT', at: 50 });
  expect(said).toHaveLength(6);
  expect(said[0]).toMatch(/^001BD4000000 asks from 10\.0\.0\.0 and is not on the list\. If that is your phone/);
  expect(said[4]).toBe('More phones ask that are not on the list: "loadstep status" shows them.');
  expect(said[5]).toMatch(/did you mean it/);
});

test('a phone that never says who it is is told of once it has not done so for a while', () => {
  const { said, askers: others } = askers();
  others.note({ mac: null, address: '10.0.0.9', name: 'term42.default.loads', at: 0 });
  expect(said).toEqual([]);
  others.note({ mac: null, address: '10.0.0.9', name: 'term42.default.loads', at: 20_000 });
  others.note({ mac: null, address: '10.0.0.9', name: 'term42.default.loads', at: 30_000 });
  expect(said).toHaveLength(1);
  expect(said[0]).toMatch(/^A phone at 10\.0\.0\.9 asks for term42\.default\.loads without saying who it is/);
});

test('"Still nothing" never stands there while something asks', () => {
  const { askers: others } = askers();
  others.note({ mac: ASKS, address: '10.0.0.9', name: 'OS79XX.TXT', at: 100_000 });
  const absence = { mac: MEANT, silentMs: 120_000, hasBeenSeen: false, isHeard: false, state: 'waiting' };
  const place = { port: 69, addresses: ['192.168.1.3'] };
  const asks = nextHint({ ...absence, ...place, others: others.asking(120_000) }, 1);
  expect(asks).not.toMatch(/Still nothing/);
  expect(asks).toMatch(
    /^0018B9FFFFFE itself has not asked, but 0018B9FFFFEE \(10\.0\.0\.9\) asks: read the MAC address/,
  );
  const silent = nextHint({ ...absence, ...place, others: others.asking(900_000) }, 1);
  expect(silent).toMatch(/^Still nothing from the phone/);
});

test('without --mac a person at a terminal is shown who asks, and chooses', async () => {
  const { io, out, code } = start(['upgrade', '--target', TARGET, '--listen', '127.0.0.1:0'], true);
  await plugIn(ASKS, out);
  await out.until(/ 1 {2}0018B9FFFFEE {2}127\.0\.0\.9 {2}asks for /);
  io.stdin.type('7');
  await out.until(/"7" is not one of the numbers above/);
  io.stdin.type('1');
  expect(await code).toBe(0);
  expect(out.text.replace(/\s+/g, ' ')).toMatch(/0018B9FFFFEE is on the list for P0S3-08-11-00/);
  expect(out.text).toMatch(/landed/i);
  expect(io.stdin.isRead).toBe(false);
}, 60_000);

test('without --mac and without a terminal it is said that one has to be given', async () => {
  const { io, code } = start(['upgrade', '--target', TARGET, '--listen', '127.0.0.1:0']);
  expect(await code).toBe(2);
  expect(io.stderr.text).toMatch(/^loadstep: --mac is missing; .*\(E_BAD_USAGE\)\n$/);
});

test('who chooses none ends with 130, and the list is as it was', async () => {
  const { io, out, code } = start(['upgrade', '--target', TARGET, '--listen', '127.0.0.1:0'], true);
  await out.until(/listening on/);
  await out.until(/from those that ask/);
  io.signal('SIGINT');
  expect(await code).toBe(130);
  expect(io.stderr.text).toContain('nothing was changed');
});
