import { expect, test } from 'vitest';
import { Bench, macOf } from '../support/bench.ts';
import { packagesOf } from '../support/packages.ts';
import { rowsIn } from './what-is-told.ts';

const MAC = macOf(1);
const PEER = '192.0.2.10';
const OWN = `SIP${MAC}.cnf`;
const [BEFORE, NOW] = ['P0S3-08-11-00', 'P0S3-8-12-00'] as const;
test('how a file ended is told with the load that it was given for, although the phone is to have another one by now', async () => {
  for (const end of ['sent', 'failed'] as const) {
    const bench = await new Bench(packagesOf(BEFORE, NOW)).start();
    bench.enrol(MAC, BEFORE);
    await bench.asks(PEER, `CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`);
    const answer = await bench.ask(OWN, PEER);
    expect(answer.kind).toBe('content');
    bench.enrol(MAC, NOW);
    await (end === 'sent' ? bench.sent(answer) : bench.lost(answer));
    expect(rowsIn(bench, MAC, `file.${end}`)).toMatchObject([{ file: OWN, load: BEFORE, target: BEFORE }]);
    await bench.fleet.stop();
  }
});
