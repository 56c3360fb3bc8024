import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { FirmwareStore, StoredPackage, StrayFiles } from '../../adapters/firmware/firmware-store.ts';
import { AppError } from '../../core/errors.ts';
import { isPublishable } from '../../core/firmware/package.ts';
import { parseLoadName } from '../../core/names/load-name.ts';
import type { CommandContext, CommandGroup } from '../command.ts';
import { countText, printable, sizeText } from '../output/printable.ts';
import { table } from '../output/table.ts';
import { loadMatrix, openFirmware } from '../wiring.ts';

/** `loadstep firmware …`: what the store holds and whether it is whole. */
export const FIRMWARE: CommandGroup = {
  name: 'firmware',
  summary: 'show what the firmware store holds and whether it is whole',
  commands: [
    {
      name: 'list',
      summary: 'show every package in the store',
      settings: [],
      examples: ['loadstep firmware list', 'loadstep firmware list --firmware /srv/tftp --json'],
      run: list,
    },
    {
      name: 'verify',
      words: '[path-or-load]',
      summary: 'check every file as far as that needs no key of Cisco, and say what is wrong',
      description:
        'Checks headers, inner names, manifests and their members. Exits with 0 when every package is known-good or ' +
        'complete, with 3 otherwise. Nothing is written.',
      settings: [],
      examples: [
        'loadstep firmware verify',
        'loadstep firmware verify P0S3-08-11-00',
        'loadstep firmware verify ./unpacked',
      ],
      run: verify,
    },
  ],
};

async function list({ settings, io }: CommandContext): Promise<number> {
  const store = await openFirmware(settings, io, await loadMatrix());
  const packages = sorted(store.packages());
  if (settings.isOn('json')) {
    for (const one of packages) io.stdout.write(`${JSON.stringify(summaryOf(one))}\n`);
    return 0;
  }
  const rows = packages.map((one) => [
    one.load,
    one.family,
    one.protocol ?? '-',
    one.loader ?? '-',
    one.verdict,
    String(one.files.length),
    sizeText(one.files.reduce((sum, file) => sum + file.sizeBytes, 0)),
    printable(one.folder),
  ]);
  io.stdout.write(table(['LOAD', 'FAMILY', 'PROTOCOL', 'LOADER', 'VERDICT', 'FILES', 'SIZE', 'FOLDER'], rows));
  const bad = packages.filter((one) => !isPublishable(one.verdict)).length + store.strays().length;
  if (bad > 0)
    io.stdout.write(`\n${countText(bad, 'folder')} not whole: "loadstep firmware verify" says what is wrong.\n`);
  return 0;
}

async function verify({ settings, io, args }: CommandContext): Promise<number> {
  const { store, fits } = await storeFor({ settings, io, args });
  const packages = sorted(store.packages()).filter((one) => fits(one.load));
  const strays = store.strays().filter((one) => fits(one.load));
  if (packages.length + strays.length === 0) {
    throw new AppError('E_UNKNOWN_LOAD', `the store holds no ${args[0]}; "loadstep firmware list" shows what it holds`);
  }
  for (const one of [...packages, ...strays]) {
    if (settings.isOn('json')) io.stdout.write(`${JSON.stringify({ ...summaryOf(one), findings: one.findings })}\n`);
    else io.stdout.write(verdictText(one));
  }
  const bad = [...packages, ...strays].filter((one) => !isPublishable(one.verdict)).length;
  if (bad === 0) return 0;
  if (!settings.isOn('json'))
    io.stdout.write(`\n${bad} of ${countText(packages.length + strays.length, 'package')} not whole.\n`);
  return new AppError('E_FILES_MISSING', '').exitCode;
}

/** The configured store, or the tree that the word names; `fits` leaves out what was not asked for. */
async function storeFor(
  context: Pick<CommandContext, 'settings' | 'io' | 'args'>,
): Promise<{ store: FirmwareStore; fits: (load: string | null) => boolean }> {
  const { settings, io, args } = context;
  const matrix = await loadMatrix();
  const [word] = args;
  const isFolder =
    word !== undefined &&
    (await stat(word).then(
      (found) => found.isDirectory(),
      () => false,
    ));
  if (word !== undefined && isFolder) {
    const { openFirmwareStore } = await import('../../adapters/firmware/firmware-store.ts');
    const options = { roots: [resolve(word)], indexPath: null, matrixHashes: matrix.knownFiles };
    return { store: await openFirmwareStore(options), fits: () => true };
  }
  const parsed = word === undefined ? null : parseLoadName(word);
  if (parsed !== null && !parsed.ok) {
    throw new AppError('E_UNKNOWN_LOAD', `${word} is neither a folder nor a load: ${parsed.error}`);
  }
  const name = parsed?.value.name ?? null;
  return { store: await openFirmware(settings, io, matrix), fits: (load) => name === null || load === name };
}

function sorted(packages: readonly StoredPackage[]): readonly StoredPackage[] {
  return [...packages].sort((a, b) => a.family.localeCompare(b.family) || a.load.localeCompare(b.load));
}

function summaryOf(one: StoredPackage | StrayFiles): Readonly<Record<string, unknown>> {
  const files = one.files.map((file) => (typeof file === 'string' ? file : file.name));
  const { load, family, protocol, folder, verdict } = one;
  return { load, family, protocol, path: folder, verdict, files };
}

function verdictText(one: StoredPackage | StrayFiles): string {
  const lines = [`${one.load ?? 'no load'}  ${one.verdict}  ${printable(one.folder)}`];
  for (const { file, offset, message, advice, code } of one.findings) {
    const where = file === null ? '' : `${printable(file)}${offset === null ? '' : ` at byte ${offset}`}: `;
    lines.push(`  - ${where}${printable(message)} [${code}]`, `    ${printable(advice)}`);
  }
  return `${lines.join('\n')}\n`;
}
