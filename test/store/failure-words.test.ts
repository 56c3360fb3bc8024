import { join } from 'node:path';
import { expect, test } from 'vitest';
import { databaseError } from '../../src/adapters/sqlite/failure.ts';

const denied = Object.assign(new Error('not allowed'), { code: 'EACCES' });

test('a record that is not there is refused with its folder, and one that is there with its owner', () => {
  const path = join(import.meta.dirname, 'no-folder', 'loadstep.db');
  expect(databaseError(denied, path).message).toMatch(/cannot be opened or made: run as the user who owns its folder/);
  expect(databaseError(denied, import.meta.filename).message).toMatch(/or written: run as the user who owns it,/);
});
