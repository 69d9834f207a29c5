import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ConsoleSite } from '../support/browser/console-site.ts';
import { asShown, HOSTILE_NAMES } from '../support/browser/hostile-names.ts';
import type { ConsolePage } from '../support/browser/console-page.ts';

const NAMES: readonly string[] = Object.values(HOSTILE_NAMES);
const MARKUP = HOSTILE_NAMES.markup;

/** A group of records cannot have every character. */
const GROUP = '<script>hit</script>"\'\u202E';

/** A document of a name with every character that an id can have, and of the greatest length. */
const DOCUMENT = `constructor.~:@-_${'A1.'.repeat(79)}zz`;

let site: ConsoleSite;
beforeAll(async () => {
  site = await ConsoleSite.start();
  const grantsOf = (id: string) => `/v1/documents/${encodeURIComponent(id)}/grants`;
  await site.as('backend', 'PUT', `${grantsOf(DOCUMENT)}?user=alice`, { role: 'owner', layers: ['*'] });
  for (const [at, name] of NAMES.entries())
    await site.as(
      at % 2 === 0 ? 'alice' : 'backend',
      'PUT',
      `${grantsOf(DOCUMENT)}?${at % 2 === 0 ? 'user' : 'group'}=${encodeURIComponent(name)}`,
      { role: 'editor', layers: ['', name], defaultGroup: GROUP },
    );
});
afterAll(async () => {
  await site.stop();
});

const WINDOWS = [{ narrow: false }, { narrow: true }];

/** Lets the service take the person for somebody with hostile claims. */
async function nameHostile(console_: ConsolePage): Promise<void> {
  await console_.page.route('**/v1/caller', async (route) => {
    const answer = await route.fetch();
    const caller = (await answer.json()) as object;
    const unread = NAMES.map((claim) => ({ claim, reason: 'shape' }));
    await route.fulfill({
      response: answer,
      json: { ...caller, name: MARKUP, groups: NAMES, issuer: MARKUP, clientId: MARKUP, unread },
    });
  });
}

async function opened(section: string, options: { narrow?: boolean } = {}): Promise<ConsolePage> {
  const console_ = await site.open(options);
  await nameHostile(console_);
  await console_.signIn('alice');
  await console_.goTo(section);
  return console_;
}

/** Expects that the page is whole, and that every text stayed one. */
async function expectWhole(console_: ConsolePage): Promise<void> {
  await console_.expectOnlyText();
  await console_.expectNoSidewaysScroll();
  await console_.expectNoAxeViolations();
}

const shownText = (console_: ConsolePage): Promise<string> => console_.page.locator('main').innerText();

describe.each(WINDOWS)('Hostile names stay text (stored XSS), narrow: $narrow', (options) => {
  test('in the grants of a document, in the forms about them, and in the explanation of a token', async () => {
    const console_ = await opened('Documents and grants', options);
    await console_.page.getByRole('link', { name: DOCUMENT }).click();
    await console_.page.getByText(`user “${MARKUP}”`).first().waitFor();
    const shown = await shownText(console_);
    for (const name of [...NAMES, GROUP]) expect(shown).toContain(`“${asShown(name)}”`);
    await expectWhole(console_);
    await console_.button(`Remove the grant of user “${MARKUP}”`).click();
    await console_.heading(`Remove the grant of user “${MARKUP}”?`).waitFor();
    await console_.expectOnlyText();
    await console_.page.keyboard.press('Escape');
    await console_.button(`Change the grant of user “${MARKUP}”`).click();
    expect(await console_.field('Group of new records').inputValue()).toBe(GROUP);
    await expectWhole(console_);
    await console_.button('Cancel').click();
    await console_.field('User').fill(MARKUP);
    await console_.field('Groups of the user').fill(NAMES.join('\n'));
    await console_.button('Explain').click();
    await console_.heading(`User “${MARKUP}” for the default layer`).waitFor();
    await expectWhole(console_);
    await console_.close();
  });

  test('in the question before a revocation, and in its progress', async () => {
    const console_ = await opened('Revocations', options);
    console_.expectReports(/403/);
    await console_.field('Tokens to end').selectOption('user-document');
    await console_.field('User id').fill(MARKUP);
    await console_.field('Document').fill(DOCUMENT);
    await console_.field('Reason').fill(MARKUP);
    await console_.button('Revoke …').click();
    await console_.page.getByText(`This ends the tokens of user “${MARKUP}”`).waitFor();
    await expectWhole(console_);
    await console_.page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await console_.page.getByText(`The tokens of user “${MARKUP}” for the document`).waitFor();
    await console_.page.getByText(`Reason: ${MARKUP}`).waitFor();
    await expectWhole(console_);
    await console_.close();
  });

  test('in the recent decisions, with the whole records', async () => {
    const console_ = await opened('Recent decisions', options);
    await console_.field('Document').fill(DOCUMENT);
    const filtered = console_.page.waitForResponse(/\/local\/decisions\?.*document=/);
    await console_.button('Filter').click();
    await filtered;
    await console_.page.locator('main:not(:has(.loading)) summary').first().waitFor();
    const records = await console_.page.locator('summary').all();
    for (const record of records) await record.click();
    const shown = await shownText(console_);
    for (const name of NAMES) expect(shown).toContain(asShown(name));
    await expectWhole(console_);
    await console_.close();
  });

  test('in my access: who I am, and my documents', async () => {
    const console_ = await opened('My access', options);
    await console_.page.getByText(DOCUMENT).first().waitFor();
    const shown = await shownText(console_);
    for (const name of NAMES) expect(shown).toContain(asShown(name));
    await expectWhole(console_);
    await console_.close();
  });

  test('in the way of a token', async () => {
    const console_ = await opened('A token’s way', options);
    await console_.button(DOCUMENT).click();
    await console_.button('Follow the token').click();
    await console_.says('You get a token');
    await console_.page.getByText('Show the claims').click();
    const shown = await shownText(console_);
    for (const name of NAMES) expect(shown).toContain(asShown(name));
    await expectWhole(console_);
    await console_.close();
  });

  test('in the claims and the checks of an inspected token', async () => {
    const console_ = await opened('Inspect', options);
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = Object.fromEntries(NAMES.map((name) => [name, { [name]: [name] }]));
    const header = { alg: 'RS256', kid: MARKUP, [MARKUP]: MARKUP };
    await console_.field('Token').fill(`${part(header)}.${part({ ...claims, layer: MARKUP })}.AAAA`);
    await console_.button('Inspect').click();
    await console_.says('Document Engine would refuse this token.');
    const shown = await shownText(console_);
    for (const name of NAMES.filter((it) => it !== '__proto__')) expect(shown).toContain(asShown(name));
    await expectWhole(console_);
    await console_.close();
  });
});

/** The routes that a section asks when it opens. */
const OWN_LISTS = ['/v1/caller', '/v1/documents'];

describe('A hostile answer', () => {
  test('of the service stays text: title, detail and faults of a problem, and the message of a gateway', async () => {
    const console_ = await opened('Inspect');
    console_.expectReports(/400|502/);
    const problem = {
      ...{ type: MARKUP, title: MARKUP, detail: NAMES.join(' '), requestId: MARKUP },
      errors: [
        { pointer: '#/jwt', detail: MARKUP },
        { pointer: MARKUP, detail: MARKUP },
      ],
    };
    await console_.page.route('**/v1/tokens/inspect', (route) =>
      route.fulfill({ status: 400, contentType: 'application/problem+json', body: JSON.stringify(problem) }),
    );
    await console_.field('Token').fill('x');
    await console_.button('Inspect').click();
    await console_.alerts(MARKUP);
    await expectWhole(console_);
    await console_.page.route('**/v1/tokens/inspect', (route) =>
      route.fulfill({ status: 502, json: { message: MARKUP } }),
    );
    await console_.button('Inspect').click();
    await console_.alerts(`The gateway answers 502: ${MARKUP}`);
    await expectWhole(console_);
    await console_.page.route('**/v1/tokens/inspect', (route) =>
      route.fulfill({ contentType: 'text/html', body: MARKUP }),
    );
    await console_.button('Inspect').click();
    await console_.alerts('The answer is not JSON.');
    await expectWhole(console_);
    await console_.close();
  });

  test('of the provider stays text: the description of an error', async () => {
    const console_ = await site.open();
    await console_.page.route(/\/authorize\?/, (route) => {
      const asked = new URL(route.request().url()).searchParams;
      const answer = new URLSearchParams({
        error: 'access_denied',
        error_description: `Call "555". ${MARKUP}`,
      });
      answer.set('state', asked.get('state') ?? '');
      answer.set('iss', site.stack.issuer);
      const headers = { location: `${site.stack.console}?${answer.toString()}` };
      return route.fulfill({ status: 303, headers });
    });
    await console_.button('Sign in').click();
    await console_.alerts(`The identity provider has refused the sign-in: Call "555". ${MARKUP}`);
    await expectWhole(console_);
    await console_.close();
  });

  test.each([
    ['a section', MARKUP],
    ['a document', `grants/${encodeURIComponent(MARKUP)}`],
    ['a document', 'grants/..%2F..%2Fv1%2Ftokens'],
    ['a document', 'grants/%2E%2E'],
    ['a revocation', `revocations/${encodeURIComponent(MARKUP)}`],
    ['a revocation', 'revocations/..%2Ftokens'],
    ['a revocation', 'revocations/%2E%2E'],
    ['a key', '__proto__/constructor'],
    ['half a character', 'grants/%E0%A4'],
  ])('in the address stays text, and leads the page to no other route: %s %j', async (_what, hash) => {
    const console_ = await site.open();
    await console_.signIn('alice');
    const asked: string[] = [];
    console_.page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await console_.page.evaluate(`location.hash = ${JSON.stringify(`#/${hash}`)}`);
    await console_.page.evaluate('new Promise((done) => requestAnimationFrame(() => setTimeout(done)))');
    await console_.page.getByRole('heading', { level: 1 }).waitFor();
    await expectWhole(console_);
    expect(asked.filter((path) => path.startsWith('/v1') && !OWN_LISTS.includes(path))).toEqual([]);
    await console_.close();
  });
});
