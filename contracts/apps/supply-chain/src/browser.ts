// A walk through the page in a real browser: what the page shows has to be there, and every step may be photographed.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import chromium from '@sparticuz/chromium';
import { chromium as launcher, type Page } from 'playwright-core';
import { SupplyChainError } from './errors.js';

/** What the page showed. */
export interface Walk {
  /** Events of the traced bottle's history. */
  readonly traced: number;
  /** Lots at the origin. */
  readonly origins: readonly string[];
  /** Proofs the page checked for it. */
  readonly proofs: number;
  readonly affected: readonly string[];
  readonly order: string;
  /** Events recorded from a file that was loaded. */
  readonly loaded: number;
  /** Errors the browser reported. */
  readonly errors: readonly string[];
  readonly screenshots: readonly string[];
}
export interface WalkOptions {
  /** Traced to its origin. */
  readonly bottle: string;
  /** Recalled. */
  readonly lot: string;
  /** An EPCIS document to load, as a file. */
  readonly file: { readonly name: string; readonly text: string };
  /** Where screenshots go; default: none are taken. */
  readonly screenshots?: string;
}

/** Opens the page and uses it as a person would. @throws SUPPLY_PAGE, what the browser throws */
export async function walkPage(url: string, options: WalkOptions): Promise<Walk> {
  const executablePath = process.env['WEFT_CHROMIUM'] ?? (await chromium.executablePath());
  const browser = await launcher.launch({ executablePath, args: chromium.args, headless: true });
  const errors: string[] = [];
  const screenshots: string[] = [];
  try {
    const page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text());
    });
    const shoot = async (name: string): Promise<void> => {
      if (options.screenshots === undefined) return;
      await mkdir(options.screenshots, { recursive: true });
      const path = join(options.screenshots, `${name}.png`);
      await page.screenshot({ path, fullPage: true });
      screenshots.push(path);
    };
    await page.goto(url);
    await page.waitForSelector('#order[data-state]');
    const order = (await page.textContent('#order')) ?? '';
    await shoot('1-order');
    await fill(page, '#trace', options.bottle);
    const traced = await page.locator('#graph g.event').count();
    const origins = await page.locator('#graph g.event.origin text.goods').allTextContents();
    const proofs = Number(await page.getAttribute('#trace-result', 'data-proofs'));
    await shoot('2-origin');
    await fill(page, '#recall', options.lot);
    const affected = await page.locator('#recall-result tbody tr td:first-child').allTextContents();
    await shoot('3-recall');
    const { name, text } = options.file;
    await page.setInputFiles('#load input[type=file]', {
      name,
      mimeType: 'application/json',
      buffer: Buffer.from(text),
    });
    await page.click('#load button');
    await done(page, '#load');
    const loaded = Number(await page.getAttribute('#load-result', 'data-recorded'));
    await shoot('4-loaded');
    return { traced, origins, proofs, affected, order, loaded, errors, screenshots };
  } finally {
    await browser.close();
  }
}

/** Types into a form, sends it, and waits for its result. */
async function fill(page: Page, form: string, value: string): Promise<void> {
  await page.fill(`${form} input`, value);
  await page.click(`${form} button`);
  await done(page, form);
}

async function done(page: Page, form: string): Promise<void> {
  const result = `${form}-result`;
  await page.waitForSelector(`${result}[data-state=done], ${result}[data-state=failed]`);
  if ((await page.getAttribute(result, 'data-state')) === 'done') return;
  throw new SupplyChainError('SUPPLY_PAGE', { got: (await page.textContent(result)) ?? '', place: form });
}
