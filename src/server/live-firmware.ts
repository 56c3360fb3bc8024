import type { FirmwareStore, StoredPackage, StrayFiles } from '../adapters/firmware/firmware-store.ts';
import type { FirmwareIndex } from '../core/firmware/package.ts';
import type { FirmwareFiles } from '../ports/firmware-files.ts';
import type { Prepared } from './prepared.ts';

/** The firmware of a running server: the trees are looked at again, or exchanged for others, while it runs. */
export class LiveFirmware implements FirmwareFiles {
  #store: FirmwareStore;

  constructor(store: FirmwareStore) {
    this.#store = store;
  }

  index(): FirmwareIndex {
    return this.#store.index();
  }

  /** The packages with the folders that they lie in. */
  packages(): readonly StoredPackage[] {
    return this.#store.packages();
  }

  /** Files that make no package. */
  strays(): readonly StrayFiles[] {
    return this.#store.strays();
  }

  read(packageId: string, name: string): Promise<Uint8Array> {
    return this.#store.read(packageId, name);
  }

  /** Looks at the trees again, or opens others. Rejects like `openFirmwareStore`; nothing changes before `commit`. */
  async prepare(others: (() => Promise<FirmwareStore>) | null): Promise<Prepared> {
    if (others === null) return { commit: await this.#store.look(), discard() {} };
    const next = await others();
    return {
      commit: () => {
        this.#store = next;
      },
      discard() {},
    };
  }
}
