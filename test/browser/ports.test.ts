import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectNoSideways, hasBrowser, openBrowser, openPage, violations } from './browser.ts';
import { printOut } from './print-out.ts';
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

describe.skipIf(!hasBrowser)('in a browser', () => {
  test('a phone that has link and asks nothing is named by its port below the wall, and goes when it asks', async () => {
    const { base } = await serving(ownFolder());
    await posted(base, 'phones', { mac: ALICE, target: TARGET, label: 'Alice' });
    const { page, complaints } = await openPage(browser);
    const moment = '2026-11-29T18:00:00.000Z';
    const reason =
      'sw1 Gi0/9: 0018B9000001, a Cisco IP Phone 7941 by CDP, has link and has asked for nothing in 12 min: its DHCP server names no TFTP server (option 150 or 66), or another one than this machine, and "loadstep doctor --probe" shows which';
    const at = { switch: 'sw1', port: 'Gi0/9', ifIndex: 9, mac: '0018B9000001', label: null, state: 'bystander' };
    const said = { by: 'cdp', platform: 'Cisco IP Phone 7941', load: 'SCCP41.8-5-3S', before: null };
    const times = { since: moment, seenAt: moment, saidAt: null };
    let ports: object[] = [{ ...at, ...said, ...times, silent: reason }];
    await page.route('**/api/v1/bench', (route) =>
      route.fulfill({ json: { now: moment, ports, unplaced: [], hasSwitch: true } }),
    );
    await page.clock.install();
    await page.goto(`${base}#/`);
    await page.getByText('1 phone has link and asks nothing').waitFor();
    await page.getByText('sw1 Gi0/9: 0018B9000001', { exact: false }).waitFor();
    expect(await page.locator('main').textContent()).toContain('loadstep doctor --probe');
    expect(await violations(page)).toEqual([]);
    await page.setViewportSize({ width: 360, height: 740 });
    await expectNoSideways(page, 'the wall');
    ports = [];
    await page.clock.runFor(31_000);
    await expect.poll(() => page.getByText('has link and asks nothing').isVisible()).toBe(false);
    expect(complaints).toEqual([]);
  }, 60_000);

  test('labels bear the port of a phone where it is known, and their bar code can still be read', async () => {
    const folder = ownFolder();
    const { base } = await serving(folder);
    const port = 'sw1 Gi1/0/17';
    await posted(base, 'phones', { mac: ALICE, target: TARGET, label: 'Alice', model: '7960', port });
    const long = 'the third shelf from the window, left of the second switch, port 44';
    await posted(base, 'phones', { mac: '0018B9C0FFAA', target: TARGET, port: long });
    await posted(base, 'phones', { mac: '0018B9C0FFAB', target: TARGET });
    const { page } = await openPage(browser);
    await page.goto(`${base}#/print`);
    await page.getByLabel('Phones').selectOption('all');
    await page.getByRole('button', { name: 'Print 3 labels' }).waitFor();
    const labels = page.locator('.paper .label');
    expect(await labels.nth(0).textContent()).toContain(`port ${port}`);
    expect(await labels.nth(2).textContent()).not.toContain('port');
    for (const paper of ['roll62', 'a4-21', 'a4-24', 'letter-30']) {
      await page.getByLabel('Labels on a').selectOption(paper);
      const wide = await page.evaluate<number[]>(
        `[...document.querySelectorAll('.paper .label:not(.blank)')].map((one) => one.scrollWidth - one.clientWidth)`,
      );
      expect([paper, ...wide]).toEqual([paper, 0, 0, 0]);
    }
    await page.getByLabel('Labels on a').selectOption('roll62');
    await page.evaluate(`document.documentElement.dataset.print = 'labels'`);
    const out = await printOut(page, folder, 'labels');
    if (out !== null) {
      expect(out.codes).toEqual(['0018B9C0FFAA', '0018B9C0FFAB', ALICE]);
      expect(out.text).toContain(`port ${port}`);
    }
  }, 60_000);
});
