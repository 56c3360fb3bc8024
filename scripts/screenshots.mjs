// Makes the pictures of the page in docs/images: runs the bench of the rehearsal and looks at each view. `npm run screenshots` builds first.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const images = join(root, 'docs', 'images');
const path =
  process.env.LOADSTEP_CHROMIUM ?? ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((one) => existsSync(one));
if (path === undefined) throw new Error('there is no Chromium; install it, or name one with LOADSTEP_CHROMIUM');
const WAIT = { timeout: 180_000 };

const home = mkdtempSync(join(tmpdir(), 'loadstep-screenshots-'));
const demo = spawn(
  process.execPath,
  [join(root, 'dist', 'src', 'cli', 'main.cjs'), 'emulate', 'demo', '--web', '127.0.0.1:0'],
  { env: { PATH: process.env.PATH, HOME: home }, stdio: ['ignore', 'pipe', 'inherit'] },
);
const ended = new Promise((resolve) => demo.once('close', resolve));
const base = await new Promise((resolve, reject) => {
  let said = '';
  demo.stdout.setEncoding('utf8').on('data', (text) => {
    said += text;
    const [, url] = /In a browser: (http:\S+\/)/.exec(said) ?? [];
    if (url !== undefined) resolve(url);
  });
  demo.once('close', () => reject(new Error(`the rehearsal ended early: ${said}`)));
});

const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
const browser = await chromium.launch({ executablePath: path, args });

async function open(width, height, colorScheme = 'light', deviceScaleFactor = 1) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme, deviceScaleFactor });
  const page = await context.newPage();
  page.on('dialog', (dialog) => void dialog.accept());
  await page.goto(base);
  await page.locator('.tile').first().waitFor();
  return page;
}

/** WebP, which Playwright's own screenshots are not: a fifth of the size. */
async function shoot(page, name) {
  await page.evaluate(() => document.getElementById('news').replaceChildren());
  const client = await page.context().newCDPSession(page);
  const { data } = await client.send('Page.captureScreenshot', { format: 'webp', quality: 82 });
  await client.detach();
  const bytes = Buffer.from(data, 'base64');
  writeFileSync(join(images, `web-${name}.webp`), bytes);
  process.stdout.write(`web-${name}.webp ${bytes.length}\n`);
}

async function view(page, hash, name) {
  await page.goto(`${base}#/${hash}`);
  await page.locator('h1').waitFor();
  // What is asked for when the view opens has come.
  await page.waitForLoadState('networkidle').catch(() => {});
  await page.waitForTimeout(1500);
  await shoot(page, name);
}

const tile = (page, label, word) => page.locator('.tile', { hasText: label }).filter({ hasText: word });

try {
  const desk = await open(1280, 800);
  await desk.locator('.tile', { hasText: 'landed' }).first().waitFor(WAIT);
  await desk.locator('.tile', { hasText: 'do not unplug' }).first().waitFor(WAIT);
  await shoot(desk, 'wall');
  const hand = await open(375, 720, 'dark');
  await tile(hand, 'Front desk', 'needs a hand').waitFor(WAIT);
  await tile(hand, 'Reception', 'landed').waitFor(WAIT);
  await shoot(hand, 'wall-small');
  await view(desk, 'phone/0018B9DE0008', 'phone-held');
  await view(desk, 'phone/0018B9DE0001', 'phone');
  await view(desk, 'enrol', 'enrol');
  await view(desk, 'firmware', 'firmware');
  await view(desk, 'batch', 'batch');
  await desk.goto(`${base}#/print`);
  await desk.locator('.paper').first().waitFor();
  await desk.locator('select').nth(2).selectOption('a4-21');
  await desk.locator('.paper.a4-21').waitFor();
  await shoot(desk, 'print');
  await desk.goto(`${base}#/explain`);
  await desk.getByRole('searchbox').or(desk.locator('main input')).first().fill('P_TRIGGER_NOT_TAKEN');
  await desk.waitForTimeout(1500);
  await shoot(desk, 'explain');
  const wide = await open(1920, 1080, 'dark');
  await shoot(wide, 'wall-dark');
} finally {
  await browser.close();
  demo.kill('SIGINT');
  await ended;
  rmSync(home, { recursive: true, force: true });
}
