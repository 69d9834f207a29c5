import type { Browser, Locator, Page } from 'playwright-core';
import { smallerPng } from './png.ts';
import { WITHOUT_CHANCE } from './without-chance.ts';

/** The window of a picture, and its colours. */
export interface Look {
  /** As wide as a phone. */
  readonly narrow?: boolean;
  readonly dark?: boolean;
  /** The height of the picture, in pixels. The whole page unless given. */
  readonly height?: number;
}

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
  async picture({ height }: Look): Promise<Buffer> {
    await this.page.waitForLoadState('networkidle');
    await this.page.evaluate(WITHOUT_CHANCE);
    await this.page.mouse.move(0, 0);
    const { width = 0 } = this.page.viewportSize() ?? {};
    const png = await this.page.screenshot({
      fullPage: true,
      animations: 'disabled',
      caret: 'hide',
      ...(height !== undefined && { clip: { x: 0, y: 0, width, height } }),
    });
    await this.page.context().close();
    return smallerPng(png);
  }
}
