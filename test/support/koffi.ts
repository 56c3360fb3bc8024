import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Whether npm installed koffi. One that is there and does not work fails its tests; where it was left out they are skipped, and say so. */
export const HAS_KOFFI = existsSync(join(import.meta.dirname, '../../node_modules/koffi'));
export const WITHOUT_KOFFI = HAS_KOFFI ? '' : ' (skipped: koffi is not installed)';
