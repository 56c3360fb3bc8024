import type { ModelId } from '../names/family.ts';
import { err, ok, type Result } from '../result.ts';
import type { ConfigForms } from './facts.ts';
import type { Background, Refusal, Ring } from './wish.ts';
import { attribute, content } from './xml-text.ts';

const RING_FILE = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/;

/** What is wrong with a list of ring tones; null when phones take it. */
export function ringFault(rings: readonly Ring[], { rings: limits }: ConfigForms): Refusal | null {
  if (rings.length > limits.maxEntries) return refused(`phones take at most ${limits.maxEntries} ring tones`);
  for (const { label, file } of rings) {
    if (!RING_FILE.test(file) || !file.endsWith(limits.ending)) {
      return refused(`"${file}" is no file of a ring tone; it has to be a plain name that ends in ${limits.ending}`);
    }
    if (label === '' || /[\t\r\n]/.test(label)) return refused(`the ring tone ${file} needs a name without tabs`);
    if ([...label].length > limits.maxNameLength || file.length > limits.maxNameLength) {
      return refused(`the ring tone ${file} or its name has more than ${limits.maxNameLength} characters`);
    }
  }
  return null;
}

/** What is wrong with the sound of a ring tone; null when phones can play it: 8 kHz, 8 bits, u-law, no header (after-landing 1.8). */
export function ringSoundFault(name: string, sizeBytes: number, { rings: limits }: ConfigForms): Refusal | null {
  const { minSamples, maxSamples, sampleStep } = limits;
  if (sizeBytes >= minSamples && sizeBytes <= maxSamples && sizeBytes % sampleStep === 0) return null;
  return refused(
    `${name} has ${sizeBytes} bytes; a ring tone is u-law of 8 kHz and 8 bits without a header, ${minSamples} to ${maxSamples} bytes and a multiple of ${sampleStep}`,
  );
}

/** `RINGLIST.DAT` of the 7940 and 7960: one ring tone a line, its name and its file with a tab between. */
export function legacyRingList(rings: readonly Ring[]): string {
  return rings.map(({ label, file }) => `${label}\t${file}\n`).join('');
}

/** `ringlist.xml` of the Java phones. */
export function javaRingList(rings: readonly Ring[]): string {
  const entries = rings.map(
    ({ label, file }) =>
      `  <Ring>\n    <DisplayName>${content(label)}</DisplayName>\n    <FileName>${content(file)}</FileName>\n  </Ring>\n`,
  );
  return `<CiscoIPPhoneRingList>\n${entries.join('')}</CiscoIPPhoneRingList>\n`;
}

/** The folder below `Desktops/` in which a model looks for background pictures; null where it has none. */
export function backgroundFolder(model: ModelId, { backgrounds }: ConfigForms): string | null {
  return backgrounds.find(({ models }) => models.includes(model))?.folder ?? null;
}

/** `Desktops/<size>/List.xml`. */
export function backgroundList(backgrounds: readonly Background[], folder: string): Result<string, Refusal> {
  const wrong = backgrounds.flatMap(({ image, thumbnail }) => [image, thumbnail]).find((name) => !RING_FILE.test(name));
  if (wrong !== undefined) return err(refused(`"${wrong}" is no plain name of a picture`));
  // At most 50 of them (after-landing 2.6).
  if (backgrounds.length > 50) return err(refused('phones take at most 50 background pictures'));
  const url = (name: string) => attribute(`TFTP:Desktops/${folder}/${name}`);
  const entries = backgrounds.map(
    ({ image, thumbnail }) => `  <ImageItem Image="${url(thumbnail)}" URL="${url(image)}"/>\n`,
  );
  return ok(`<CiscoIPPhoneImageList>\n${entries.join('')}</CiscoIPPhoneImageList>\n`);
}

/** `syncinfo.xml`: a check-sync restarts a 7940 or 7960 whose own `sync` is another one. */
export function syncInfo(sync: string): string {
  return `<SYNCINFO><IMAGE VERSION="*" SYNC="${attribute(sync)}"/></SYNCINFO>\n`;
}

function refused(message: string): Refusal {
  return { code: 'E_CONFIG_REFUSED', message };
}
