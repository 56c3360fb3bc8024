import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../e2e/child.ts';
import { ELSEWHERE, hasBrowser, openBrowser, openPage, violations } from './browser.ts';
import { ownFolder, posted, serving } from './served.ts';

const TARGET = 'P0S3-08-11-00';
const ALICE = '0018B9C0FFEE';

let browser: Browser;
beforeAll(async () => {
  if (hasBrowser) browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
});

/** A browser whose clock is wrong by a generation and some hours. */
const WRONG_CLOCK = `{
  const Right = Date;
  const wrong = () => Right.now() - (25 * 365 * 24 + 5) * 3600000;
  globalThis.Date = class extends Right {
    constructor(...words) { super(...(words.length === 0 ? [wrong()] : words)); }
    static now() { return wrong(); }
  };
}`;

const timesOf = async (page: Page) => ({
  tile: (await page.locator('.tile .time span').first().textContent()) ?? '',
  line: (await page.locator('.note.bad').allTextContents()).join(),
});

describe.skipIf(!hasBrowser)('in a browser', () => {
  test('while the server starts the page says so, and goes on by itself', async () => {
    const { base } = await serving(ownFolder());
    const { page, complaints } = await openPage(browser);
    let refusals = 0;
    await page.route('**/api/v1/session', async (route) => {
      if (refusals++ >= 2) return route.continue();
      const body = JSON.stringify({ code: 'E_WEB_REFUSED', detail: 'the server is starting' });
      return route.fulfill({ status: 503, headers: { 'retry-after': '1' }, body });
    });
    await page.goto(base);
    await page.getByText('The server is starting').waitFor();
    expect(await page.getByLabel('Password').count()).toBe(0);
    await page.getByText('No phone is on the list yet').waitFor();
    expect(await page.getByText('The server is starting').count()).toBe(0);
    expect(complaints).toEqual([]);
  }, 60_000);

  test('when the server is gone the page says since when, by the clock of the server, and comes back by itself', async () => {
    const folder = ownFolder();
    const first = await serving(folder);
    await posted(first.base, 'phones', { mac: ALICE, target: TARGET, label: 'Alice' });
    const right = (await openPage(browser)).page;
    const wrong = (await openPage(browser)).page;
    await wrong.addInitScript(WRONG_CLOCK);
    for (const page of [right, wrong]) {
      await page.goto(first.base);
      await page.getByText('Alice').waitFor();
    }
    expect(await wrong.evaluate<number>('new Date().getFullYear()')).toBeLessThan(new Date().getFullYear() - 20);
    expect((await timesOf(wrong)).tile).toMatch(/^(\d+ s|)$/);
    await first.server.stop();
    for (const page of [right, wrong]) await page.getByText('The server does not answer since').waitFor();
    const seconds = (text: string) => {
      const [, h, m, s, half] = /since (\d+):(\d+):(\d+)\s?([AP]M)?/.exec(text) ?? [];
      return ((Number(h) % 12) + (half === 'PM' ? 12 : 0)) * 3600 + Number(m) * 60 + Number(s);
    };
    const [one, other] = [await timesOf(right), await timesOf(wrong)];
    expect(Math.abs(seconds(one.line) - seconds(other.line))).toBeLessThanOrEqual(3);
    await serving(folder, [], new URL(first.base).host);
    for (const page of [right, wrong]) {
      await expect.poll(() => page.getByText('The server does not answer').count(), { timeout: 20_000 }).toBe(0);
    }
  }, 90_000);

  test('when the record is gone the server ends, and the page says in red why', async () => {
    const folder = ownFolder();
    const { base, server } = await serving(folder);
    const { page } = await openPage(browser);
    // Who does not listen yet is told nothing by a server that ends.
    await Promise.all([page.waitForResponse(/api\/v1\/events/), page.goto(base)]);
    await page.getByText('No phone is on the list yet').waitFor();
    for (const name of readdirSync(folder)) if (name.startsWith('loadstep.db')) rmSync(join(folder, name));
    await page.locator('.note.bad', { hasText: 'The server has stopped' }).filter({ hasText: 'E_DB_GONE' }).waitFor();
    expect(await violations(page)).toEqual([]);
    expect(await server.end()).toBe(2);
  }, 60_000);

  test('who acts second in another tab is told what happened', async () => {
    const { base } = await serving(ownFolder());
    await posted(base, 'phones', { mac: ALICE, target: TARGET, label: 'Alice' });
    const { page } = await openPage(browser);
    await page.goto(`${base}#/batch`);
    await page.getByRole('button', { name: 'Pause the batch' }).waitFor();
    // What the other one does is not seen here before it is acted on.
    let isHeldBack = true;
    await page.route('**/api/v1/batch', async (route) => {
      while (isHeldBack) await new Promise((resolve) => setTimeout(resolve, 50));
      return route.continue();
    });
    await posted(base, 'batch/pause', { reason: 'lunch' });
    const pausing = page.waitForResponse('**/batch/pause');
    await page.getByRole('button', { name: 'Pause the batch' }).click();
    await pausing;
    isHeldBack = false;
    await page.getByText('Somebody else had paused the batch already: lunch.').waitFor();
    await page.getByRole('button', { name: 'Let the batch go on' }).waitFor();

    isHeldBack = true;
    const limits = fetch(`${base}api/v1/batch/limits`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ atOnce: 3 }),
    });
    await limits;
    await page.getByLabel('At once').fill('8');
    await page.getByRole('button', { name: 'Set limits' }).click();
    isHeldBack = false;
    await page.getByText('Somebody else has set other limits meanwhile').waitFor();
    await expect.poll(() => page.getByLabel('At once').inputValue()).toBe('3');

    await page.goto(`${base}#/phone/${ALICE}`);
    await page.getByRole('button', { name: 'Release' }).waitFor();
    await page.route('**/api/v1/phones/*/release', async (route) => {
      await posted(base, `phones/${ALICE}/release`, {});
      return route.continue();
    });
    await page.getByRole('button', { name: 'Release' }).click();
    await page.getByText(`${ALICE} is not on the list`).waitFor();
  }, 60_000);

  test('from elsewhere a password is asked for, by a view without a fault; who may look sees no button that acts', async () => {
    const folder = ownFolder();
    const { base } = await serving(folder);
    await posted(base, 'phones', { mac: ALICE, target: TARGET, label: 'Alice' });
    const set = await run(['web', 'password', '--role', 'look', '--json', '--db', `${folder}/loadstep.db`], folder);
    const password = String(set.lines[0]?.password);
    const there = base.replace('127.0.0.1', ELSEWHERE);
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page, complaints } = await openPage(browser, { colorScheme, viewport: { width: 375, height: 700 } });
      await page.goto(there);
      await page.getByLabel('Password').waitFor();
      expect(await violations(page)).toEqual([]);
      await page.getByLabel('Password').fill('wrong');
      await page.keyboard.press('Enter');
      await page.getByText('that is not the password').waitFor();
      await page.getByLabel('Password').fill(password);
      await page.keyboard.press('Enter');
      await page.getByText('Alice').waitFor();
      await page.goto(`${there}#/phone/${ALICE}`);
      await page.getByRole('heading', { name: 'Alice' }).waitFor();
      expect(await page.getByRole('button', { name: 'Release' }).count()).toBe(0);
      await page.goto(`${there}#/enrol`);
      await page.getByText('You may look and not act').waitFor();
      expect(complaints).toEqual([]);
      await page.context().close();
    }
  }, 90_000);

  test('a limit that cannot be read takes none away, and the way to the content stays in its view', async () => {
    const { base } = await serving(ownFolder(), ['--at-once', '2', '--stop-after-failures', '3']);
    const { page, complaints } = await openPage(browser);
    await page.goto(`${base}#/batch`);
    const set = async (label: string, text: string) => {
      await page.getByLabel(label).fill(text);
      await page.getByRole('button', { name: 'Set limits' }).click();
    };
    for (const [label, text] of [
      ['At once', 'x'],
      ['At once', '50%'],
      ['At once', '3.5'],
      ['First, alone', '1e3'],
      ['Pause after failures', 'abc'],
      ['Pause after failures', '-3'],
    ] as const) {
      const before = await page.getByText('Nothing was changed: each limit').count();
      await set(label, text);
      await expect.poll(() => page.getByText('Nothing was changed: each limit').count()).toBeGreaterThan(before);
      await page.reload();
    }
    await expect.poll(() => page.getByLabel('At once').inputValue()).toBe('2');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('[location.hash, document.activeElement.id]')).toEqual(['#/batch', 'main']);
    await page.getByRole('heading', { name: 'Limits' }).waitFor();
    expect(complaints).toEqual([]);
  }, 60_000);
});
