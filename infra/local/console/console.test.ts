import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { processesWith, type Run, runCommand } from '../../../test/integration/run-command.ts';
import { describeWithServers } from '../../../test/servers/servers.ts';
import { findExecutable } from '../../servers/executable.ts';
import { endlessEvents } from '../source.ts';
import { median, type Points, recordPoints } from './testing/points.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

const RATE = 40;
const MARK = `console-${process.pid}`;
const browserPath = await findExecutable('chromium');
const listings = join(import.meta.dirname, '../../../test/data/items.jsonl');
const pictures = join(import.meta.dirname, 'pictures');

describeWithServers(['chromium'], 'the console in a browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'eddy-console-'));
  const troubles: string[] = [];
  let running: Promise<Run>;
  let stop: () => void;
  let isOver = false;
  let browser: Browser;
  let page: Page;
  let points: Points;

  beforeAll(async () => {
    mkdirSync(pictures, { recursive: true });
    const items = join(folder, 'items.jsonl');
    writeFileSync(items, await plainItems(8_000));
    const { promise: served, resolve } = Promise.withResolvers<string>();
    const args = ['--broker', 'embedded', '--console', '0', '--rate', String(RATE), '--items', items];
    running = runCommand('infra/local/main.ts', args, MARK, (line, pid) => {
      stop = () => void (isOver || process.kill(pid, 'SIGINT'));
      const address = /^console +(http:\S+)/.exec(line)?.[1];
      if (address) resolve(address);
    });
    void running.then(() => {
      isOver = true;
    });
    const ended = running.then(({ lines }) => Promise.reject(new Error(`it has ended:\n${lines.join('\n')}`)));
    const address = await Promise.race([served, ended]);
    points = recordPoints(address);
    browser = await chromium.launch({
      executablePath: browserPath!,
      args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    });
    page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme: 'light' });
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') troubles.push(message.text());
    });
    page.on('pageerror', (error) => troubles.push(String(error)));
    page.on('requestfailed', (request) => {
      const { errorText = '' } = request.failure() ?? {};
      // The stream of a page that is loaded again.
      if (!(request.url().endsWith('/events') && errorText === 'net::ERR_ABORTED')) troubles.push(errorText);
    });
    page.on('response', (response) => {
      if (response.status() >= 400) troubles.push(response.url());
    });
    await page.goto(address);
  });

  afterAll(async () => {
    points?.[Symbol.dispose]();
    await browser?.close();
    stop?.();
    await running?.catch(() => {});
    rmSync(folder, { recursive: true });
  });

  const eventually = <T>(read: () => T | Promise<T>, timeout = 15_000) => expect.poll(read, { timeout });
  /** The tile of a model, and what stands in it. */
  const tile = (model: string) => page.locator(`#tile-${model}`);
  const level = (model: string) => tile(model).getAttribute('data-level');
  const figure = async (id: string) => Number((await page.locator(`#${id}`).textContent())?.replaceAll(',', ''));
  const announced = () => page.locator('#announcements').textContent();

  test('shows a calm stream, and says so', async () => {
    await eventually(() => page.locator('#connection').textContent()).toBe('Live');
    for (const model of ['weapons', 'money', 'counterfeit']) {
      await eventually(() => level(model), 15_000).toBe('well');
    }
    await eventually(() => page.locator('#stream-health').textContent()).toBe('main stream calm');
    await eventually(() => page.locator('#balance').textContent()).toBe('they balance');
    await eventually(() => page.locator('#decisions tbody tr[data-complete=true]').count()).toBeGreaterThan(5);
    await eventually(() => page.locator('#topology .dot').count(), 10_000).toBeGreaterThan(3);
    await eventually(() => points.all().length, 20_000).toBeGreaterThan(6);
  });

  test('an ill model goes red and owes, while the others and the main stream do not notice; repaired, it pays', async () => {
    const calm = points.all().slice(-4);
    const before = points.all().length;
    const breakIt = tile('weapons').getByRole('button', { name: 'weapons: Down' });
    await breakIt.click();
    await eventually(() => breakIt.getAttribute('aria-pressed')).toBe('true');
    await eventually(() => level('weapons'), 15_000).toBe('ill');
    await eventually(announced).toMatch(/weapons/);
    await eventually(() => figure('weapons-owed'), 20_000).toBeGreaterThan(3 * RATE);
    expect(await figure('waiting')).toBeGreaterThan(2 * RATE);
    expect(await page.locator('#decisions tr[data-complete=false]').count()).toBeGreaterThan(0);
    await eventually(() => points.all().length).toBeGreaterThan(before + 9);
    const broken = points.all().slice(-5);

    for (const model of ['money', 'counterfeit']) {
      expect(await level(model)).toBe('well');
      const asked = (some: typeof calm) => median(some.map(points.loadOf(model)));
      expect(asked(broken)).toBeGreaterThan(0.6 * asked(calm));
      expect(asked(broken)).toBeLessThan(1.4 * asked(calm));
    }
    expect(median(broken.map(({ behind }) => behind))).toBeLessThan(RATE);
    // A picture tells more of a longer story.
    if (process.env['UPDATE_PICTURES'])
      await eventually(() => points.all().length, 60_000).toBeGreaterThan(before + 24);
    await takePictures();

    await tile('weapons').getByRole('button', { name: 'Repair weapons' }).click();
    await eventually(() => figure('weapons-owed'), 40_000).toBe(0);
    await eventually(() => level('weapons'), 20_000).toBe('well');
    await eventually(() => breakIt.getAttribute('aria-pressed')).toBe('false');
    await page.getByRole('radio', { name: 'Partial and late' }).check();
    await eventually(() => page.locator('#decisions tr[data-late=true]').count()).toBeGreaterThan(0);
  });

  test('a switch is found and pressed by keyboard alone', async () => {
    await page.reload();
    await eventually(() => page.getByRole('button', { name: 'counterfeit: Slow' }).count()).toBe(1);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    const focused = () => page.evaluate<string>('document.activeElement.getAttribute("aria-label")');
    expect(await focused()).toBe('Models and their switches');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('counterfeit: Slow');
    expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    await page.keyboard.press('Space');
    const slow = page.getByRole('button', { name: 'counterfeit: Slow' });
    await eventually(() => slow.getAttribute('aria-pressed')).toBe('true');
    await eventually(announced).toContain('counterfeit broken: slow');
    await page.keyboard.press('Enter');
    await eventually(() => slow.getAttribute('aria-pressed')).toBe('false');
    expect(await focused()).toBe('counterfeit: Slow');
  });

  test('a burst is sent at once, and worked through', async () => {
    const before = await figure('books-decided');
    await page.locator('#burst-count').fill('300');
    await page.getByRole('button', { name: 'Send at once' }).click();
    await eventually(() => page.locator('#switches .burst p').textContent(), 15_000).toBe('sent 300');
    await eventually(() => figure('books-decided'), 20_000).toBeGreaterThan(before + 300);
  });

  test('an item typed by hand is moderated, and its faults stand next to their fields', async () => {
    const result = page.locator('#typed-result');
    await page.getByRole('button', { name: 'handgun' }).click();
    await page.getByRole('button', { name: 'Moderate' }).click();
    await eventually(() => result.textContent(), 15_000).toMatch(/^remove.*weapons(0\.9\d|1\.00)/);

    await page.getByLabel('Seller').fill('');
    await page.getByLabel('Currency').fill('dollars');
    await page.getByRole('button', { name: 'Moderate' }).click();
    await eventually(() => page.locator('#typed-sellerId-fault').textContent()).toBe('is required');
    expect(await page.locator('#typed-price-currency-fault').textContent()).toMatch(/three capital letters/);
    expect(await page.getByLabel('Seller').getAttribute('aria-invalid')).toBe('true');
    expect(await result.textContent()).toMatch(/^INVALID_ARGUMENT/);
    await page.getByRole('button', { name: 'teapot' }).click();
    await page.getByLabel('Title').fill('<img src=x onerror=alert(1)> \u202e teapot');
    await page.getByRole('button', { name: 'Moderate' }).click();
    await eventually(() => result.textContent(), 15_000).toMatch(/^pass/);
    const ids = await page.evaluate<string[]>("[...document.querySelectorAll('[id]')].map(({ id }) => id)");
    expect(ids).toEqual([...new Set(ids)]);
  });

  test('what has arrived stays where it is, and nothing moves for those who want no motion', async () => {
    await page.getByRole('radio', { name: 'All' }).check();
    const arrived = await page.evaluate<number>(`new Promise((resolve) => {
      let count = 0;
      const observer = new MutationObserver((changes) => {
        for (const { addedNodes } of changes) count += addedNodes.length;
      });
      observer.observe(document.querySelector('#decisions tbody'), { childList: true });
      setTimeout(() => resolve(count), 3_000);
    })`);
    // Six of a second are shown, with what completes earlier ones; there are fourteen rows.
    expect(arrived).toBeGreaterThan(0);
    expect(arrived).toBeLessThan(27);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await eventually(() => page.locator('#topology .dot').count()).toBe(0);
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    await eventually(() => page.locator('#topology .dot').count()).toBeGreaterThan(3);
  });

  test('a page that is refused, because too many are open, tries again until there is room', async () => {
    const listeners = Array.from({ length: 8 }, () => recordPoints(new URL(page.url()).origin));
    await eventually(() => listeners.filter((one) => one.all().length > 0).length).toBeGreaterThan(5);
    const late = await browser.newPage();
    await late.goto(page.url());
    await eventually(() => late.locator('#connection').textContent()).toBe('Not connected');
    for (const one of listeners) one[Symbol.dispose]();
    await eventually(() => late.locator('#connection').textContent()).toBe('Live');
    await late.close();
  });

  test('fits a telephone, in both colours, and nothing went wrong in the browser', async () => {
    await page.setViewportSize({ width: 360, height: 780 });
    for (const colours of ['Dark', 'Light'] as const) {
      await page.getByRole('radio', { name: colours }).check();
      expect(await page.evaluate('document.documentElement.dataset.theme')).toBe(colours.toLowerCase());
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    }
    expect(troubles).toEqual([]);
  });

  test('Ctrl-C ends it at once, whoever looks at it', async () => {
    const from = performance.now();
    stop();
    const { code, lines } = await running;
    expect([code, ...lines.filter((line) => line.startsWith('error:'))]).toEqual([0]);
    expect(lines.at(-1)).toMatch(/^settled \d+\/\d+: .* abandoned 0;/);
    expect(performance.now() - from).toBeLessThan(20_000);
    expect(processesWith(MARK)).toEqual([]);
    await eventually(() => page.locator('#connection').textContent(), 15_000).toBe('Not connected');
  });

  /** The whole page; and of what is seen at first the pictures of the README, where they are to be taken anew. */
  async function takePictures(): Promise<void> {
    const box = await page.locator('.load').boundingBox();
    const clip = { x: 0, y: 0, width: 1440, height: Math.ceil(box!.y + box!.height + 14) };
    for (const colours of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: colours });
      await page.screenshot({ path: join(folder, `page-${colours}.png`), fullPage: true });
      const picture = await page.screenshot({ clip, fullPage: true });
      expect(picture.byteLength).toBeLessThan(300_000);
      if (process.env['UPDATE_PICTURES']) writeFileSync(join(pictures, `console-${colours}.png`), picture);
    }
    await page.emulateMedia({ colorScheme: 'light' });
  }
});

/** Events as the local stack makes them, of listings that every machine has the letters for. */
async function plainItems(count: number): Promise<string> {
  const lines: string[] = [];
  for await (const { data } of endlessEvents(listings, 2 * count)) {
    const line = data.toString();
    if (/^[ -~]*$/.test(line)) lines.push(line);
    if (lines.length === count) break;
  }
  return `${lines.join('\n')}\n`;
}
