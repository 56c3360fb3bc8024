import { afterAll, beforeAll, inject, test } from 'vitest';
import { type Asterisk, startAsterisk } from './asterisk.ts';

/** A test with the Asterisk of its file; skipped, with the reason, where there is none. */
export type WithAsterisk = (name: string, run: (asterisk: Asterisk) => Promise<void>, ms?: number) => void;

let networks = 0;

/** One Asterisk for the tests of a file, at an address of its own, with the files made for that; what went wrong is told with its log. */
export function atAsterisk(filesFor: (address: string) => Promise<Readonly<Record<string, string>>>): WithAsterisk {
  const debian = inject('asterisk');
  let pbx: Asterisk | null = null;
  beforeAll(async () => {
    if ('skipped' in debian) return;
    networks += 1;
    const address = `127.${50 + (process.pid % 150)}.${100 + networks}.5`;
    pbx = await startAsterisk(debian.root, address, await filesFor(address));
  }, 120_000);
  afterAll(async () => {
    await pbx?.stop();
  });
  return (name, run, ms) =>
    test(name, { timeout: ms ?? 60_000 }, async ({ skip }) => {
      if (pbx === null) return skip('skipped' in debian ? debian.skipped : 'no Asterisk');
      await run(pbx).catch((error: unknown) => {
        const log = pbx?.log().split('\n').slice(-60).join('\n');
        throw new Error(`${error instanceof Error ? error.stack : String(error)}\nAsterisk:\n${log}`);
      });
    });
}
