import type { Browser, Locator, Page } from 'playwright-core';
import { smallerPng } from './png.ts';
import { WITHOUT_CHANCE } from './without-chance.ts';

/** The window of a picture, and its colours. */
export interface Look {
  /** As wide as a phone. */
  readonly narrow?: boolean;
  readonly dark?: boolean;
  /** The heading at which the picture begins. The top of the page unless given. */
  readonly from?: string;
  /** The height of the picture, in pixels. To the end of the page unless given. */
  readonly height?: number;
}

/** The space above the heading at which a picture begins, in pixels. */
const MARGIN = 16;

/** A person at the console, whose clock stands still too. */
export class Visitor {
  readonly page: Page;

  private constructor(page: Page) {
    this.page = page;
  }

  /** Opens the console in a browser profile of its own, and signs a demo user in. */
  static async signIn(
    browser: Browser,
    address: string,
    user: string,
    now: Date,
    { narrow = false, dark = false }: Look,
  ): Promise<Visitor> {
    const context = await browser.newContext({
      viewport: narrow ? { width: 390, height: 760 } : { width: 1120, height: 760 },
      colorScheme: dark ? 'dark' : 'light',
      reducedMotion: 'reduce',
      locale: 'en-GB',
      timezoneId: 'UTC',
    });
    const page = await context.newPage();
    await page.clock.setFixedTime(now);
    await page.goto(address);
    const visitor = new Visitor(page);
    await visitor.press('Sign in');
    await visitor.press(new RegExp(`\\(${user}\\)`));
    await visitor.button('Sign out').waitFor();
    return visitor;
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name });
  }

  async press(name: string | RegExp): Promise<void> {
    await this.button(name).click();
  }

  async fill(label: string, text: string): Promise<void> {
    await this.page.getByLabel(label, { exact: true }).fill(text);
  }

  /** Waits until a text is shown or announced. */
  async sees(text: string | RegExp): Promise<void> {
    await this.page.getByText(text).first().waitFor({ state: 'attached' });
  }

  /** Opens a section, or a place within. @param address - such as `grants/contract-2026` */
  async open(address: string): Promise<void> {
    await this.page.evaluate(`location.hash = ${JSON.stringify(`#/${address}`)}`);
    await this.page.getByRole('heading', { level: 1 }).waitFor();
  }

  /** Takes the picture, and leaves. */
  async picture({ from, height }: Look): Promise<Buffer> {
    await this.page.waitForLoadState('networkidle');
    await this.page.evaluate(WITHOUT_CHANCE);
    await this.page.mouse.move(0, 0);
    await this.page.evaluate('scrollTo(0, 0)');
    const { width = 0 } = this.page.viewportSize() ?? {};
    const end = (await this.page.locator('#console').boundingBox())?.height ?? 0;
    const heading = from === undefined ? null : this.page.getByRole('heading', { name: from });
    const top = Math.max(0, ((await heading?.boundingBox())?.y ?? 0) - MARGIN);
    const png = await this.page.screenshot({
      fullPage: true,
      animations: 'disabled',
      caret: 'hide',
      clip: { x: 0, y: top, width, height: Math.min(height ?? end, end - top) },
    });
    await this.page.context().close();
    return smallerPng(png);
  }
}
