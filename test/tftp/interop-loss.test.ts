/** The clients people have, over a path that loses a tenth of everything both ways; most of the time goes into their waits. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/system-clock.ts';
import { demand, triedClients } from './clients.ts';
import { inRealTime, KeptLog, pattern } from './harness.ts';
import { LossyRelay } from './relay.ts';

const file = pattern(7000);

test.concurrent.each(triedClients.filter((client) => client.isLossless !== true))(
  '$title fetches a file over a path that loses 10 % both ways',
  async (client) => {
    demand(client);
    const folder = await mkdtemp(join(tmpdir(), 'loadstep-loss-'));
    const server = inRealTime({
      listen: { address: '127.0.0.1', port: 0 },
      clock: systemClock(),
      log: new KeptLog(),
      handler: async () => ({ kind: 'content', content: file }),
    });
    const { port } = await server.start();
    const relay = await LossyRelay.open(port, 0.1, 6);
    try {
      const to = join(folder, 'got');
      await client.fetch({ port: relay.port, name: 'file', to });
      expect((await readFile(to)).equals(file)).toBe(true);
      expect(relay.lost).toBeGreaterThan(0);
    } finally {
      await relay.close();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    }
  },
  110_000,
);
