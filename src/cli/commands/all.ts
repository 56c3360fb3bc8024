import type { CommandGroup, CommandSpec } from '../command.ts';
import { CANCEL } from './cancel.ts';
import { EMULATE } from './emulate.ts';
import { EXPLAIN } from './explain.ts';
import { FIRMWARE } from './firmware.ts';
import { HISTORY } from './history.ts';
import { ENROLL, RELEASE, RETRY } from './list-changes.ts';
import { MATRIX } from './matrix.ts';
import { PAUSE } from './pause.ts';
import { PLAN } from './plan.ts';
import { REPORT } from './report.ts';
import { RESUME } from './resume.ts';
import { SERVE } from './serve.ts';
import { STATUS, WATCH } from './status.ts';
import { UPGRADE } from './upgrade.ts';
import { WAIT } from './wait.ts';

/** Every command of one word, in the order of the help. */
export const COMMANDS: readonly CommandSpec[] = [
  UPGRADE,
  SERVE,
  ENROLL,
  RELEASE,
  RETRY,
  PAUSE,
  RESUME,
  CANCEL,
  PLAN,
  STATUS,
  WATCH,
  HISTORY,
  REPORT,
  WAIT,
  EXPLAIN,
];

/** Every command of two words. */
export const COMMAND_GROUPS: readonly CommandGroup[] = [FIRMWARE, EMULATE, MATRIX];
