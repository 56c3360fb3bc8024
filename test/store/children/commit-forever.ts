// Commits steps for two phones until it is killed, several in a turn, and tells each one that was reported durable.
import { writeSync } from 'node:fs';
import { openStore } from '../../../src/adapters/sqlite/open-store.ts';
import { ALICE, BOB, step } from '../samples.ts';

const store = openStore({ path: process.argv[2] ?? '', mode: 'server' });
const counts = new Map(
  [ALICE, BOB].map((mac) => [mac, Number((store.phone(mac)?.snapshot?.context as { count?: number })?.count ?? 0)]),
);
writeSync(1, 'ready\n');
for (let turn = 1; ; turn++) {
  const changes: Promise<void>[] = [];
  for (let i = 0; i <= turn % 4; i++) {
    const mac = (turn + i) % 3 === 0 ? BOB : ALICE;
    const count = (counts.get(mac) ?? 0) + 1;
    counts.set(mac, count);
    changes.push(store.commit(step(mac, count)).then(() => void writeSync(1, `${mac} ${count}\n`)));
  }
  await Promise.all(changes);
}
