import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { Child, run } from './child.ts';
import { cleanUp, firmwareStore, newFolder, nextPhone } from './harness.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});
afterAll(cleanUp);

test.each(['removed', 'moved'])(
  'a server whose record is %s says so once, ends with a code of its own, and nobody begins another one by mistake',
  async (how) => {
    const [folder, kept] = [await newFolder('run'), join(await newFolder('kept'), 'db')];
    mkdirSync(kept);
    const { mac } = nextPhone();
    const db = ['--db', join(kept, 'x.db')];
    const enroll = ['enroll', '--json', '--mac', mac, '--target', 'P0S3-08-11-00', ...db];
    const first = await run(enroll, folder);
    expect([first.code, first.stderr]).toEqual([0, expect.stringContaining(`a new record begins: ${db[1]}`)]);
    expect((await run(enroll, folder)).stderr).toBe('');
    const firmware = await firmwareStore(['P0S3-08-11-00']);
    const server = new Child(['serve', '--json', '--listen', '127.0.0.1:0', '--firmware', firmware, ...db], folder);
    ends.push(() => server.stop('SIGKILL'));
    await server.until(({ event }) => event === 'server.listening');
    if (how === 'removed') for (const name of readdirSync(kept)) rmSync(join(kept, name));
    else {
      renameSync(kept, `${kept}-moved`);
      mkdirSync(kept);
    }
    expect(await server.end()).toBe(2);
    const lines = server.stderr.trim().split('\n');
    expect(lines.filter((line) => line.includes('"level":"error"'))).toHaveLength(1);
    expect(lines.at(-1)).toMatch(
      /^loadstep: the record .* was removed or moved while it was in use, .* \(E_DB_GONE\)$/,
    );
    const after = await run(enroll, folder);
    expect([after.code, after.stderr]).toEqual([2, expect.stringContaining('E_DB_GONE')]);
    expect(readdirSync(kept)).toEqual(['x.db.gone']);
  },
);
