import type { Locator } from 'playwright-core';
import type { ConsolePage } from './console-page.ts';

/** The row of a document. */
export const row = (page: ConsolePage, text: string): Locator =>
  page.page.getByRole('row').filter({ hasText: text });

/** The minted token with everything about it. */
export const tokenPanel = (page: ConsolePage): Locator => page.page.locator('section.token');

/** Mints by the form. */
export async function mint(page: ConsolePage, documentId: string): Promise<void> {
  await page.field('Document').fill(documentId);
  await page.button('Mint').click();
}

/** Copies the code of a platform by its button. */
export async function copied(page: ConsolePage, platform: string): Promise<string> {
  const box = page.page.locator('details.snippet', {
    has: page.page.locator('summary', { hasText: platform }),
  });
  if ((await box.getAttribute('open')) === null) await box.locator('summary').click();
  await box.getByRole('button', { name: 'Copy' }).click();
  await page.says(`Code for ${platform}: copied.`);
  return page.page.evaluate<string>('navigator.clipboard.readText()');
}
