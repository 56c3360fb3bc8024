import { bootAncientSccp, bootSccpImage, bootSipImage } from './boot-before-loader.ts';
import { bootJava } from './boot-java.ts';
import { bootWithLoader } from './boot-with-loader.ts';
import { legacyLoad } from './legacy-load.ts';
import type { BootEnd, Kit } from './phone-kit.ts';
import type { Flash } from './phone-options.ts';

/** Boots what is in flash, in the way of its generation. */
export function boot(kit: Kit): Promise<BootEnd> {
  const { flash } = kit;
  if (flash.kind === 'dead') return Promise.resolve({ kind: 'hung', why: 'dead' });
  if (flash.kind === 'java') return bootJava(kit);
  if (flash.kind === 'loader') return bootWithLoader(kit);
  // There is no loader that could come first.
  kit.memory.isRunning = false;
  const load = legacyLoad(flash.load);
  if (load === null) throw new Error(`${flash.load} is not a load of a 79x0`);
  if (load.generation === 'ancient-sccp') return bootAncientSccp(kit, load);
  return load.protocol === 'SIP' ? bootSipImage(kit, load) : bootSccpImage(kit, load);
}

/** What is in flash, in one word. */
export function nameOf(flash: Flash): string {
  switch (flash.kind) {
    case 'image':
      return flash.load;
    case 'loader':
      return flash.application ?? `${flash.loader} without application`;
    case 'java':
      return flash.load ?? 'boot loader only';
    case 'dead':
      return 'dead';
  }
}
