import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ConsoleSite } from '../support/browser/console-site.ts';
import type { ConsolePage } from '../support/browser/console-page.ts';

let site: ConsoleSite;
beforeAll(async () => {
  site = await ConsoleSite.start();
});
afterAll(async () => {
  await site.stop();
});

/** Opens the section as a user. */
async function openedBy(
  user: string,
  options: { narrow?: boolean; dark?: boolean } = {},
): Promise<ConsolePage> {
  const console_ = await site.open(options);
  await console_.signIn(user);
  await console_.goTo('A token’s way');
  return console_;
}

const station = (console_: ConsolePage, title: string) =>
  console_.page.getByRole('listitem').filter({ has: console_.page.getByRole('heading', { name: title }) });

describe('The section A token’s way', () => {
  test('follows the token of an owner to Document Engine’s verdict, by the keyboard alone', async () => {
    const console_ = await openedBy('alice');
    await console_.tabTo(console_.field('Document'));
    await console_.page.keyboard.type('contract-2026');
    await console_.page.keyboard.press('Enter');
    await console_.says('You get a token, and Document Engine would accept it.');
    expect(await station(console_, 'Claims read').innerText()).toContain('alice');
    expect(await station(console_, 'Grants considered').innerText()).toMatch(/counts:.*owner/);
    expect(await station(console_, 'Decision').innerText()).toContain('read-document');
    expect(await station(console_, 'verdict').innerText()).toContain('would accept the token');
    await console_.tabTo(console_.page.getByText('Show the claims'));
    await console_.page.keyboard.press('Enter');
    await console_.page.getByText('document_id', { exact: true }).waitFor();
    await console_.expectNoAxeViolations();
    expect(await console_.kept()).not.toMatch(/eyJ[\w-]+\.[\w-]+\.[\w-]+/);
    await console_.close();
  });

  test('tells a person who is no owner in words what the mint answers', async () => {
    const console_ = await openedBy('carol');
    console_.expectReports(/403/);
    await console_.button('contract-2026').click();
    await console_.button('Follow the token').click();
    await console_.says('You get a token, and Document Engine would accept it.');
    const grants = station(console_, 'Grants considered');
    expect(await grants.innerText()).toContain('Only owners of the document may look at its grants');
    expect(await grants.innerText()).toContain('not shown to you');
    const box = await grants.boundingBox();
    expect(box?.height).toBeGreaterThan(40);
    await console_.close();
  });

  test('marks the station at which a refused request ends, and says why', async () => {
    const console_ = await openedBy('mallory');
    console_.expectReports(/403/);
    await console_.field('Document').fill('contract-2026');
    await console_.button('Follow the token').click();
    await console_.says('The way ends at station 4: Decision.');
    const decision = station(console_, 'Decision');
    expect(await decision.innerText()).toContain('the way ends here');
    expect(await decision.innerText()).toMatch(/grant/);
    expect(await station(console_, 'verdict').innerText()).toContain('not reached');
    await console_.expectNoAxeViolations();
    await console_.close();
  });

  test('marks Document Engine’s verdict if it refuses the token, with the rule', async () => {
    const console_ = await openedBy('alice');
    await console_.page.route('**/v1/tokens/inspect', (route) =>
      route.fulfill({
        json: {
          accepted: false,
          checks: [
            {
              ...{ rule: 'revoked', ok: false, basis: 'documented', expected: '', actual: '' },
              detail: '<b>The token is revoked.</b>',
            },
          ],
          header: null,
          claims: { document_id: '<img src=x onerror=alert(1)>' },
        },
      }),
    );
    await console_.button('contract-2026').click();
    await console_.button('Follow the token').click();
    await console_.says('The way ends at station 6');
    await console_.page.getByText('<b>The token is revoked.</b>').waitFor();
    await console_.page.getByText('Show the claims').click();
    await console_.page.getByText('"<img src=x onerror=alert(1)>"').waitFor();
    expect(await console_.page.locator('main img').count()).toBe(0);
    await console_.close();
  });

  test('shows markup in claims as text, and each claim that was not read', async () => {
    const console_ = await openedBy('alice');
    const hostile = '<script>alert(1)</script>';
    await console_.page.route('**/v1/caller', (route) =>
      route.fulfill({
        json: {
          ...{ userId: hostile, name: hostile, groups: [hostile], scopes: [], issuer: hostile },
          expiresAt: '2099-01-01T00:00:00Z',
          unread: [{ claim: hostile, reason: 'left-out' }],
        },
      }),
    );
    await console_.button('contract-2026').click();
    await console_.button('Follow the token').click();
    const claims = station(console_, 'Claims read');
    await claims.getByText('was not read').waitFor();
    expect(await claims.innerText()).toContain(hostile);
    expect(await claims.innerText()).toContain('passed, look here');
    await console_.close();
  });

  test('says that the service does not answer, and starts over', async () => {
    const console_ = await openedBy('alice');
    console_.expectReports(/ERR_FAILED|net::/);
    await console_.page.route('**/v1/caller', (route) => route.abort());
    await console_.field('Document').fill('contract-2026');
    await console_.button('Follow the token').click();
    await console_.alerts('The service does not answer');
    await console_.page.unroute('**/v1/caller');
    await console_.button('Follow the token').click();
    await console_.says('You get a token');
    await console_.close();
  });

  test.each([{ dark: false }, { dark: true }])('fits a phone, dark: $dark', async ({ dark }) => {
    const console_ = await openedBy('alice', { narrow: true, dark });
    await console_.button('contract-2026').click();
    await console_.button('Follow the token').click();
    await console_.says('You get a token');
    await console_.expectNoSidewaysScroll();
    await console_.expectNoAxeViolations();
    await console_.close();
  });
});
