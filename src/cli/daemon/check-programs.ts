import { AppError } from '../../core/errors.ts';
import type { CliIo } from '../io.ts';
import { programsOf } from '../settings/bench-aid-settings.ts';
import type { Settings } from '../settings/layers.ts';
import type { SettingKey } from '../settings/settings.ts';

/** Runs a part of a check; what it refuses becomes a problem, and the check goes on. */
export type Attempt = <T>(work: () => T | Promise<T>) => Promise<T | null>;

/** A command whose program is not there would fail for every phone, hours later. */
export async function checkPrograms(
  settings: Settings,
  io: CliIo,
  attempt: Attempt,
  good: [word: string, text: string][],
): Promise<void> {
  const { findProgram } = await import('../../adapters/find-program.ts');
  for (const key of ['notify-command', 'power-cycle-command'] as const) {
    await attempt(() => {
      for (const { program } of readable(settings, key)) {
        const place = findProgram(program, io.env.PATH);
        if (place !== null) good.push([key === 'notify-command' ? 'notify' : 'power', place]);
        else throw settings.refuse(key, `there is no program ${program} that this user may run${inPath(program)}`);
      }
    });
  }
}

/** What cannot be read at all was said before. */
function readable(settings: Settings, key: SettingKey): ReturnType<typeof programsOf> {
  try {
    return programsOf(settings.only([key]));
  } catch (error) {
    if (error instanceof AppError) return [];
    throw error;
  }
}

function inPath(program: string): string {
  return program.includes('/')
    ? ''
    : '; it is looked for in the folders of PATH, and a service has few of them: write its whole path';
}
