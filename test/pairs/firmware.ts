import { factsOf } from '../../src/adapters/firmware/read-facts.ts';
import { assembleFolder } from '../../src/core/firmware/assemble-folder.ts';
import { type FirmwareIndex, type FirmwarePackage, findFile } from '../../src/core/firmware/package.ts';
import { syntheticPackage } from '../../src/emulator/firmware/synthetic-firmware.ts';
import type { FirmwareFiles } from '../../src/ports/firmware-files.ts';
import { matrix } from '../plan/store.ts';
import { kindOf } from '../support/dossier.ts';

/** A store in memory whose index never changes, so that roads are planned once for all phones that ask the same. */
export class FixedFirmware implements FirmwareFiles {
  readonly #index: FirmwareIndex;
  readonly #content: ReadonlyMap<string, Uint8Array>;

  constructor(index: FirmwareIndex, content: ReadonlyMap<string, Uint8Array>) {
    this.#index = index;
    this.#content = content;
  }

  index(): FirmwareIndex {
    return this.#index;
  }

  async read(packageId: string, name: string): Promise<Uint8Array> {
    const content = this.#content.get(`${packageId}/${name}`);
    if (content === undefined) throw new Error(`${packageId} has no ${name}`);
    return content;
  }

  /** The package that holds a load, or brings it along as its loader. */
  package(load: string): FirmwarePackage | null {
    const { packages } = this.#index;
    return packages.find((one) => one.load === load) ?? packages.find((one) => one.loader === load) ?? null;
  }

  /** The file that a phone means by this name, in the package of this load; null when there is none. */
  file(load: string, name: string): Uint8Array | null {
    const pack = this.package(load);
    const found = pack === null ? null : findFile(pack, name);
    return pack === null || found === null ? null : (this.#content.get(`${pack.id}/${found.file.name}`) ?? null);
  }

  /** The load whose manifest lists exactly these archives. */
  loadOf(archives: readonly string[]): string | null {
    const key = archives.join().toLowerCase();
    return this.#index.packages.find(({ manifest }) => manifest.join().toLowerCase() === key)?.load ?? null;
  }
}

/** One store of everything that the matrix lists, as both kinds of phone read it. */
export interface BothFirmwares {
  /** With the structure of real files, for emulated phones. */
  readonly synthetic: FixedFirmware;
  /** Each file says from which package it comes, for the phones of `test/support`. */
  readonly tagged: FixedFirmware;
}

/** Every load of the matrix that is no bare loader, as synthetic packages that are judged as an import judges them. */
export async function everyPackage(): Promise<BothFirmwares> {
  const packages: FirmwarePackage[] = [];
  const content = new Map<string, Uint8Array>();
  const tags = new Map<string, Uint8Array>();
  const text = new TextEncoder();
  for (const load of matrix.families.flatMap(({ releases }) => releases.map((one) => one.load))) {
    // Bare loaders come with their applications.
    if (kindOf(load) === 'loader') continue;
    const files = syntheticPackage(load);
    const facts = await Promise.all(files.map((file) => factsOf(file.name, file.content)));
    const [pack] = assembleFolder(load, facts, new Map()).packages;
    if (pack === undefined) throw new Error(`the files of ${load} make no package`);
    packages.push(pack);
    for (const file of files) {
      content.set(`${pack.id}/${file.name}`, file.content);
      tags.set(`${pack.id}/${file.name}`, text.encode(`FIRMWARE ${pack.id} ${file.name}`));
    }
  }
  const index = { packages };
  return { synthetic: new FixedFirmware(index, content), tagged: new FixedFirmware(index, tags) };
}
