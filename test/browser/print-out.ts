import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

/** What is asked for without running anything. */
const isThere = (name: string) => spawnSync(name, ['--version'], { stdio: 'ignore' }).error === undefined;

/** Whether there are programs to look at a print-out with: poppler's, and zbar, which reads bar codes. */
const canRead = ['pdftotext', 'pdftoppm', 'zbarimg'].every(isThere);
if (!canRead)
  process.stderr.write('print-outs are made and not read back (apt-get install poppler-utils zbar-tools)\n');

/** A page as it leaves a printer. */
interface PrintOut {
  readonly text: string;
  /** Every bar code that a scanner reads on it. */
  readonly codes: readonly string[];
  readonly pages: number;
}

/** Prints what is shown now; null where nothing can read it here. */
export async function printOut(page: Page, folder: string, name: string): Promise<PrintOut | null> {
  const bytes = await page.pdf({ preferCSSPageSize: true, printBackground: true });
  const file = join(folder, `${name}.pdf`);
  writeFileSync(file, bytes);
  if (!canRead) return null;
  const text = spawnSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' }).stdout;
  const pages = text.split('\f').length - 1;
  // 203 dots an inch is what label printers have.
  spawnSync('pdftoppm', ['-r', '203', '-png', file, join(folder, name)]);
  const { stdout } = spawnSync(
    'sh',
    ['-c', `zbarimg --quiet --raw -Sdisable -Scode128.enable "$1"-*.png`, 'sh', join(folder, name)],
    {
      encoding: 'utf8',
    },
  );
  return { text, codes: stdout.trim().split('\n').filter(Boolean).sort(), pages };
}
