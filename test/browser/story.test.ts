import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectNoSideways, hasBrowser, openBrowser, openPage, violations } from './browser.ts';
import { printOut } from './print-out.ts';
import { archives, ownFolder, plugIn, posted, serving } from './served.ts';

const TARGET = 'P0S3-08-11-00';
const PATIENCE = { timeout: 100_000 };

/** What the element that has the focus is called. */
const FOCUSED = `(own => [document.body, document.getElementById('main')].includes(own) ? '' : [own.closest('label'), own].map(it => it?.textContent).join(' ') + own.getAttribute('aria-label'))(document.activeElement)`;

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

/** Others who look on: somebody with a telephone in the hand, and the wall. */
const ONLOOKERS = [
  { width: 375, colorScheme: 'dark' },
  { width: 1280, colorScheme: 'light' },
  { width: 3840, colorScheme: 'dark' },
] as const;

/** Drops files on an element, as from a folder of the machine. */
async function dropOn(page: Page, selector: string, files: readonly string[]): Promise<void> {
  const handed = files.map((file) => ({ name: basename(file), body: readFileSync(file).toString('base64') }));
  const transfer = await page.evaluateHandle((all) => {
    const made = new (globalThis as unknown as { DataTransfer: new () => Transfer }).DataTransfer();
    for (const { name, body } of all) {
      made.items.add(new File([Uint8Array.from(atob(body), (char) => char.charCodeAt(0))], name));
    }
    return made;
  }, handed);
  for (const type of ['dragover', 'drop']) await page.dispatchEvent(selector, type, { dataTransfer: transfer });
}

interface Transfer {
  readonly items: { add(file: File): void };
}

/** Counts tones in place of playing them, and prints nothing. */
const QUIET = `globalThis.tones = 0;
globalThis.print = () => {};
globalThis.AudioContext = class {
  currentTime = 0;
  createOscillator() { tones++; return { frequency: {}, connect: (next) => next, start() {}, stop() {} }; }
  createGain() { return { gain: { setValueAtTime() {}, exponentialRampToValueAtTime() {} }, connect: (next) => next }; }
  close() {}
};`;

describe.skipIf(!hasBrowser)('in a browser', () => {
  test('an empty bench is given archives and six phones; all convert, one after a hand was lent to it; labels and certificates are printed', async () => {
    const served = await serving(ownFolder());
    const files = await archives(served.folder, ['P0S3-05-3-00', TARGET]);
    const { page, complaints } = await openPage(browser);
    await page.addInitScript(QUIET);
    await page.goto(served.base);
    await page.getByText('No phone is on the list yet').waitFor();
    const onlookers = await Promise.all(
      ONLOOKERS.map(async ({ width, colorScheme }) => {
        const opened = await openPage(browser, { viewport: { width, height: 900 }, colorScheme });
        await opened.page.goto(served.base);
        return { ...opened, who: `at ${width}, ${colorScheme}` };
      }),
    );
    const faults: string[] = [];
    const lookOn = async (view: string, wait: (page: Page) => Promise<unknown>) => {
      for (const { page: other, who } of onlookers) {
        await other.goto(`${served.base}#/${view}`);
        await wait(other);
        await expectNoSideways(other, `${view} ${who}`);
        for (const one of await violations(other)) faults.push(`${view} ${who}: ${one}`);
      }
    };

    // One beside the place for it, on another view; one on it.
    await dropOn(page, 'h1', files.slice(0, 1));
    await page.getByText('P0S3-05-3-00 is in the store').waitFor(PATIENCE);
    await dropOn(page, '.drop', files.slice(1));
    await page.getByText(`${TARGET} is in the store`).waitFor(PATIENCE);
    await page.getByRole('cell', { name: TARGET, exact: true }).waitFor();

    await page.getByRole('link', { name: 'Enrol' }).click();
    await page.getByLabel('Target load').fill(TARGET);
    const phones = Array.from({ length: 6 }, (_, k) => ({
      ...{ mac: `0018B9BB000${k + 1}`, address: `127.201.0.${k + 1}` },
      label: `desk ${k + 1}`,
    }));
    const tones = () => page.evaluate<number>('globalThis.tones');
    await page.getByLabel('MAC address').focus();
    for (const { mac, label } of phones) {
      const before = await tones();
      // As scanners type: what the bar codes say, and Enter, faster than any answer. Labels of phones are printed with and without SEP.
      await page.keyboard.type(label === 'desk 2' ? `SEP${mac}\n` : `${mac}\n`);
      await page.keyboard.type(`${label}\n`);
      await page.keyboard.type(`Gi1/0/${label.slice(-1)}\n`);
      await page.getByText(`${mac} is on the list`).waitFor();
      await page.getByText(`${mac} is “${label}”`).waitFor();
      await page.getByText(`${mac} is at port Gi1/0/${label.slice(-1)}`).waitFor();
      expect((await tones()) - before).toBe(1);
    }
    // A label that follows a MAC which was refused belongs to nobody.
    await page.keyboard.type('0018B9BB00\nnobody\n');
    await page.getByText('nobody: ').waitFor();
    expect(await page.getByText('is “nobody”').count()).toBe(0);
    writeFileSync(
      join(served.folder, 'more.csv'),
      `mac,extension\n${phones.map(({ mac }, k) => `${mac},${201 + k}`).join('\n')}\nxyz,1\n`,
    );
    await dropOn(page, '.drop', [join(served.folder, 'more.csv')]);
    await page.getByText('6 phones taken.').waitFor();
    await page.getByText(/line 8: /).waitFor();

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
    await lookOn('', (other) => tile(other, 'desk 6', 'needs a hand').waitFor());
    await page.getByRole('button', { name: 'Print this list' }).click();
    const list = await printOut(page, served.folder, 'hands');
    if (list !== null) expect([list.pages, list.text]).toEqual([1, expect.stringContaining('desk 6')]);
    if (list !== null) expect(list.text).not.toContain('desk 1');

    await tile(page, 'desk 6', 'needs a hand').click();
    await page.getByRole('heading', { name: 'desk 6' }).waitFor();
    await lookOn(`phone/${phones[5]?.mac}`, (other) => other.getByRole('button', { name: 'Try again' }).waitFor());
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('starts again').waitFor();
    await page.getByRole('link', { name: 'Wall' }).click();
    await tile(page, 'desk 6', 'landed').waitFor(PATIENCE);
    await expect.poll(() => page.title()).toBe('6/6 landed – loadstep');

    await tile(page, 'desk 1', 'landed').click();
    await page.getByText('What proves the landing').waitFor();
    await page.locator('.road li.past', { hasText: 'P003-08-11-00' }).filter({ hasText: '[S10' }).waitFor();
    await page.getByText('Files that were sent').click();
    expect(await page.getByText(/P0S3-08-11-00\.sb2 [0-9a-f]{40}/).count()).toBe(1);
    await lookOn(`phone/${phones[0]?.mac}`, (other) => other.getByText('What proves the landing').waitFor());

    await page.getByRole('link', { name: 'Print' }).click();
    await page.getByRole('button', { name: 'Print 6 labels' }).click();
    await lookOn('print', (other) => other.getByRole('button', { name: 'Print 6 labels' }).waitFor());
    const roll = await printOut(page, served.folder, 'roll');
    if (roll !== null) expect([roll.pages, roll.codes]).toEqual([6, phones.map(({ mac }) => mac)]);
    if (roll !== null)
      for (const word of ['desk 3', 'ext. 203', '00:18:B9:BB:00:03', TARGET]) expect(roll.text).toContain(word);
    for (const paper of ['A4, 21', 'A4, 24', 'Letter, 30']) {
      const select = page.getByLabel('Labels on a');
      await select.selectOption((await select.locator('option', { hasText: paper }).getAttribute('value')) ?? '');
      await page.getByLabel('First free label').fill('20');
      await page.getByRole('button', { name: 'Print 6 labels' }).click();
      const sheet = await printOut(page, served.folder, paper.replaceAll(/\W/g, ''));
      const pages = paper === 'Letter, 30' ? 1 : 2;
      if (sheet !== null)
        expect([paper, sheet.pages, sheet.codes]).toEqual([paper, pages, phones.map(({ mac }) => mac)]);
    }

    const opening = page.waitForEvent('popup');
    await page.getByRole('link', { name: 'Certificates of 6 phones' }).click();
    const certificates = await opening;
    await certificates.waitForLoadState();
    expect(await violations(certificates)).toEqual([]);
    expect(await certificates.getByText('only emulated phones run it').count()).toBe(6);
    const sheets = await printOut(certificates, served.folder, 'certificates');
    if (sheets !== null)
      expect([sheets.pages, sheets.text.match(/Certificate of conversion/gi)?.length]).toEqual([7, 6]);
    expect([faults, complaints, ...onlookers.map((one) => one.complaints)]).toEqual([[], [], [], [], []]);
  }, 280_000);

  test('a phone that is held is shown with the keys of its own keypad; one that lacks firmware is told of on the shelf', async () => {
    const served = await serving(ownFolder());
    const held = { mac: '0018B9BB0011', target: TARGET, model: '7960', label: 'hunting' };
    await posted(served.base, 'phones', held);
    await posted(served.base, 'phones', { mac: '0018B9BB0012', target: 'SIP42.9-3-1SR4-1S', label: 'unheard' });
    const { page, complaints } = await openPage(browser);
    await page.goto(`${served.base}#/firmware`);
    await page.getByText('Phones on the list lack firmware').waitFor();
    await page.locator('.note li', { hasText: 'unheard' }).filter({ hasText: 'SIP42.9-3-1SR4-1S' }).first().waitFor();
    const files = await archives(served.folder, [TARGET]);
    await page.getByLabel('Archives').setInputFiles([...files]);
    await page.getByText(`${TARGET} is in the store`).waitFor(PATIENCE);
    plugIn(served, [
      { mac: held.mac, address: '127.201.1.1', model: '7960', load: 'P00308010200', ignoreTrigger: '*' },
    ]);
    await page.goto(served.base);
    await tile(page, 'hunting', 'needs a hand').click(PATIENCE);
    await page.getByRole('img', { name: 'Press together: *, 6, Settings' }).waitFor();
    expect(await page.getByRole('img', { name: 'Press in turn: Settings, *, *, #, *, *' }).count()).toBe(0);
    for (const width of [375, 1280]) {
      await page.setViewportSize({ width, height: 900 });
      await expectNoSideways(page, `the keys at ${width}`);
      expect(await violations(page)).toEqual([]);
    }
    expect(complaints).toEqual([]);
  }, 150_000);

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
    await page.getByText('0018B9C0FFEE is on the list').waitFor();
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
    const post = (path: string, body: object) => posted(served.base, path, body);
    const long = `${'Reception, behind the large plant '.repeat(4)}<b>`;
    await post('phones', { mac: '0018B9C0FFEE', target: TARGET, model: '7940', label: long, port: 'Gi1/0/24' });
    await post('phones', { mac: '0018B9C0FFAA', target: 'SIP42.9-3-1SR4-1S', label: 'Workshop' });
    await post('batch/pause', { reason: 'lunch' });
    const views = ['', 'enrol', 'firmware', 'batch', 'print', 'explain', 'phone/0018B9C0FFEE', 'phone/0018B9000000'];
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
