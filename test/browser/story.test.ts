import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectNoSideways, hasBrowser, openBrowser, openPage, violations } from './browser.ts';
import { archives, ownFolder, plugIn, serving } from './served.ts';

const TARGET = 'P0S3-08-11-00';
const PATIENCE = { timeout: 100_000 };

/** What the element that has the focus is called. */
const FOCUSED = `(own => own === document.body ? '' : [own.closest('label'), own].map(it => it?.textContent).join(' ') + own.getAttribute('aria-label'))(document.activeElement)`;

let browser: Browser;
beforeAll(async () => {
  if (hasBrowser) browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
});

/** The tile of a phone, once it says that. */
const tile = (page: Page, label: string, word: string) =>
  page.locator('.tile', { hasText: label }).filter({ hasText: word });

describe.skipIf(!hasBrowser)('in a browser', () => {
  test('an empty bench is given archives and six phones; all convert, one after a hand was lent to it', async () => {
    const served = await serving(ownFolder());
    const files = await archives(served.folder, ['P0S3-05-3-00', TARGET]);
    const { page, complaints } = await openPage(browser);
    await page.goto(served.base);
    await page.getByText('No phone is on the list yet').waitFor();

    await page.getByRole('link', { name: 'Firmware' }).click();
    await page.getByLabel('Archives').setInputFiles([...files]);
    for (const load of ['P0S3-05-3-00', TARGET]) await page.getByText(`${load} is in the store`).waitFor(PATIENCE);
    await page.getByRole('cell', { name: TARGET, exact: true }).waitFor();

    await page.getByRole('link', { name: 'Enrol' }).click();
    await page.getByLabel('Target load').fill(TARGET);
    const phones = Array.from({ length: 6 }, (_, k) => ({
      ...{ mac: `0018B9BB000${k + 1}`, address: `127.201.0.${k + 1}` },
      label: `desk ${k + 1}`,
    }));
    const scan = page.getByLabel('MAC address; then its label');
    for (const { mac, label } of phones) {
      // As scanners type: what the bar code says, and Enter. Labels of phones are printed with and without SEP.
      await scan.fill(label === 'desk 2' ? `SEP${mac}` : mac);
      await scan.press('Enter');
      await page.getByText(`${mac} new`).waitFor();
      await scan.fill(label);
      await scan.press('Enter');
      await page.getByText(`${mac} is “${label}”`).waitFor();
    }

    await page.getByRole('link', { name: 'Wall' }).click();
    await expect.poll(() => page.locator('.tile').count()).toBe(6);
    const common = { model: '7940', load: 'P0S3-05-3-00' };
    plugIn(
      served,
      phones.map(({ mac, address }, k) => ({
        ...common,
        ...{ mac, address, ...(k === 5 ? { rejectSignatures: 3 } : {}) },
      })),
    );
    for (const { label } of phones.slice(0, 5)) await tile(page, label, 'landed').waitFor(PATIENCE);
    await tile(page, 'desk 6', 'needs a hand').waitFor(PATIENCE);
    await expect.poll(() => page.title(), PATIENCE).toBe('(1!) 5/6 landed – loadstep');

    await page.getByRole('heading', { name: '1 phone needs a hand' }).waitFor();
    await page.locator('.hands li', { hasText: 'desk 6' }).filter({ hasText: 'What to do' }).waitFor();
    await tile(page, 'desk 6', 'needs a hand').click();
    await page.getByRole('heading', { name: 'desk 6' }).waitFor();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('starts again').waitFor();
    await page.getByRole('link', { name: 'Wall' }).click();
    await tile(page, 'desk 6', 'landed').waitFor(PATIENCE);
    await expect.poll(() => page.title()).toBe('6/6 landed – loadstep');

    await tile(page, 'desk 1', 'landed').click();
    await page.getByText('What proves the landing').waitFor();
    await page.getByText('Files that were sent').click();
    expect(await page.getByText(/P0S3-08-11-00\.sb2 [0-9a-f]{40}/).count()).toBe(1);
    expect(complaints).toEqual([]);
  }, 170_000);

  test('by the keyboard alone a phone is put on the list, found on the wall and taken off again', async () => {
    const served = await serving(ownFolder());
    const { page } = await openPage(browser);
    await page.goto(served.base);
    await page.getByText('No phone is on the list yet').waitFor();
    /** Presses Tab until the element with that text or label has the focus. */
    const to = async (name: string) => {
      for (let presses = 0; presses < 40; presses++) {
        await page.keyboard.press('Tab');
        const at = await page.evaluate<string>(FOCUSED);
        if (at.includes(name)) return;
      }
      throw new Error(`the keyboard does not get to "${name}"`);
    };
    await to('To the content');
    await to('Enrol');
    await page.keyboard.press('Enter');
    await to('Target load');
    await page.keyboard.type(TARGET);
    await to('MAC address');
    await page.keyboard.type('00:18:b9:c0:ff:ee');
    await page.keyboard.press('Enter');
    await page.getByText('0018B9C0FFEE new').waitFor();
    await page.keyboard.press('Home');
    await page.evaluate('document.activeElement.blur()');
    await to('Wall');
    await page.keyboard.press('Enter');
    await page.locator('.tile').waitFor();
    await to('0018B9C0FFEE');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: '0018B9C0FFEE' }).waitFor();
    await to('Release');
    await page.keyboard.press('Enter');
    await page.getByText('0018B9C0FFEE is off the list').waitFor();
    await expect.poll(() => page.getByRole('button', { name: 'Release' }).count()).toBe(0);
  }, 60_000);

  test('no view breaks a rule of axe-core or has to be moved sideways: on a phone, a desk and a wall, by day and by night', async () => {
    const served = await serving(ownFolder());
    const post = (path: string, body: object) =>
      fetch(`${served.base}api/v1/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const long = `${'Reception, behind the large plant '.repeat(4)}<b>`;
    await post('phones', { mac: '0018B9C0FFEE', target: TARGET, model: '7940', label: long, port: 'Gi1/0/24' });
    await post('phones', { mac: '0018B9C0FFAA', target: 'SIP42.9-3-1SR4-1S', label: 'Workshop' });
    await post('batch/pause', { reason: 'lunch' });
    const views = ['', 'enrol', 'firmware', 'batch', 'explain', 'phone/0018B9C0FFEE', 'phone/0018B9000000'];
    const looks = [
      { width: 375, scheme: 'light' },
      { width: 1280, scheme: 'dark' },
      { width: 1280, scheme: 'light' },
      { width: 3840, scheme: 'dark' },
    ] as const;
    const found: string[] = [];
    for (const { width, scheme } of looks) {
      const { page, complaints } = await openPage(browser, { viewport: { width, height: 900 }, colorScheme: scheme });
      await page.goto(served.base);
      await page.locator('.tile').first().waitFor();
      for (const view of views) {
        await page.goto(`${served.base}#/${view}`);
        await page.locator('h1').waitFor();
        await expectNoSideways(page, `${view} at ${width}`);
        for (const one of await violations(page)) found.push(`${view} at ${width}, ${scheme}: ${one}`);
      }
      await page.goto(`${served.base}api/docs`);
      for (const one of await violations(page)) found.push(`api/docs at ${width}, ${scheme}: ${one}`);
      expect(complaints).toEqual([]);
      await page.context().close();
    }
    expect(found).toEqual([]);
  }, 170_000);
});
