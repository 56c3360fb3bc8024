import type { Hop } from './plan.ts';

/** Whether the phone asked for everything that the hop needs: a loader alone, or one archive of five, is not all. */
export function hasAskedAll(hop: Hop, asked: readonly string[]): boolean {
  const images = neededImages(hop);
  const names = new Set(asked.map((name) => name.toLowerCase()));
  // A phone that has the loader already asks for the application alone.
  if (hop.kind === 'application') return names.has(images.at(-1) ?? '');
  return hop.kind === 'image' || hop.kind === 'loader' || images.every((name) => names.has(name));
}

/** Whether this is the last image of the hop: a phone asks one after the other, so it has those before it. */
export function isLastImage(hop: Hop, file: string, asked: readonly string[]): boolean {
  if (hop.kind !== 'java-load' && hop.kind !== 'boot-loader') return true;
  return neededImages(hop).at(-1) === file.toLowerCase() && hasAskedAll(hop, asked);
}

/** The images that a hop needs, in lower case and in the order in which phones ask for them. */
function neededImages(hop: Hop): readonly string[] {
  const images = hop.files.filter((file) => file.role === 'image' && file.need === 'needed');
  return images.map((file) => file.name.toLowerCase());
}
