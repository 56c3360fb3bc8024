import { AppError } from '../../core/errors.ts';
import type { CommandContext, CommandSpec } from '../command.ts';
import { withDocPaths } from '../output/doc-path.ts';
import { roomOn } from '../output/fit-text.ts';
import { loadMatrix } from '../wiring.ts';

/** `loadstep explain`: the failure catalogue. */
export const EXPLAIN: CommandSpec = {
  name: 'explain',
  words: '<code-or-text...>',
  summary: 'say what a code, a message on the phone or a requested file means, and what to do',
  settings: [],
  examples: ['loadstep explain E_NO_PATH', 'loadstep explain "Protocol Application Invalid"', 'loadstep explain W710'],
  run: explainText,
};

async function explainText({ args, settings, io }: CommandContext): Promise<number> {
  const { explain, meantBy } = await import('../../core/explain/explain.ts');
  const { renderExplain } = await import('../../core/explain/render-explain.ts');
  const { loadWords } = await import('../../core/matrix/load-words.ts');
  const asked = args.join(' ');
  const entries = explain(asked, loadWords(await loadMatrix()));
  if (entries.length === 0) {
    const near = meantBy(asked);
    const hint = near === null ? '' : `; did you mean ${/^[EP]_/.test(near) ? near : `"${near}"`}?`;
    throw new AppError(
      'E_BAD_USAGE',
      `"${asked}" is not in the catalogue${hint === '' ? '; give a code such as E_NO_PATH, or the words the phone shows' : hint}`,
    );
  }
  if (settings.isOn('json')) {
    for (const { match: _, asks: __, ...told } of entries) io.stdout.write(`${JSON.stringify(told)}\n`);
    return 0;
  }
  const texts = entries.map((entry) => renderExplain(entry, roomOn(io.stdout) ?? undefined));
  io.stdout.write(withDocPaths(`${texts.join('\n\n')}\n`));
  return 0;
}
