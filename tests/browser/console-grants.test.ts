import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Locator } from 'playwright-core';
import type { ConsolePage } from '../support/browser/console-page.ts';
import { ConsoleSite } from '../support/browser/console-site.ts';

let site: ConsoleSite;
beforeAll(async () => {
  site = await ConsoleSite.start();
});
afterAll(async () => {
  await site.stop();
});

/** A document for each test, of which alice is the only owner. */
let documentId = '';
let tests = 0;
beforeEach(async () => {
  documentId = `plan-${++tests}`;
  await setGrant('user=alice', { role: 'owner', layers: ['*'], privateLayer: true });
});

const HOSTILE = '<img src=x onerror="document.title=`owned`">';

const setGrant = (query: string, body: object, document = documentId): Promise<unknown> =>
  site.as('backend', 'PUT', `/v1/documents/${document}/grants?${query}`, body);

/** Opens the document of the test as a signed-in person. */
async function open(user: string, look: Parameters<ConsoleSite['open']>[0] = {}): Promise<ConsolePage> {
  const page = await site.open(look);
  // The browser reports each refusal as an error.
  page.expectReports(/the server responded with a status of 4(?:00|03|09|12)/);
  await page.signIn(user);
  await page.goTo('Documents and grants');
  await page.field('Document').fill(documentId);
  await page.button('Open').click();
  return page;
}

const row = (page: ConsolePage, text: string): Locator =>
  page.page.getByRole('row').filter({ hasText: text });

const dialog = (page: ConsolePage): Locator => page.page.getByRole('dialog');

describe('Documents and grants', () => {
  test('finds a document in the list, page by page', async () => {
    const names = Array.from({ length: 60 }, (_, at) => `long-list-${String(at).padStart(2, '0')}`);
    for (const name of names) await setGrant('user=carol', { role: 'viewer' }, name);
    const page = await site.open();
    await page.signIn('carol');
    await page.goTo('Documents and grants');
    const last = page.page.getByRole('link', { name: 'long-list-59' });
    await page.says('50 documents loaded.');
    expect(await last.count()).toBe(0);
    await page.button('Show more documents').click();
    await last.waitFor();
    expect(await page.button('Show more documents').count()).toBe(0);
    await page.close();
  });

  test('lists many grants page by page', async () => {
    for (let at = 10; at < 65; at++) await setGrant(`user=reader-${at}`, { role: 'viewer' });
    const page = await open('alice');
    await page.says('50 grants loaded.');
    await page.button('Show more grants').click();
    await row(page, 'reader-64').waitFor();
    expect(await page.page.getByRole('row').count()).toBe(1 + 56);
    await page.close();
  });

  test('adds, changes and removes a grant', async () => {
    const page = await open('alice');
    await page.button('Add a grant').click();
    await page.page.locator('select[name=kind]:focus').waitFor();
    await page.field('For').selectOption('group');
    await page.field('Group').fill('editors');
    await page.field('Role').fill('annotator');
    await page.field('Shared layers').selectOption('named');
    await page.field('Names of layers').fill('review\nlegal');
    await page.field('Ends').selectOption('at');
    await page.field('End').fill('2090-01-31T12:00:00');
    await page.expectNoAxeViolations();
    await page.button('Save').click();
    await page.says('The grant of group “editors” is saved.');
    await page.page.locator('h2:focus', { hasText: 'Grants' }).waitFor();
    await row(page, '“review”, “legal”').filter({ hasText: '2090-01-31 12:00:00 UTC' }).waitFor();

    await page.button('Change the grant of group “editors”').click();
    await page.field('Role').fill('viewer');
    await page.field('Ends').selectOption('never');
    await page.button('Save').click();
    await row(page, 'group “editors”').filter({ hasText: 'viewer' }).filter({ hasText: 'never' }).waitFor();

    await page.button('Remove the grant of group “editors”').click();
    await dialog(page).getByText('Role: viewer').waitFor();
    await page.expectNoAxeViolations();
    await dialog(page).getByRole('button', { name: 'Remove' }).click();
    await page.says('The grant of group “editors” is removed.');
    expect(await row(page, 'group “editors”').count()).toBe(0);
    await page.page.locator('h2:focus', { hasText: 'Grants' }).waitFor();
    await page.close();
  });

  test('can be used with the keyboard alone on a phone in the dark', async () => {
    const page = await open('alice', { narrow: true, dark: true });
    const { keyboard } = page.page;
    await page.button('Add a grant').waitFor();
    await page.tabTo(page.button('Add a grant'));
    await keyboard.press('Enter');
    await page.tabTo(page.field('User id'));
    await keyboard.type('bob');
    await page.tabTo(page.field('Role'));
    await keyboard.type('editor');
    await keyboard.press('Enter');
    await page.says('The grant of user “bob” is saved.');
    await page.expectNoSidewaysScroll();
    await page.expectNoAxeViolations();
    const remove = page.button('Remove the grant of user “bob”');
    await page.tabTo(remove);
    await keyboard.press('Enter');
    await dialog(page).waitFor();
    await keyboard.press('Escape');
    await dialog(page).waitFor({ state: 'detached' });
    await page.page.locator('button:focus', { hasText: 'Remove the grant of user “bob”' }).waitFor();
    await keyboard.press('Enter');
    await page.tabTo(dialog(page).getByRole('button', { name: 'Remove' }));
    await keyboard.press('Enter');
    await page.says('The grant of user “bob” is removed.');
    await page.close();
  });

  test('tells a fault beside its field, and moves the focus there', async () => {
    const page = await open('alice');
    await page.button('Add a grant').click();
    await page.button('Save').click();
    await page.page.getByText('Enter the name of the user.').waitFor();
    await page.field('User id').fill('bob');
    await page.field('Role').fill('emperor');
    await page.button('Save').click();
    const role = page.field('Role');
    await page.page.locator('.error', { hasText: 'viewer, commenter' }).waitFor();
    await page.page.locator('input[name=role]:focus').waitFor();
    const described = (await role.getAttribute('aria-describedby')) ?? '';
    const texts = described.split(' ').map((id) => page.page.locator(`[id="${id}"]`).textContent());
    expect((await Promise.all(texts)).join(' ')).toContain('viewer, commenter');
    await page.close();
  });

  test('a change that comes too late shows the new grant, and keeps the typed values', async () => {
    await setGrant('user=bob', { role: 'viewer' });
    const page = await open('alice');
    await page.button('Change the grant of user “bob”').click();
    await page.field('Role').fill('editor');
    await setGrant('user=bob', { role: 'commenter', layers: ['', 'review'] });
    await page.button('Save').click();
    await page.alerts('Somebody changed this grant meanwhile. Here is the new one:');
    await page.alerts('Role: commenter');
    expect(await page.field('Role').inputValue()).toBe('editor');
    await page.button('Replace the new one by mine').click();
    await page.says('The grant of user “bob” is saved.');
    await row(page, 'user “bob”').filter({ hasText: 'editor' }).waitFor();
    await page.close();
  });

  test('a removal that comes too late asks again about the new grant', async () => {
    await setGrant('user=bob', { role: 'viewer' });
    const page = await open('alice');
    await page.button('Remove the grant of user “bob”').click();
    await setGrant('user=bob', { role: 'commenter' });
    await dialog(page).getByRole('button', { name: 'Remove' }).click();
    await page.alerts('Role: commenter');
    await dialog(page).getByRole('button', { name: 'Remove' }).click();
    await page.says('The grant of user “bob” is removed.');
    await page.close();
  });

  test('a new grant replaces none that is there already without a question', async () => {
    const page = await open('alice');
    await page.button('Add a grant').click();
    await setGrant('user=bob', { role: 'editor' });
    await page.field('User id').fill('bob');
    await page.field('Role').fill('viewer');
    await page.button('Save').click();
    await page.alerts('There is such a grant already.');
    await page.button('Put the new one into the form').click();
    expect(await page.field('Role').inputValue()).toBe('editor');
    await page.close();
  });

  test('keeps the last owner, unless the person insists', async () => {
    const page = await open('alice');
    await page.button('Remove the grant of user “alice”').click();
    await dialog(page).getByRole('button', { name: 'Remove' }).click();
    await page.alerts('The document would be left without an owner.');
    await page.page.getByLabel(/^Leave the document without an owner/).check();
    await dialog(page).getByRole('button', { name: 'Remove' }).click();
    await page.says('The grant of user “alice” is removed.');
    await page.close();
  });

  test('says what is missing to somebody who is no owner', async () => {
    const page = await open('mallory');
    await page.heading('You may not see these grants').waitFor();
    await page.page.getByText('A grant of the role owner on the document.').waitFor();
    expect(await page.button('Add a grant').count()).toBe(0);
    await page.expectNoAxeViolations();
    await page.close();
  });

  test('explains which grants count for a person, and why somebody is refused', async () => {
    await setGrant('group=editors', { role: 'editor' });
    const page = await open('alice');
    await page.field('User').fill('bob');
    await page.field('Groups of the user').fill('editors');
    await page.button('Explain').click();
    await page.says('The person would get a token.');
    const counting = page.page.getByRole('table', { name: 'The token is built from these' });
    await counting.getByText('group “editors”').waitFor();
    await page.field('Groups of the user').fill('');
    await page.button('Explain').click();
    await page.says('The person would be refused.');
    await page.heading('Why not').waitFor();
    await page.page.getByText('No grant counts for this person.').waitFor();
    await page.expectNoAxeViolations();
    await page.close();
  });

  test('hostile names stay text', async () => {
    await setGrant(`group=${encodeURIComponent(HOSTILE)}`, { role: 'viewer', layers: [HOSTILE] });
    const page = await open('alice', { narrow: true });
    await row(page, HOSTILE).waitFor();
    await page.button('Add a grant').click();
    await page.field('User id').fill(HOSTILE);
    await page.field('Role').fill('annotator');
    await page.field('Group of new records').fill('<b>x</b>');
    await page.button('Save').click();
    await page.says(`The grant of user “${HOSTILE}” is saved.`);
    await page.field('User').fill(HOSTILE);
    await page.field('Groups of the user').fill(HOSTILE);
    await page.field('Layer').selectOption('named');
    await page.field('Name of the layer').fill(HOSTILE);
    await page.button('Explain').click();
    await page.heading(`User “${HOSTILE}” for “${HOSTILE}”`).waitFor();
    await page.expectNoSidewaysScroll();
    for (const id of ['../grants', HOSTILE]) {
      await page.page.evaluate(`location.hash = '#/grants/' + ${JSON.stringify(encodeURIComponent(id))}`);
      await page.page.locator('.bad', { hasText: 'A document id has' }).waitFor();
    }
    expect(await page.page.locator('img').count()).toBe(0);
    await page.close();
  });
});
