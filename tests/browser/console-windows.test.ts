import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ConsoleSite } from '../support/browser/console-site.ts';

let site: ConsoleSite;
beforeAll(async () => {
  site = await ConsoleSite.start();
  await site.as('alice', 'POST', '/v1/tokens', { documentId: 'contract-2026' });
});
afterAll(async () => {
  await site.stop();
});

const WINDOWS = [false, true].flatMap((narrow) => [false, true].map((dark) => ({ narrow, dark })));

/** The elements, and what is drawn before and after them, that would move. */
const MOVING = `[...document.querySelectorAll('*')].flatMap((element) =>
  [undefined, '::before', '::after'].filter((part) => {
    const { animationName, transitionDuration } = getComputedStyle(element, part);
    return animationName !== 'none' || transitionDuration.split(', ').some((it) => it !== '0s');
  }).map(() => element.outerHTML))`;

describe('Every section', () => {
  test.each(WINDOWS)('has contrast, labels and room, narrow: $narrow, dark: $dark', async (options) => {
    const console_ = await site.open(options);
    await console_.expectNoAxeViolations();
    await console_.signIn('alice');
    const titles = await console_.page.getByRole('navigation').getByRole('link').allInnerTexts();
    expect(titles.length).toBeGreaterThan(5);
    for (const title of titles) {
      await console_.goTo(title);
      await console_.page.locator('main:not(:has(.loading))').waitFor();
      await console_.expectNoSidewaysScroll();
      await console_.expectNoAxeViolations();
      expect(await console_.page.evaluate(MOVING)).toEqual([]);
    }
    await console_.close();
  });
});
