import type { Browser, Locator, Page } from 'playwright-core';
import type { LocalStack } from '../local-stack/local-stack.ts';

/** The page of examples/web in a browser profile of its own, as a user sees it. */
export class ExamplePage {
  /** Faults that no user should meet: uncaught errors, and violations of the Content-Security-Policy. */
  readonly faults: string[] = [];
  /** The header `Access-Control-Request-Method` of each preflight request. */
  readonly preflights: string[] = [];
  readonly page: Page;

  private constructor(page: Page) {
    this.page = page;
    page.setDefaultTimeout(60_000);
    page.on('pageerror', (error) => this.faults.push(error.message));
    page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) this.faults.push(message.text());
    });
  }

  /** Opens the page. Its clock is that of the test: see `pass`. */
  static async open(browser: Browser, url: string): Promise<ExamplePage> {
    const context = await browser.newContext();
    const example = new ExamplePage(await context.newPage());
    const devtools = await context.newCDPSession(example.page);
    await devtools.send('Network.enable');
    devtools.on('Network.requestWillBeSentExtraInfo', ({ headers }) => {
      const asked = headers['Access-Control-Request-Method'];
      if (asked !== undefined) example.preflights.push(asked);
    });
    await example.page.clock.install();
    await example.page.goto(url);
    return example;
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name });
  }

  /** Signs a demo user in, and waits for the list. */
  async signIn(user: string): Promise<void> {
    await this.page.getByLabel('Demo user').selectOption(user);
    await this.button('Sign in').click();
    await this.says(`Signed in as ${user}.`);
  }

  /** Waits until the page says something. */
  async says(text: string): Promise<void> {
    await this.page.getByRole('status').filter({ hasText: text }).waitFor();
  }

  /** Opens a document by its button, and waits until it is open. */
  async openDocument(name: string): Promise<void> {
    await this.button(name).click();
    await this.says('The document is open.');
  }

  /** Waits until a line of the document's history has a text. */
  async notes(text: string, times = 1): Promise<void> {
    await this.page
      .locator('#history li')
      .filter({ hasText: text })
      .nth(times - 1)
      .waitFor();
  }

  /** Lets time pass on the device. A timer that became due several times fires once, as after a sleep. */
  async pass(seconds: number): Promise<void> {
    await this.page.clock.fastForward(seconds * 1000);
  }

  /** Lets the service answer a route in another way. */
  async answer(stack: LocalStack, path: string, status: number, body: object): Promise<void> {
    await this.page.route(stack.api + path, async (route) => {
      const isPreflight = route.request().method() === 'OPTIONS';
      await (isPreflight
        ? route.fallback()
        : route.fulfill({
            status,
            json: body,
            headers: { 'access-control-allow-origin': new URL(this.page.url()).origin },
          }));
    });
  }
}
