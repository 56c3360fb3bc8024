/** The clients people have, against this server. */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/system-clock.ts';
import { demand, triedClients, untriedClients } from './clients.ts';
import { afterThisTest, pattern, serve } from './harness.ts';

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'loadstep-interop-'));
  afterThisTest(() => rm(path, { recursive: true, force: true }));
  return path;
}

describe.each(triedClients)('$title', (client) => {
  test.each([0, 1, 511, 512, 513, 1024, 1428, 300_000])('fetches a file of %i bytes', async (size) => {
    demand(client);
    const file = pattern(size);
    const { at } = await serve({ file }, { realClock: systemClock() });
    const to = join(await folder(), 'got');
    await client.fetch({ port: at.port, name: 'file', to });
    // Not every client creates an empty file.
    const got = existsSync(to) ? await readFile(to) : Buffer.alloc(0);
    expect(got.equals(file)).toBe(true);
  });

  test('is told that a file does not exist', async () => {
    demand(client);
    const { at, server } = await serve({}, { realClock: systemClock() });
    const to = join(await folder(), 'got');
    const outcome = await client.fetch({ port: at.port, name: 'missing', to }).then(
      () => 'no error',
      (error: unknown) => String(error),
    );
    // tftp-hpa ends well and only says so.
    if (client.title !== 'tftp-hpa') expect(outcome).not.toBe('no error');
    expect(server.counters().refused).toBeGreaterThan(0);
    expect(existsSync(to) ? await readFile(to) : Buffer.alloc(0)).toHaveLength(0);
  });
});

test.skip.each(untriedClients)('$title is not installed (Debian: apt-get install $debianPackage)', () => {});
