import { AppError } from '../../core/errors.ts';
import { lintMatrix } from '../../core/matrix/lint-matrix.ts';
import { renderMatrixMermaid, renderMatrixText } from '../../core/matrix/render-matrix.ts';
import { FAMILIES } from '../../core/names/family.ts';
import { countText } from '../../core/text/amounts.ts';
import type { CommandContext, CommandGroup } from '../command.ts';
import { writeText } from '../output/fit-text.ts';
import { readFamily } from '../settings/values.ts';
import { loadMatrix } from '../wiring.ts';

/** `loadstep matrix …`: checks and shows the device and firmware facts. */
export const MATRIX: CommandGroup = {
  name: 'matrix',
  summary: 'check and show the device and firmware facts',
  commands: [
    {
      name: 'lint',
      summary: 'check the facts for overlaps, dead ends, unknown sources and wrong hashes',
      settings: [],
      examples: ['loadstep matrix lint', 'loadstep matrix lint --json'],
      run: lint,
    },
    {
      name: 'show',
      summary: 'print the facts, or the upgrade graph of a family',
      settings: ['family', 'mermaid'],
      examples: ['loadstep matrix show --family 79x0', 'loadstep matrix show --family 42 --mermaid'],
      run: show,
    },
  ],
};

async function lint({ settings, io }: CommandContext): Promise<number> {
  const matrix = await loadMatrix();
  const findings = lintMatrix(matrix);
  for (const finding of findings) {
    const { code, file, place, other, message, wayOut } = finding;
    const party = other === null ? '' : ` (with ${other})`;
    const text = `${file}: ${place}${party}: ${message} [${code}]\n  ${wayOut}`;
    if (settings.isOn('json')) io.stdout.write(`${JSON.stringify(finding)}\n`);
    else writeText(io.stdout, `${text}\n`);
  }
  if (findings.length > 0) {
    throw new AppError('E_MATRIX_INVALID', `the firmware matrix has ${countText(findings.length, 'finding')}`);
  }
  if (!settings.isOn('json')) {
    const { families, rules, sources } = matrix;
    const releases = families.reduce((sum, family) => sum + family.releases.length, 0);
    const counts = [
      countText(releases, 'release'),
      countText(rules.length, 'rule'),
      countText(sources.length, 'source'),
    ];
    writeText(io.stdout, `The firmware matrix is sound: ${families.length} families, ${counts.join(', ')}.\n`);
  }
  return 0;
}

async function show({ settings, io }: CommandContext): Promise<number> {
  const family = settings.read('family', readFamily);
  if (settings.isOn('mermaid') && family === null) {
    throw new AppError('E_BAD_USAGE', `--mermaid draws one family; add --family ${FAMILIES.join(', or ')}`);
  }
  const matrix = await loadMatrix();
  if (settings.isOn('json')) {
    const shown = matrix.families.filter((facts) => family === null || facts.family === family);
    for (const facts of shown) io.stdout.write(`${JSON.stringify(facts)}\n`);
    return 0;
  }
  const isDrawing = settings.isOn('mermaid') && family !== null;
  const text = isDrawing ? renderMatrixMermaid(matrix, family) : renderMatrixText(matrix, family ?? undefined);
  const whole = text.endsWith('\n') ? text : `${text}\n`;
  if (isDrawing) io.stdout.write(whole);
  else writeText(io.stdout, whole);
  return 0;
}
