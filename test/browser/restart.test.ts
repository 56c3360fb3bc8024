import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { Child, run } from '../e2e/child.ts';
import { freeTcpPort } from '../support/free-port.ts';
import { expectNoSideways, hasBrowser, openBrowser, openPage, violations } from './browser.ts';
import { ownFolder, plugIn, posted, serving } from './served.ts';

const JAVA = 'SIP42.9-3-1SR4-1S';
const OLD = 'P0S3-08-11-00';
const PATIENCE = { timeout: 100_000 };
const FOCUSED = 'document.activeElement?.textContent';

let browser: Browser;
beforeAll(async () => {
  if (hasBrowser) browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
});

/** Two phones that land: one that registers here and can be told to restart, and one that says nothing. */
async function bench() {
  const folder = ownFolder();
  const releases = [JAVA, OLD].flatMap((load) => ['--release', load]);
  expect(
    (await run(['emulate', 'firmware', '--json', '--out', join(folder, 'firmware'), ...releases], folder)).code,
  ).toBe(0);
  const sip = `127.0.0.1:${await freeTcpPort()}`;
  const served = await serving(folder, ['--witness', '--witness-sip', sip, '--witness-sccp', '127.0.0.1:0']);
  const [told, mute] = ['0018B9BC0001', '0018B9BC0002'];
  await posted(served.base, 'phones', { mac: told, target: JAVA, model: '7942', label: 'told' });
  await posted(served.base, 'phones', { mac: mute, target: OLD, model: '7960', label: 'mute' });
  const phone = new Child(
    [
      ...['emulate', 'phone', '--json', '--register', '--restart-idle', '0', '--model', '7942', '--load', JAVA],
      ...['--server', `127.0.0.1:${served.phones}`, '--address', '127.202.0.1', '--mac', told, '--speed', '50'],
    ],
    folder,
  );
  onTestFinished(async () => void (await phone.stop()));
  plugIn(served, [{ mac: mute, address: '127.202.0.2', model: '7960', load: 'P0S3-07-5-00' }]);
  await phone.until(({ event }) => event === 'phone.registered');
  return { ...served, told, mute };
}

/** Opens the page of a phone that has landed, with its restart button in focus. */
async function atButton(page: Page, base: string, mac: string): Promise<void> {
  await page.goto(`${base}#/phone/${mac}`);
  await page.locator('.tile', { hasText: 'landed' }).waitFor(PATIENCE);
  await page.getByRole('button', { name: 'Restart', exact: true }).focus();
}

async function expectFit(page: Page, where: string): Promise<void> {
  await expectNoSideways(page, where);
  expect([where, await violations(page)]).toEqual([where, []]);
}

describe.skipIf(!hasBrowser)('in a browser', () => {
  test('a phone is restarted from its page: first it is said how, then it is done; and where only a person can, the keys are drawn', async () => {
    const { base, told, mute } = await bench();
    const { page, complaints } = await openPage(browser, {
      viewport: { width: 375, height: 900 },
      colorScheme: 'dark',
    });
    await atButton(page, base, told);
    await page.keyboard.press('Enter');
    await page.getByText('It would be restarted by service-control').waitFor(PATIENCE);
    expect(await page.evaluate(FOCUSED)).toBe('Restart');
    await page.locator('.restart li', { hasText: 'telnet' }).waitFor();
    await expectFit(page, 'what would be done');
    await page.keyboard.press('Tab');
    while ((await page.evaluate(FOCUSED)) !== 'Restart it now') await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText('waited for until it is heard to start').waitFor();
    await expectFit(page, 'while it is done');
    // Who looks at another phone meanwhile comes back to it.
    await page.goto(`${base}#/phone/${mute}`);
    await page.goto(`${base}#/phone/${told}`);
    await page.getByText('It was restarted by service-control').waitFor(PATIENCE);
    await expectFit(page, 'what came of it');
    await page.getByText('P_RESTART_SENT').first().waitFor(PATIENCE);

    await atButton(page, base, mute);
    await page.keyboard.press('Enter');
    // Until it has booted it may be writing its flash, and no keys are shown.
    const only = page.getByText('Only a person can restart it');
    for (let turns = 0; turns < 60 && !(await only.isVisible()); turns++) {
      await page.getByRole('button', { name: 'Look again' }).click(PATIENCE);
      await only.or(page.getByText('It is not restarted')).waitFor(PATIENCE);
      await page.waitForTimeout(500);
    }
    await page.getByRole('img', { name: 'Press together: *, 6, Settings' }).waitFor();
    expect(await page.locator('.keypad text.now').allTextContents()).toEqual(['Settings', '6', '*']);
    await expectFit(page, 'the keys');
    await page.getByRole('button', { name: 'Look again' }).focus();
    await page.keyboard.press('Enter');
    await only.waitFor(PATIENCE);
    expect(await page.evaluate(FOCUSED)).toBe('Look again');
    await page.getByRole('button', { name: 'Close', exact: true }).click();
    expect([await page.evaluate(FOCUSED), await page.locator('.restart').isVisible()]).toEqual(['Restart', false]);
    expect(complaints).toEqual([]);
  }, 200_000);
});
