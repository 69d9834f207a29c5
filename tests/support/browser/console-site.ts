import type { Browser } from 'playwright-core';
import { startLocalStack, type LocalStack } from '../local-stack/local-stack.ts';
import { launchChromium } from '../../../tools/screenshots/chromium.ts';
import { ConsolePage } from './console-page.ts';

/** The console of a stack of its own, with a browser. Start one for a test file, and stop it at the end. */
export class ConsoleSite {
  readonly stack: LocalStack;
  readonly browser: Browser;

  private constructor(stack: LocalStack, browser: Browser) {
    this.stack = stack;
    this.browser = browser;
  }

  /** Starts a stack and a browser. */
  static async start(args: readonly string[] = []): Promise<ConsoleSite> {
    const [stack, browser] = await Promise.all([
      startLocalStack(['--log-level', 'warn', ...args]),
      launchChromium(),
    ]);
    return new ConsoleSite(stack, browser);
  }

  /** Opens the console in a browser profile of its own. @param narrow - as wide as a phone */
  async open({ narrow = false, dark = false } = {}): Promise<ConsolePage> {
    const context = await this.browser.newContext({
      viewport: narrow ? { width: 390, height: 844 } : { width: 1280, height: 900 },
      colorScheme: dark ? 'dark' : 'light',
      reducedMotion: 'reduce',
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    return ConsolePage.open(await context.newPage(), this.stack.console);
  }

  /** Sends a request to the API as a demo caller. @throws Error if the answer is not a success */
  async as(caller: string, method: string, path: string, body?: object): Promise<unknown> {
    const answer = await fetch(this.stack.api + path, {
      method,
      headers: {
        authorization: `Bearer ${this.stack.callers[caller]?.token}`,
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await this.stack.stop();
  }
}
