import { AxeBuilder } from '@axe-core/playwright';
import { expect } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';

/** The console in a browser, as a person uses it. */
export class ConsolePage {
  /** Faults that nobody should meet: errors in the browser's console, violations of the CSP, requests to other machines. */
  readonly faults: string[] = [];
  readonly page: Page;
  #expected: RegExp | undefined;

  private constructor(page: Page) {
    this.page = page;
    page.setDefaultTimeout(60_000);
    page.on('pageerror', (error) => {
      this.#fault(error.message);
    });
    page.on('console', (message) => {
      if (message.type() === 'error') this.#fault(message.text());
    });
    page.on('request', (request) => {
      const { hostname, protocol } = new URL(request.url());
      if (protocol.startsWith('http') && hostname !== '127.0.0.1') this.#fault(`request to ${request.url()}`);
    });
  }

  static async open(page: Page, url: string): Promise<ConsolePage> {
    const opened = new ConsolePage(page);
    await page.goto(url);
    return opened;
  }

  /** Ignores the browser's reports that match. It reports each answer of 400 and above as an error. */
  expectReports(pattern: RegExp): void {
    this.#expected = pattern;
  }

  #fault(text: string): void {
    if (this.#expected?.test(text) !== true) this.faults.push(text);
  }

  /** Signs a demo user in as a person does: at the issuer's page, by its button. */
  async signIn(user: string): Promise<void> {
    await this.button('Sign in').click();
    await this.button(new RegExp(`\\(${user}\\)`)).click();
    await this.button('Sign out').waitFor();
  }

  /** Opens a section by the navigation, and waits for its heading. */
  async goTo(title: string): Promise<void> {
    await this.page.getByRole('navigation').getByRole('link', { name: title, exact: true }).click();
    await this.heading(title).waitFor();
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name });
  }

  field(label: string): Locator {
    return this.page.getByLabel(label, { exact: true });
  }

  heading(name: string | RegExp): Locator {
    return this.page.getByRole('heading', { name });
  }

  /** Waits until the live region says a text. */
  async says(text: string | RegExp): Promise<void> {
    await this.page.getByRole('status').filter({ hasText: text }).waitFor({ state: 'attached' });
  }

  /** Waits until an error with a text is shown. */
  async alerts(text: string | RegExp): Promise<void> {
    await this.page.getByRole('alert').filter({ hasText: text }).waitFor();
  }

  /** Presses Tab until an element has the focus. @throws Error if 100 presses do not reach it */
  async tabTo(wanted: Locator): Promise<void> {
    for (let presses = 0; presses < 100; presses++) {
      await this.page.keyboard.press('Tab');
      if ((await wanted.and(this.page.locator(':focus')).count()) > 0) return;
    }
    throw new Error('The keyboard does not reach the element');
  }

  /** Expects that axe finds no fault of WCAG 2.2 A and AA. The tests' script runs beside the page's CSP. */
  async expectNoAxeViolations(): Promise<void> {
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const { violations } = await new AxeBuilder({ page: this.page }).withTags(tags).analyze();
    const told = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
    expect(told).toEqual([]);
  }

  /** Expects that the page is not wider than the window. */
  async expectNoSidewaysScroll(): Promise<void> {
    const widths = await this.page.evaluate<[number, number]>(
      '[document.documentElement.scrollWidth, innerWidth]',
    );
    expect(widths[0]).toBeLessThanOrEqual(widths[1]);
  }

  /**
   * Expects that no text became a part of the page: no element that runs, loads or links anything, no handler, and no character that
   * nobody sees. The hostile values of these tests set `window.hit`.
   */
  async expectOnlyText(): Promise<void> {
    const made = await this.page.evaluate<unknown[]>(`[
      window.hit ?? 'nothing ran',
      document.querySelectorAll('body :is(img, iframe, script, style, object, embed, base, link, meta)').length,
      [...document.querySelectorAll('body *')].flatMap((it) => it.getAttributeNames()).filter((it) => it === 'style' || it.startsWith('on')),
      [...document.querySelectorAll('body a')].map((it) => it.getAttribute('href')).filter((it) => !/^(#\\/|https:\\/\\/)/.test(it)),
      document.body.innerText.match(/[\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f]/g),
    ]`);
    expect(made).toEqual(['nothing ran', 0, [], [], null]);
  }

  /** Reads everything in which a page could keep or show a text. */
  async kept(): Promise<string> {
    return this.page.evaluate<string>(
      'JSON.stringify([document.documentElement.outerHTML, { ...localStorage }, { ...sessionStorage }, document.cookie, location.href, history.state])',
    );
  }

  /** Closes it. Expects that nothing went wrong meanwhile. */
  async close(): Promise<void> {
    await this.page.context().close();
    expect(this.faults).toEqual([]);
  }
}
