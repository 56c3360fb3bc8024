import { appendFileSync } from 'node:fs';
import { afterAll, test } from 'vitest';
import { Child } from '../child.ts';
import { cleanUp, newFolder, nextPhone } from '../harness.ts';

afterAll(cleanUp);

// Run by left-behind.test.ts alone: the test runs into its time limit, as one does that waits for what never comes.
test('a phone that is waited for in vain', { timeout: 1_000 }, async () => {
  const folder = await newFolder('left-behind');
  const { mac, address } = nextPhone();
  const who = ['--model', '7940', '--load', 'P0030301MFG2', '--mac', mac, '--address', address];
  const start = () => {
    // Nobody answers it there, and it keeps asking.
    const child = new Child(['emulate', 'phone', '--json', ...who, '--server', `${address}:9`], folder);
    appendFileSync(process.env.PIDS as string, `${child.pid}\n`);
    return child;
  };
  // The first is killed when the time is over; then this test goes on where nobody waits for it.
  await start().end();
  await start().end();
});
