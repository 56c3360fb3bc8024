import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const SOURCE = fileURLToPath(new URL('../../dist/src/cli/daemon/compile-less.js', import.meta.url));

test('V8 knows every flag that a server sets, and says nothing on the terminal of the operator', () => {
  const program = `import { compileLess } from ${JSON.stringify(SOURCE)}; compileLess(); console.log('set')`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH },
  });
  expect([stdout, stderr]).toEqual(['set\n', '']);
});
