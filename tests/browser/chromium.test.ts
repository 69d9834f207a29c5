import { expect, test } from '@jest/globals';
import { launchChromium } from '../support/browser/chromium.ts';

test('Chromium shows a page', async () => {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    await page.setContent('<h1>Layermint</h1>');
    expect(await page.textContent('h1')).toBe('Layermint');
  } finally {
    await browser.close();
  }
});
