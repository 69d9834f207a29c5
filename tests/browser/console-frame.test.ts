import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ConsoleSite } from '../support/browser/console-site.ts';

let site: ConsoleSite;
beforeAll(async () => {
  site = await ConsoleSite.start();
});
afterAll(async () => {
  await site.stop();
});

const focusedText = 'document.activeElement.textContent';

describe('The console', () => {
  test('signs a person in at the provider, and shows the first section', async () => {
    const console_ = await site.open();
    await console_.signIn('alice');
    await console_.page.getByRole('heading', { level: 1 }).waitFor();
    expect(await console_.page.getByText('local', { exact: true }).count()).toBeGreaterThan(0);
    await console_.expectNoAxeViolations();
    await console_.close();
  });

  test('moves the focus to the heading of a section, and names it in the title', async () => {
    const console_ = await site.open();
    await console_.signIn('alice');
    await console_.goTo('Inspect');
    expect(await console_.page.evaluate<string>(focusedText)).toBe('Inspect');
    expect(await console_.page.title()).toBe('Inspect – Layermint local');
    await console_.close();
  });

  test('keeps the section and signs in without a question after a reload', async () => {
    const console_ = await site.open();
    await console_.signIn('bob');
    await console_.goTo('Inspect');
    await console_.page.reload();
    await console_.heading('Inspect').waitFor();
    expect(new URL(console_.page.url()).search).toBe('');
    await console_.close();
  });

  test('asks again after a sign-out, also after a reload', async () => {
    const console_ = await site.open();
    await console_.signIn('carol');
    await console_.button('Sign out').click();
    await console_.button('Sign in').waitFor();
    await console_.expectNoAxeViolations();
    await console_.page.reload();
    await console_.button('Sign in').waitFor();
    await console_.close();
  });

  test('keeps no token in the page, its storage, its cookies or its address', async () => {
    const console_ = await site.open();
    await console_.signIn('alice');
    expect(await console_.kept()).not.toContain('eyJ');
    await console_.close();
  });

  test('can be used with the keyboard alone on a phone in the dark', async () => {
    const console_ = await site.open({ narrow: true, dark: true });
    await console_.tabTo(console_.button('Sign in'));
    await console_.page.keyboard.press('Enter');
    await console_.tabTo(console_.button(/\(alice\)/));
    await console_.page.keyboard.press('Enter');
    await console_.button('Sign out').waitFor();
    await console_.page.reload();
    await console_.button('Sign out').waitFor();
    await console_.tabTo(console_.page.getByRole('link', { name: 'Inspect' }));
    await console_.page.keyboard.press('Enter');
    await console_.heading('Inspect').waitFor();
    await console_.expectNoSidewaysScroll();
    await console_.expectNoAxeViolations();
    await console_.close();
  });
});
