import { Violation } from './explorer.ts';
import { Lab, type LabOptions } from './lab.ts';

/**
 * Makes these moves in a new lab and asks what comes of it; what never must happen is what comes of it, too. Null where a move cannot be
 * made at its place.
 */
export async function replay<T>(
  options: LabOptions,
  moves: readonly string[],
  look: (lab: Lab) => Promise<T>,
): Promise<T | Violation | null> {
  const lab = await Lab.open(options);
  try {
    for (const move of moves) {
      if (!lab.moves().includes(move)) return null;
      await lab.make(move);
    }
    return await look(lab);
  } catch (error) {
    if (error instanceof Violation) return error;
    throw error;
  } finally {
    await lab.end();
  }
}

/** Whether the only phone of a lab comes to this within so many questions when it only boots on. */
export async function comesTo(lab: Lab, isThere: (lab: Lab) => boolean, questions: number): Promise<boolean> {
  for (let n = 0; n < questions; n++) {
    if (isThere(lab)) return true;
    await lab.make('goes-on 0');
  }
  return isThere(lab);
}
