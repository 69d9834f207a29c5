import type { Locator } from 'playwright-core';
import type { ConsolePage } from './console-page.ts';
import type { ConsoleSite } from './console-site.ts';

/** The window of the browser. */
export type Look = Parameters<ConsoleSite['open']>[0];

/** Opens the section, which is the first one, as a signed-in person. */
export async function openAccess(site: ConsoleSite, user: string, look: Look = {}): Promise<ConsolePage> {
  const page = await site.open(look);
  // The browser reports each refusal as an error.
  page.expectReports(/the server responded with a status of 4(?:00|01|03|29)/);
  await page.signIn(user);
  await page.says(/documents? loaded/);
  return page;
}

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
