import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../e2e/child.ts';
import { ELSEWHERE, hasBrowser, openBrowser, openPage } from './browser.ts';
import { ownFolder, serving } from './served.ts';

let browser: Browser;
beforeAll(async () => {
  if (hasBrowser) browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
});

describe.skipIf(!hasBrowser)('in a browser', () => {
  for (const how of ['log out', 'another password', 'log out without a word to the other tab'] as const) {
    test(`where the session ends in one tab (${how}), the other asks for the password, too`, async () => {
      const folder = ownFolder();
      const { base } = await serving(folder);
      const db = ['--json', '--db', `${folder}/loadstep.db`];
      const set = await run(['web', 'password', '--role', 'act', ...db], folder);
      const there = base.replace('127.0.0.1', ELSEWHERE);
      const { page } = await openPage(browser);
      await page.goto(there);
      await page.getByLabel('Password').fill(String(set.lines[0]?.password));
      await page.keyboard.press('Enter');
      await page.getByText('No phone is on the list yet').waitFor();
      const other = await page.context().newPage();
      if (how.startsWith('log out without'))
        await other.addInitScript(
          'delete globalThis.BroadcastChannel; globalThis.BroadcastChannel = class { postMessage() {} addEventListener() {} }',
        );
      await other.goto(`${there}#/batch`);
      await other.getByRole('heading', { name: 'All phones together' }).waitFor();
      if (how === 'another password') await run(['web', 'password', '--role', 'act', ...db], folder);
      else await page.getByRole('button', { name: 'Log out' }).click();
      // Nothing told that tab; it hears of it when it asks for something.
      if (how.startsWith('log out without')) await other.getByRole('button', { name: 'Pause the batch' }).click();
      for (const one of [page, other]) {
        await one.getByLabel('Password').waitFor({ timeout: 20_000 });
        expect(await one.getByRole('link', { name: 'Wall' }).count()).toBe(0);
        expect(await one.getByText('The server does not answer').count()).toBe(0);
      }
    }, 60_000);
  }
});
