import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ConsoleSite } from '../support/browser/console-site.ts';
import { launchChromium } from '../../tools/screenshots/chromium.ts';
import { ConsolePage } from '../support/browser/console-page.ts';

let site: ConsoleSite;
beforeAll(async () => {
  site = await ConsoleSite.start();
});
afterAll(async () => {
  await site.stop();
});

async function signedIn(): Promise<ConsolePage> {
  const console_ = await site.open();
  await console_.signIn('alice');
  return console_;
}

/** Counts the requests for the list of documents, and at the provider's token endpoint. */
function counted(console_: ConsolePage): { lists: number; renewals: number } {
  const counts = { lists: 0, renewals: 0 };
  console_.page.on('request', (request) => {
    if (request.url().includes('/v1/documents')) counts.lists++;
    if (request.url() === site.stack.tokenEndpoint) counts.renewals++;
  });
  return counts;
}

const UNAUTHORIZED = { status: 401, json: { message: 'Unauthorized' } };

describe('A token that the service refuses in the middle', () => {
  test('is renewed once, and nobody notices', async () => {
    const console_ = await signedIn();
    console_.expectReports(/401/);
    const counts = counted(console_);
    await console_.page.route('**/v1/documents**', (route) => route.fulfill(UNAUTHORIZED), { times: 1 });
    await console_.goTo('Documents and grants');
    await console_.page.getByRole('link', { name: 'contract-2026' }).waitFor();
    expect(counts).toEqual({ lists: 2, renewals: 1 });
    await console_.close();
  });

  test('ends the sign-in if the new one is refused too; the next sign-in leads back to the place', async () => {
    const console_ = await signedIn();
    console_.expectReports(/401/);
    const counts = counted(console_);
    await console_.page.route('**/v1/documents**', (route) => route.fulfill(UNAUTHORIZED));
    await console_.page.evaluate(`location.hash = '#/grants/contract-2026'`);
    await console_.alerts('The service does not accept your sign-in any more. Sign in again.');
    expect(counts).toEqual({ lists: 2, renewals: 1 });
    await console_.page.unrouteAll();
    await console_.signIn('alice');
    await console_.page.getByText('The grants of contract-2026').waitFor();
    await console_.close();
  });

  test('ends the sign-in if the provider renews nothing', async () => {
    const console_ = await signedIn();
    console_.expectReports(/401|400/);
    await console_.page.route('**/v1/documents**', (route) => route.fulfill(UNAUTHORIZED));
    await console_.page.route(site.stack.tokenEndpoint, (route) =>
      route.fulfill({
        status: 400,
        json: { error: 'invalid_grant' },
        headers: { 'access-control-allow-origin': '*' },
      }),
    );
    await console_.goTo('Documents and grants');
    await console_.alerts('Sign in again.');
    await console_.close();
  });
});

describe('A service that does not answer', () => {
  test.each(['Documents and grants', 'Keys', 'Recent decisions'])(
    'is told in words, and “Try again” helps: %s',
    async (title) => {
      const console_ = await signedIn();
      console_.expectReports(/net::/);
      await console_.page.context().setOffline(true);
      await console_.goTo(title);
      await console_.alerts('The service does not answer. Check your connection, and try again.');
      await console_.expectNoAxeViolations();
      await console_.page.context().setOffline(false);
      await console_.button('Try again').click();
      await console_.page.getByRole('table').first().waitFor();
      await console_.close();
    },
  );

  test('leaves a filled form as it is', async () => {
    const console_ = await signedIn();
    console_.expectReports(/net::/);
    await console_.goTo('Inspect');
    await console_.field('Token').fill('a.b.c');
    await console_.page.context().setOffline(true);
    await console_.button('Inspect').click();
    await console_.alerts('The service does not answer.');
    expect(await console_.field('Token').inputValue()).toBe('a.b.c');
    await console_.page.context().setOffline(false);
    await console_.button('Inspect').click();
    await console_.says('Document Engine would refuse this token.');
    await console_.close();
  });

  test.each([
    ['no answer', undefined, 'The service does not answer.'],
    ['a refusal', 503, 'The settings of the console could not be loaded (503).'],
  ])('is told in words when the page loads: %s', async (_what, status, words) => {
    const console_ = await site.open();
    console_.expectReports(/net::|503/);
    await console_.page.route('**/config.json', (route) =>
      status === undefined ? route.abort() : route.fulfill({ status, json: {} }),
    );
    await console_.page.reload();
    await console_.alerts(words);
    await console_.page.unrouteAll();
    await console_.button('Try again').click();
    await console_.button('Sign in').waitFor();
    await console_.close();
  });
});

describe('An identity provider that does not answer', () => {
  test.each([
    ['its discovery document', '**/.well-known/openid-configuration'],
    ['its token endpoint', '**/token'],
  ])('is told in words: %s', async (_what, address) => {
    const console_ = await site.open();
    console_.expectReports(/net::/);
    await console_.page.route(address, (route) => route.abort());
    await console_.button('Sign in').click();
    if (address === '**/token') await console_.button(/\(alice\)/).click();
    await console_.alerts(`The identity provider ${new URL(site.stack.issuer).host} cannot be reached.`);
    await console_.page.unrouteAll();
    await console_.signIn('alice');
    await console_.close();
  });
});

describe('The place on the page', () => {
  test('is kept by a reload, in each section', async () => {
    const console_ = await signedIn();
    const links = await console_.page.getByRole('navigation').getByRole('link').all();
    const places = await Promise.all(links.map((link) => link.getAttribute('href')));
    for (const place of [...places, '#/grants/contract-2026']) {
      await console_.page.goto(`${site.stack.console}${place}`);
      await console_.page.reload();
      await console_.button('Sign out').waitFor();
      expect(console_.page.url()).toBe(`${site.stack.console}${place}`);
      const present = console_.page.locator('nav [aria-current=page]');
      expect(place).toContain(await present.getAttribute('href'));
    }
    expect(places.length).toBeGreaterThan(5);
    await console_.close();
  });

  test('is kept if the provider does not know the person any more', async () => {
    const console_ = await signedIn();
    await console_.goTo('Keys');
    await console_.page.context().clearCookies();
    await console_.page.reload();
    await console_.alerts('You are not signed in at the identity provider any more.');
    await console_.signIn('bob');
    await console_.heading('Keys').waitFor();
    await console_.close();
  });

  test('is the sign-in again if a person goes back from the provider without signing in', async () => {
    const browser = await launchChromium({ keepsLeftPages: true });
    const console_ = await ConsolePage.open(await browser.newPage(), site.stack.console);
    await console_.page.evaluate('void (window.left = true)');
    await console_.button('Sign in').click();
    await console_.button(/\(alice\)/).waitFor();
    await console_.page.goBack({ waitUntil: 'commit' });
    await console_.button('Sign in').waitFor();
    expect(await console_.page.evaluate('window.left')).toBe(true);
    await console_.signIn('alice');
    await console_.close();
    await browser.close();
  });

  test('shows nothing of a person after the sign-out, also not by “Back”', async () => {
    const console_ = await signedIn();
    await console_.goTo('Documents and grants');
    await console_.page.getByRole('link', { name: 'contract-2026' }).click();
    await console_.page.getByText('user “alice”').first().waitFor();
    await console_.button('Sign out').click();
    await console_.alerts('You are signed out here.');
    await console_.page.goBack();
    await console_.button('Sign in').waitFor();
    expect(await console_.kept()).not.toContain('alice');
    await console_.close();
  });
});
