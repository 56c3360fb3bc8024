import { createSocket } from 'node:dgram';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasBrowser, openBrowser, openPage } from './browser.ts';
import { ownFolder, posted, serving } from './served.ts';

const ALICE = '0018B9C0FFEE';
const TARGET = 'P0S3-08-11-00';
/** Each field has a number of its own, so that what comes out of it can be told. */
const markup = (field: number) => `"'><img src=x onerror="globalThis.ran=${field}"><u>${field}</u>&lt;`;
const VIEWS = ['', `phone/${ALICE}`, 'firmware', 'enrol', 'batch', 'print', 'explain'];

let browser: Browser;
beforeAll(async () => {
  if (hasBrowser) browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
});

/** Asks for a file as a phone does that somebody else has written: the name is whatever he likes. */
async function asked(port: number, name: string): Promise<void> {
  const socket = createSocket('udp4');
  const answer = new Promise((resolve) => socket.once('message', resolve));
  socket.send(Buffer.from(`\0\x01${name}\0octet\0`, 'latin1'), port, '127.0.0.1');
  await answer;
  socket.close();
}

/** What of the markup became more than text. */
const marks = (page: Page) =>
  page.evaluate<readonly unknown[]>(
    '[globalThis.ran ?? null, ...[...document.querySelectorAll("img:not([src=\\"/icon.svg\\"]), u")].map((one) => one.outerHTML)]',
  );

describe.skipIf(!hasBrowser)('in a browser', () => {
  test('markup in every field that a list or a phone fills stays text', async () => {
    const { base, phones } = await serving(ownFolder());
    const texts = { label: markup(1), batch: markup(2), port: markup(3), serial: markup(4) };
    await posted(base, 'phones', { mac: ALICE, target: TARGET, extension: '<u>5</u>', ...texts });
    const list = `mac,target,label,port,serial,extension\n0018B9000002,${TARGET},"${markup(6).replaceAll('"', '""')}",${'<u>7</u>'},<u>8</u>,<u>9</u>\n<u>10</u>,${TARGET},,,,\n`;
    const answer = await fetch(`${base}api/v1/phones/list`, {
      method: 'POST',
      headers: { 'content-type': 'text/csv' },
      body: list,
    });
    expect(answer.ok).toBe(true);
    for (const name of [`SIP${ALICE}.cnf`, `SIP${ALICE}.cnf<u>11</u>`, '<img src=x onerror=ran=12>', 'OS79XX.TXT']) {
      await asked(phones, name);
    }
    await posted(base, 'batch/pause', { reason: markup(13) });
    const { page, complaints } = await openPage(browser);
    await page.goto(base);
    await page.getByText('<u>1</u>').first().waitFor();
    const seen: string[] = [];
    for (const view of VIEWS) {
      await page.goto(`${base}#/${view}`);
      await page.locator('main :is(h1, h2, p, table, .tile)').first().waitFor();
      expect(await marks(page), view).toEqual([null]);
      seen.push((await page.locator('body').textContent()) ?? '');
    }
    await page.route('**/restart', (route) => {
      const tries = [{ rung: 'telnet', isTried: true, text: `\`${markup(14)}\` ${markup(15)}` }];
      return route.fulfill({
        json: { mac: ALICE, result: 'refused', rung: null, text: markup(16), tries, keys: [markup(17)] },
      });
    });
    await page.goto(`${base}#/phone/${ALICE}`);
    await page.getByRole('button', { name: 'Restart', exact: true }).click();
    await page.locator('.restart li').waitFor();
    await page.getByText('<u>11</u>').first().waitFor();
    expect(await marks(page), 'restart').toEqual([null]);
    seen.push((await page.locator('body').textContent()) ?? '');
    // What does not come out anywhere would show nothing.
    for (const field of [1, 3, 6, 11, 13, 14, 15, 16])
      expect([field, seen.join('\n').includes(`<u>${field}</u>`)]).toEqual([field, true]);
    expect(complaints).toEqual([]);
    const certificates = await fetch(`${base}certificates`);
    expect(await certificates.text()).not.toMatch(/<img|<u>/);
  }, 90_000);
});
