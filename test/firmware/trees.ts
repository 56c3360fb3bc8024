import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach } from 'vitest';
import {
  type FirmwareStore,
  type FirmwareStoreOptions,
  openFirmwareStore,
} from '../../src/adapters/firmware/firmware-store.ts';
import type { Files } from './builders.ts';

const made: string[] = [];

afterEach(async () => {
  for (const folder of made.splice(0)) await rm(folder, { recursive: true, force: true });
});

export async function tempFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'loadstep-firmware-'));
  made.push(folder);
  return folder;
}

/** Writes files below a folder; names may hold `/`. */
export async function writeFiles(root: string, files: Files): Promise<string> {
  for (const [name, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), bytes);
  }
  return root;
}

export async function storeOf(files: Files, options: Partial<FirmwareStoreOptions> = {}): Promise<FirmwareStore> {
  const root = await writeFiles(await tempFolder(), files);
  return openFirmwareStore({ roots: [root], indexPath: null, ...options });
}
