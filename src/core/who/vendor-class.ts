import type { ModelId } from '../names/family.ts';

/** How every text begins; with a NUL behind it, it is the whole text of old SCCP images, which name no model (legacy-79x0 7). */
export const VENDOR_CLASS_PREFIX = 'Cisco Systems, Inc. IP Phone';

/** What follows `Cisco Systems, Inc. IP Phone ` and stands before the NUL, by model (legacy-79x0 7, java-phones 1.1). */
export const VENDOR_CLASSES: readonly {
  readonly suffix: string;
  readonly model: ModelId;
  readonly source: string;
}[] = [
  { suffix: 'CP-7906G', model: '7906', source: 'java-phones 1.1' },
  { suffix: 'CP-7911G', model: '7911', source: 'java-phones 1.1' },
  { suffix: 'CP-7931G', model: '7931', source: 'java-phones 1.1' },
  { suffix: 'CP-7940', model: '7940', source: 'legacy-79x0 7' },
  { suffix: 'CP-7940G', model: '7940', source: 'legacy-79x0 7' },
  { suffix: 'CP-7941G', model: '7941', source: 'java-phones 1.1' },
  { suffix: 'CP-7941G-GE', model: '7941GE', source: 'java-phones 1.1' },
  { suffix: 'CP-7942G', model: '7942', source: 'java-phones 1.1' },
  { suffix: 'CP-7945G', model: '7945', source: 'java-phones 1.1' },
  { suffix: 'CP-7960', model: '7960', source: 'legacy-79x0 7' },
  { suffix: 'CP-7960G', model: '7960', source: 'legacy-79x0 7' },
  { suffix: 'CP-7961G', model: '7961', source: 'java-phones 1.1' },
  { suffix: 'CP-7961G-GE', model: '7961GE', source: 'java-phones 1.1' },
  { suffix: 'CP-7962G', model: '7962', source: 'java-phones 1.1' },
  { suffix: 'CP-7965G', model: '7965', source: 'java-phones 1.1' },
  { suffix: 'CP-7970G', model: '7970', source: 'java-phones 1.1' },
  { suffix: 'CP-7971G-GE', model: '7971', source: 'java-phones 1.1' },
  { suffix: 'CP-7975G', model: '7975', source: 'java-phones 1.1' },
];

const BY_TEXT = new Map(VENDOR_CLASSES.map(({ suffix, model }) => [`${VENDOR_CLASS_PREFIX} ${suffix}\0`, model]));

/**
 * Reads option 60 as the phone sent it. The trailing NUL is part of the text: the old text is a prefix of the new ones
 * and `CP-7941G` of `CP-7941G-GE`, so anything but an exact match tells nothing. Null when it names no model that loadstep converts.
 */
export function modelOfVendorClass(text: string): ModelId | null {
  return BY_TEXT.get(text) ?? null;
}
