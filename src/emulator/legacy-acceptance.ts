import { compareReleases } from '../core/names/release.ts';
import { type LegacyLoad, legacyLoad } from './legacy-load.ts';

/** What a G1 or G2 phone does with an image that it has fetched and found well made. */
export type Verdict = 'take' | 'hang' | 'Load ID Incorrect';

/** The last SIP release before signed images that leads on to them (legacy-79x0 R4). */
const LAST_UNSIGNED_SIP = [4, 4] as const;

/**
 * Whether a G1 or G2 phone takes an image. What the sources do not document is not taken: too big a jump ends in
 * "Upgrading Software" endlessly, as the one reported attempt did (3.x to 7.4, legacy-79x0 4.2 and 6).
 */
export function verdictOn(running: LegacyLoad, imageName: string, takesLoaderFromG1: boolean): Verdict {
  const image = legacyLoad(imageName);
  if (image === null || image.protocol === 'MGCP') return 'Load ID Incorrect';
  const isLoader = image.generation === 'g3' && image.protocol !== 'SIP';
  switch (running.generation) {
    case 'ancient-sccp':
      // First an image of the 3.x era (legacy-79x0 4.2).
      return image.generation === 'ancient-sccp' || image.generation === 'g1-sccp' ? 'take' : 'Load ID Incorrect';
    case 'g1-sccp':
      if (image.generation === 'g3') return isLoader && takesLoaderFromG1 ? 'take' : 'hang';
      return image.generation === 'g2-sccp' ? takeFirstSigned(image) : 'take';
    case 'g1-sip':
      if (image.generation === 'g3') return isLoader && takesLoaderFromG1 ? 'take' : 'hang';
      if (image.generation === 'g2-sccp') return takeFirstSigned(image);
      return image.protocol === 'SIP' ? chain(running, image) : 'take';
    case 'g2-sip':
      // To SCCP only after the loader (R7), down only after it (R5).
      if (image.protocol === 'SCCP') return 'Load ID Incorrect';
      if (image.generation === 'g3') return isLoader ? 'take' : 'hang';
      return isNotOlder(image, running) ? 'take' : 'Load ID Incorrect';
    case 'g2-sccp':
      if (image.generation === 'g3') return isLoader ? 'take' : 'hang';
      return isSigned(image) ? 'take' : 'Load ID Incorrect';
    case 'g3':
      return 'Load ID Incorrect';
  }
}

/** 5.x is the first signed SCCP; a 3.x phone goes there before anything later (legacy-79x0 4.2). */
function takeFirstSigned(image: LegacyLoad): Verdict {
  return image.release[0] === 5 ? 'take' : 'hang';
}

/** R4: [2,3,4].x to 4.4, to 5.3, to 6.x, never further at once; back and forth within what is unsigned. */
function chain(running: LegacyLoad, image: LegacyLoad): Verdict {
  if (image.generation === 'g1-sip') return 'take';
  const isAtEnd = compareReleases(running.release.slice(0, 2), LAST_UNSIGNED_SIP) >= 0;
  return isAtEnd && image.release[0] === 5 ? 'take' : 'hang';
}

function isNotOlder(image: LegacyLoad, running: LegacyLoad): boolean {
  return isSigned(image) && compareReleases(image.release, running.release) >= 0;
}

function isSigned(image: LegacyLoad): boolean {
  return image.generation !== 'g1-sip' && image.generation !== 'g1-sccp' && image.generation !== 'ancient-sccp';
}
