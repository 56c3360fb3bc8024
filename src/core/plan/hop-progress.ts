import type { Hop } from './plan.ts';

/**
 * Whether these images are everything that the hop needs. One archive of five is not all, nor is a loader without its
 * application; of a single old-style image the phone takes the `.bin` or the `.sbn`.
 */
export function isAllOf(hop: Hop, images: readonly string[]): boolean {
  const names = new Set(images.map((name) => name.toLowerCase()));
  if (hop.kind === 'image' || hop.kind === 'loader') return imagesOf(hop).some((name) => names.has(name));
  const needed = neededImages(hop);
  // A phone that has the loader already asks for the application alone.
  if (hop.kind === 'application') return names.has(needed.at(-1) ?? '');
  return needed.length > 0 && needed.every((name) => names.has(name));
}

/** Whether this is the last image of the hop: a phone asks one after the other, so it may be writing flash now. */
export function isLastImage(hop: Hop, file: string, asked: readonly string[]): boolean {
  if (hop.kind !== 'java-load' && hop.kind !== 'boot-loader') return true;
  return neededImages(hop).at(-1) === file.toLowerCase() && isAllOf(hop, asked);
}

/** The images that a hop needs, in lower case and in the order in which phones ask for them. */
function neededImages(hop: Hop): readonly string[] {
  return imagesOf(hop, 'needed');
}

function imagesOf(hop: Hop, need?: 'needed'): readonly string[] {
  const images = hop.files.filter((file) => file.role === 'image' && (need === undefined || file.need === need));
  return images.map((file) => file.name.toLowerCase());
}
