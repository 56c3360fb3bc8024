import { existsSync } from 'node:fs';
import axe from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';

/** Where distributions lay the browser; `LOADSTEP_CHROMIUM` names another one. */
const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const path = process.env.LOADSTEP_CHROMIUM ?? PLACES.find((one) => existsSync(one)) ?? null;

/** Whether there is a browser to try the page in. */
export const hasBrowser = path !== null;
if (!hasBrowser)
  process.stderr.write('no Chromium is here: the page is not tried in a browser (apt-get install chromium)\n');

/** A name by which the page is asked as from another machine: it leads here, and is not this machine's own. */
export const ELSEWHERE = 'bench.test';

export async function openBrowser(): Promise<Browser> {
  const isRoot = process.getuid?.() === 0;
  const args = [...(isRoot ? ['--no-sandbox'] : []), `--host-resolver-rules=MAP ${ELSEWHERE} 127.0.0.1`];
  return chromium.launch({ executablePath: path ?? '', args, chromiumSandbox: !isRoot });
}

/** A page that takes every question, and whose complaints are kept: scripts that fail, and what its own policy refuses. */
export async function openPage(browser: Browser, options: BrowserContextOptions = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    // What the server refuses is told by the page itself; a header that works over HTTPS alone does no harm without.
    const isKnown = /Failed to load resource|Cross-Origin-Opener-Policy header has been ignored/.test(message.text());
    if (message.type() === 'error' && !isKnown) complaints.push(message.text());
  });
  page.on('dialog', (dialog) => void dialog.accept());
  return { page, complaints };
}

/** What axe-core finds on what is shown now, as `rule: element`. */
export async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate<readonly Violation[]>('axe.run().then(({ violations }) => violations)');
  return found.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
}

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}

/** Nothing has to be moved sideways to be read. */
export async function expectNoSideways(page: Page, where: string): Promise<void> {
  const wide = await page.evaluate<number>(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  );
  expect([where, wide]).toEqual([where, 0]);
}
