import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { withDocPaths } from '../../src/cli/output/doc-path.ts';
import { loadstep, ownFolder } from '../support/fake-io.ts';

let own: Awaited<ReturnType<typeof ownFolder>>;
beforeEach(async () => {
  own = await ownFolder();
});
afterEach(() => own.remove());

/** `--check-config` of a command, with this configuration file. */
async function check(words: readonly string[], lines: readonly string[]) {
  const file = join(own.path, 'bench.yaml');
  await writeFile(file, lines.join('\n'));
  const { out, err } = await loadstep([...words, '--check-config', '--config', file], {
    HOME: own.path,
    LOADSTEP_DB: join(own.path, 'loadstep.db'),
  });
  return { out, err };
}

test('a check of a place with another port than phones ask says that somebody has to redirect it', async () => {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  const { out } = await check(['serve'], [`listen: 127.0.0.1:${port}`]);
  expect(out).toContain(`listen    127.0.0.1:${port}: free; phones ask port 69: redirect it to ${port}\n`);
});

test('a check beside another server names the settings of the file that have no effect there', async () => {
  const lines = ['enroll: all', 'target: P0S3-08-11-00', 'configure: true', 'pbx: 192.0.2.10', 'batch: pallet'];
  const { err } = await check(['beside', 'nft'], lines);
  expect(err).toContain(
    'warning: enroll, target, configure, pbx, batch in the file have no effect beside another server; they are for "loadstep serve".\n',
  );
  expect((await check(['beside', 'nft'], ['canary: 2'])).err).not.toContain('no effect');
});

test('a place that cannot be beside another server is refused once, where it was written', async () => {
  const { err } = await check(['beside', 'nft'], ['listen: 0.0.0.0:69']);
  expect(err).toMatch(/listen in .*bench\.yaml: port 69 cannot be redirected to.* \(E_BAD_CONFIG\)/);
  expect(err).not.toMatch(/E_PORT_IN_USE|E_PORT_DENIED/);
});

test('a page of the documentation is named by its whole path where it does not lie below the present folder', () => {
  const text = 'see docs/beside.md, and (docs/beside.md#whatever-keeps-port-69); /srv/docs/beside.md';
  const here = join(import.meta.dirname, '..', '..');
  expect(withDocPaths(text, here)).toBe(text);
  const page = join(here, 'docs', 'beside.md');
  expect(withDocPaths(text, own.path)).toBe(`see ${page}, and (${page}#whatever-keeps-port-69); /srv/docs/beside.md`);
});

test('a folder that commands are typed in and that is gone keeps nobody from being told of a page', () => {
  const where = vi.spyOn(process, 'cwd').mockImplementation(() => {
    throw Object.assign(new Error('ENOENT: no such file or directory, uv_cwd'), { code: 'ENOENT' });
  });
  try {
    const page = join(import.meta.dirname, '..', '..', 'docs', 'beside.md');
    expect(withDocPaths('see docs/beside.md')).toBe(`see ${page}`);
  } finally {
    where.mockRestore();
  }
});
