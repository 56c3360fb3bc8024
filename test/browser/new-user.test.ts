import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectNoSideways, hasBrowser, openBrowser, openPage, violations } from './browser.ts';
import { ownFolder, posted, serving } from './served.ts';
import { tell, toldPhone } from './told-phones.ts';

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
  test('a button keeps the focus and a press under way while there is news of its phone', async () => {
    const { base } = await serving(ownFolder());
    const wish = { mac: ALICE, target: TARGET };
    await posted(base, 'phones', { ...wish, label: 'Alice' });
    const { page } = await openPage(browser);
    await page.goto(`${base}#/phone/${ALICE}`);
    const release = page.getByRole('button', { name: 'Release' });
    await release.focus();
    await posted(base, 'phones', { ...wish, label: 'Bob' });
    await page.getByRole('heading', { name: 'Bob' }).waitFor();
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Release');
    await release.hover();
    await page.mouse.down();
    await posted(base, 'phones', { ...wish, label: 'Carol' });
    await page.getByRole('heading', { name: 'Carol' }).waitFor();
    await page.mouse.up();
    await page.getByText(`${ALICE} is off the list`).waitFor();
    // Nobody waits for it any more, and the page does not say so.
    await expect.poll(() => page.locator('.tile .word').textContent()).toBe('not on the list');
    await page.goto(`${base}#/`);
    await page.getByText('1 phone was taken off the list').click();
    await page.getByRole('link', { name: ALICE }).click();
    await page.getByText('What is wanted: put it on the list').click();
    await page.getByRole('button', { name: 'Say so' }).click();
    await expect.poll(() => page.locator('.tile .word').textContent()).toBe('waiting');
    expect(await violations(page)).toEqual([]);
  }, 60_000);

  test('what happened to a phone is read on the screen of a telephone without moving it sideways', async () => {
    const { base } = await serving(ownFolder());
    await posted(base, 'phones', { mac: ALICE, target: TARGET, label: 'Alice' });
    const { page } = await openPage(browser, { viewport: { width: 375, height: 800 } });
    const why = 'the phone took the manifest of SIP42.9-3-1SR4-1S 2 times, whole, and asked for no archive';
    const row = { event: 'phone.held', at: '2026-01-02T03:04:05Z', mac: ALICE, reason: why, code: 'P_MANIFEST_LOOP' };
    await page.route('**/history?*', (route) => route.fulfill({ json: { rows: [row], before: null } }));
    await page.goto(`${base}#/phone/${ALICE}`);
    const cell = page.getByRole('cell', { name: why });
    await cell.waitFor();
    expect((await cell.boundingBox())?.width).toBeGreaterThan(280);
    await expectNoSideways(page, 'the history');
    const region = page.getByRole('region', { name: 'History' });
    expect(await region.evaluate((own) => Reflect.get(own, 'scrollWidth') - Reflect.get(own, 'clientWidth'))).toBe(0);
    expect(await page.getByRole('columnheader').count()).toBe(4);
    // Of another day it is told which one.
    await page.getByText('2026').first().waitFor();
    expect(await violations(page)).toEqual([]);
  }, 60_000);

  test('a phone on its road lacks what it has still to take, and nothing that it has behind it', async () => {
    const { base } = await serving(ownFolder());
    const { page } = await openPage(browser);
    const moving = { mac: ALICE, label: 'Alice', state: 'flashing', hop: 2, hops: 3, start: 'SCCP 3.x' };
    await tell(page, [toldPhone(moving)]);
    let isThere = false;
    const hop = (load: string, present: boolean) => ({ load, why: '', sources: [], level: 'A', present });
    await page.route('**/phones/*/plan', (route) => {
      const road = [hop('P0S3-05-3-00', false), hop('P003-08-11-00', false), hop(TARGET, isThere)];
      return route.fulfill({ json: { ready: false, road } });
    });
    const needed = {
      starts: [{ ready: false, alternatives: [{ missing: [{ package: 'P0S3-05-3-00', load: 'P0S3-05-3-00' }] }] }],
    };
    await page.route('**/firmware/needed?*', (route) => route.fulfill({ json: needed }));
    await page.goto(`${base}#/firmware`);
    await page.locator('.note li', { hasText: `${TARGET}: for Alice` }).waitFor();
    expect(await page.locator('.note li', { hasText: 'P0S3-05-3-00' }).count()).toBe(0);
    isThere = true;
    await page.reload();
    await page.getByText('The store holds no package yet').waitFor();
    expect(await page.getByRole('button', { name: 'Verify' }).count()).toBe(0);
    await page.waitForLoadState('networkidle');
    expect(await page.getByText('Phones on the list lack firmware').count()).toBe(0);
  }, 60_000);

  test('a MAC with a slip in it becomes no label of the phone before, unless somebody says that it is one', async () => {
    const { base } = await serving(ownFolder());
    const { page } = await openPage(browser);
    await page.goto(`${base}#/enrol`);
    await page.getByText('No target yet').waitFor();
    await page.getByLabel('MAC address').fill(ALICE);
    await page.keyboard.press('Enter');
    await page.getByText('no target load is chosen yet').waitFor();
    expect(await page.evaluate('document.activeElement.required')).toBe(true);
    await page.keyboard.type('nonsense');
    await page.getByLabel('MAC address').focus();
    await page.keyboard.type(`${ALICE}\n`);
    await page.locator('li.bad', { hasText: `${ALICE}: "nonsense" is not a load name` }).waitFor();
    await page.getByLabel('Target load').fill(TARGET);
    await page.getByText(`Phones are put on the list for ${TARGET}`).waitFor();
    await page.getByLabel('MAC address').focus();
    await page.keyboard.type(`${ALICE}\n`);
    await page.getByLabel(`MAC address, or the label of ${ALICE}`).waitFor();
    await page.keyboard.type('0018B9C0FFE\n');
    await page.locator('li.bad', { hasText: 'it has 11 digits' }).waitFor();
    await page.keyboard.type('Gi1/0/7\n');
    await page.locator('li.bad', { hasText: 'Gi1/0/7: ' }).waitFor();
    const { label } = (await (await fetch(`${base}api/v1/phones/${ALICE}`)).json()) as { label: string | null };
    expect(label).toBe(null);
    await page.getByRole('button', { name: `It is the label of ${ALICE}` }).click();
    await page.getByText(`${ALICE} is “0018B9C0FFE”`).waitFor();
    await page.keyboard.type('Gi1/0/7\n');
    await page.getByText(`${ALICE} is at port Gi1/0/7`).waitFor();
    // The target that was chosen is not lost with the view.
    await page.getByRole('link', { name: 'Wall' }).click();
    await page.getByRole('link', { name: 'Enrol' }).click();
    expect(await page.getByLabel('Target load').inputValue()).toBe(TARGET);
    expect(await violations(page)).toEqual([]);
  }, 60_000);

  test('pasted lines are counted as somebody sees them', async () => {
    const { base } = await serving(ownFolder());
    const { page } = await openPage(browser);
    await page.goto(`${base}#/enrol`);
    await page.getByLabel('Target load').fill(TARGET);
    await page.getByLabel('Lines with MAC').fill(`${ALICE}\tAlice\n\nxyz\n${ALICE}\tBob\n`);
    await page.getByRole('button', { name: 'Put these on the list' }).click();
    await page.getByText('1 phone taken.').waitFor();
    expect(await page.locator('.note.bad li').allTextContents()).toEqual([
      expect.stringMatching(/^line 3: "xyz" is not a MAC/),
      `line 4: ${ALICE} is already in line 1`,
    ]);
  }, 60_000);

  test('what to do for a held phone is read to its end on its tile, and names the buttons of the page', async () => {
    const { base } = await serving(ownFolder());
    const { page, complaints } = await openPage(browser);
    const advice = `compare the model on its label with the list; when it is another, run: loadstep enroll --mac ${ALICE} --target <a load for that model> --model <that model>, and restart it now; when it is right, run: loadstep firmware verify; if its files are genuine, give it another target: loadstep enroll --mac ${ALICE} --target <another load>`;
    const held = {
      label: 'Alice',
      state: 'held',
      hop: 1,
      hops: 1,
      code: 'P_MANIFEST_LOOP',
      reason: 'it refuses it',
      advice,
    };
    const leaving = { label: 'Bob', mac: '0018B9C0FFAA', state: 'flashing', hop: 1, hops: 1, isEnrolled: false };
    await tell(page, [toldPhone({ mac: ALICE, ...held }), toldPhone(leaving)]);
    await page.goto(base);
    const why = page.locator('.tile.k-hand .why');
    await expect.poll(() => why.textContent()).toContain('press “Try again” on its page');
    expect(await why.evaluate((own) => Reflect.get(own, 'scrollHeight') - Reflect.get(own, 'clientHeight'))).toBe(0);
    expect(await page.locator('main').textContent()).not.toMatch(/loadstep (enroll|retry|firmware)/);
    // One that was cancelled while it writes says so as long as it does.
    await page.locator('.tile.k-stop', { hasText: 'it is taken off the list' }).waitFor();
    await page.locator('.hands').getByRole('link', { name: 'P_MANIFEST_LOOP' }).click();
    await page.getByRole('heading', { name: 'What does it mean?' }).waitFor();
    await page.locator('article', { hasText: 'P_MANIFEST_LOOP' }).waitFor();
    expect(complaints).toEqual([]);
  }, 60_000);

  test('the wall counts whom nobody can tell the time of, one and many', async () => {
    const { base } = await serving(ownFolder());
    const moving = { state: 'flashing', hop: 1, hops: 1, leftMs: 600_000, usualMs: 600_000, inStateMs: 0 };
    const told = async (phones: readonly object[], text: RegExp) => {
      const { page } = await openPage(browser);
      const all = phones.map((phone, k) => toldPhone({ mac: `0018B9C0FF0${k}`, ...phone }));
      await tell(page, all);
      await page.goto(base);
      await page.getByText(text).waitFor();
      await page.context().close();
    };
    await told([moving], /^The phone on the road is usually done in (10 min|9 min \d+ s)\.$/);
    await told(
      [moving, moving, { state: 'held' }, {}, {}],
      /^The 2 phones on the road are usually done in .*\. Beside them 1 needs a hand, and 2 have not begun\.$/,
    );
    await told([moving, { state: 'landed' }, {}], / Beside it 1 has not begun\.$/);
  }, 60_000);

  test('what did not work is told until somebody has read it', async () => {
    const { base } = await serving(ownFolder());
    const { page } = await openPage(browser);
    await page.clock.install();
    await page.goto(`${base}#/batch`);
    await page.getByLabel('Pause after failures').fill('200%');
    await page.getByRole('button', { name: 'Set limits' }).click();
    await page.getByText('a share of the phones is at most 100%').waitFor();
    await page.getByRole('button', { name: 'Pause the batch' }).click();
    await page.locator('.news p', { hasText: 'The batch is paused.' }).waitFor();
    await page.clock.runFor(60_000);
    await expect.poll(() => page.locator('.news p').count()).toBe(1);
    await page.getByRole('button', { name: 'Close this notice' }).click();
    expect(await page.locator('.news p').count()).toBe(0);
  }, 60_000);
});
