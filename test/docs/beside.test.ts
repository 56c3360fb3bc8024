import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const PAGE = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'beside.md'), 'utf8');
const BLOCKS = [...PAGE.matchAll(/```ini\n(.*?)```/gs)].map((match) => match[1] ?? '');
const hasDnsmasq = spawnSync('dnsmasq', ['--version']).status === 0;

/** What dnsmasq says of a configuration when it only reads it. */
function readBy(text: string): { readonly status: number | null; readonly said: string } {
  const folder = mkdtempSync(join(tmpdir(), 'loadstep-dnsmasq-'));
  try {
    const file = join(folder, 'dnsmasq.conf');
    writeFileSync(file, text);
    const { status, stderr } = spawnSync('dnsmasq', ['--test', `--conf-file=${file}`], { encoding: 'utf8' });
    return { status, said: stderr.trim() };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('there are recipes for dnsmasq on the page', () => {
  expect(BLOCKS.length).toBeGreaterThan(1);
});

test.skipIf(!hasDnsmasq).each(BLOCKS)('dnsmasq reads the recipe %#', (text) => {
  expect(readBy(text)).toEqual({ status: 0, said: 'dnsmasq: syntax check OK.' });
});

test.skipIf(!hasDnsmasq)(
  'dnsmasq refuses the vendor class of the phones without quotation marks, so the page has them',
  () => {
    const line = /^dhcp-vendorclass=.*$/m.exec(BLOCKS.join('\n'))?.[0] ?? '';
    expect(readBy(line)).toEqual({ status: 0, said: 'dnsmasq: syntax check OK.' });
    expect(readBy(line.replaceAll('"', '')).status).not.toBe(0);
  },
);

test.skipIf(!hasDnsmasq)('dnsmasq tells a recipe with a slip of the pen', () => {
  expect(readBy('dhcp-optoin=150,192.168.50.2').status).not.toBe(0);
});
