// Commits until the disk is full, tells how far it came, makes room if there is a file to delete, and goes on.
import { existsSync, rmSync } from 'node:fs';
import { openStore } from '../../../src/adapters/sqlite/open-store.ts';
import { AppError } from '../../../src/core/errors.ts';
import { ALICE, step } from '../samples.ts';

const [path = '', filler = ''] = process.argv.slice(2);
const say = (value: object) => process.stdout.write(`${JSON.stringify(value)}\n`);
const store = openStore({ path, mode: 'server' });

async function commitUntilRefused(from: number): Promise<number> {
  for (let count = from; count < from + 100_000; count++) {
    try {
      const change = step(ALICE, count);
      const text = `${count} `.repeat(2_000);
      await store.commit({ ...change, events: change.events.map((event) => ({ ...event, reason: text })) });
    } catch (error) {
      const { code, message } = error instanceof AppError ? error : { code: 'none', message: String(error) };
      say({ code, message, refused: count });
      return count;
    }
  }
  throw new Error('the disk never filled');
}

const refused = await commitUntilRefused(1);
say({ kept: Array.from(store.history({ mac: ALICE })).length, snapshot: store.phone(ALICE)?.snapshot?.context });
if (existsSync(filler)) {
  rmSync(filler);
  await store.commit(step(ALICE, refused));
  say({ kept: Array.from(store.history({ mac: ALICE })).length, snapshot: store.phone(ALICE)?.snapshot?.context });
}
store.close();
