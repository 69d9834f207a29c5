import { describe, expect, test } from '@jest/globals';
import { GrantStore } from '../../../../../lib/grants/index.ts';
import { MAX_PAGE_BYTES } from '../../../../../lib/http/messages/paging.ts';
import { listGrantsHandler } from '../../../../../lib/http/routes/grants/list-grants.ts';
import { setGrantHandler } from '../../../../../lib/http/routes/grants/set-grant.ts';
import {
  as,
  BACKEND,
  grantsIn,
  headerIn,
  longLayers,
  payloadOf,
} from '../../../../support/grants/grants-api.ts';
import { user } from '../../../../support/grants/grants.ts';
import { apiEvent, lambdaContext, problemIn } from '../../../../support/http/events.ts';
import { NOON } from '../../../../support/runtime/clock.ts';
import { unreachableTable } from '../../../../support/table/unreachable-table.ts';
import { api, have, ownedByAlice, useGrantsApi } from '../../../../support/grants/document-under-test.ts';

useGrantsApi();

describe('the list of grants', () => {
  test('comes in pages that lose and repeat nothing, even with other items in between', async () => {
    const kept: string[] = [];
    for (let number = 100; number < 160; number += 1) {
      const name = `user-${number}`;
      if (number % 3 === 0) await have(user(name), 'viewer', { expiresAt: NOON });
      else kept.push(name);
      if (number % 3 !== 0) await have(user(name), 'viewer');
      if (number % 5 === 0 && number % 3 !== 0) {
        await api.remove(BACKEND, 'doc', `user=${name}`);
        kept.pop();
      }
    }
    for (const limit of [1, 7, 32, 200]) {
      const seen: unknown[] = [];
      let cursor = '';
      do {
        const page = grantsIn(await api.list(BACKEND, 'doc', `limit=${limit}${cursor}`));
        expect(page.grants.length).toBeLessThanOrEqual(limit);
        seen.push(...page.grants.map(({ principal }) => principal));
        cursor = page.nextCursor === undefined ? '' : `&cursor=${page.nextCursor}`;
      } while (cursor !== '');
      expect(seen).toEqual(kept.map((name) => ({ user: name })));
    }
  });

  test('ends a page before it is too long for Lambda', async () => {
    const names = Array.from({ length: 200 }, (_, number) => `user-${String(number).padStart(3, '0')}`);
    for (const name of names) await have(user(name), 'viewer', { layers: longLayers(name) });
    const seen: unknown[] = [];
    let cursor = '';
    do {
      const answer = await api.list(BACKEND, 'doc', `limit=200${cursor}`);
      expect(payloadOf(answer)).toBeLessThan(MAX_PAGE_BYTES + 1024);
      const page = grantsIn(answer);
      seen.push(...page.grants.map(({ principal }) => principal));
      cursor = page.nextCursor === undefined ? '' : `&cursor=${page.nextCursor}`;
    } while (cursor !== '');
    expect(seen).toEqual(names.map((name) => ({ user: name })));
  });

  test('gives a cursor no power over another document', async () => {
    await ownedByAlice();
    await have(user('bob'), 'viewer');
    await api.world.grant('other', user('mallory'), 'owner');
    const { nextCursor } = grantsIn(await api.list(as('alice'), 'doc', 'limit=1'));
    const page = grantsIn(await api.list(as('mallory'), 'other', `cursor=${nextCursor ?? ''}`));
    expect(page.grants.map(({ principal }) => principal)).toEqual([{ user: 'mallory' }]);
  });

  test.each([
    'limit=0',
    'limit=201',
    'limit=1.5',
    'limit=01',
    'limit=',
    'limit=all',
    'cursor=',
    'cursor=YQ',
    'page=2',
  ])('refuses %s, and tells the right form in the detail', async (query) => {
    const problem = problemIn(await api.list(BACKEND, 'doc', query));
    expect(problem).toMatchObject({
      status: 400,
      detail: expect.stringMatching(/^The query string (must|has)/),
    });
    expect(problem).not.toHaveProperty('errors');
  });
});

describe('when something fails', () => {
  test('the table is down: 503 with Retry-After, and no details of the table', async () => {
    const { dependencies, clock } = api.world;
    const store = new GrantStore(unreachableTable(clock));
    const routes = [
      listGrantsHandler({ ...dependencies, store }),
      setGrantHandler({ ...dependencies, store }),
    ];
    for (const route of routes) {
      const parts = {
        claims: as('alice'),
        body: { role: 'viewer' },
        route: 'PUT /v1/documents/{documentId}/grants',
      };
      const event = { ...apiEvent(parts), pathParameters: { documentId: 'doc' } };
      const query = route === routes[1] ? 'everyone' : '';
      const result = await route({ ...event, rawQueryString: query }, lambdaContext());
      expect(result.statusCode).toBe(503);
      expect(headerIn(result, 'retry-after')).toMatch(/^[123]$/);
      expect(result.body).not.toContain('127.0.0.1');
    }
  });

  test('no log line and no problem holds content of a body or a caller token', async () => {
    await ownedByAlice();
    const secret = 'sensitive-text';
    const bodies = [
      { role: 'viewer', layers: [secret], defaultGroup: secret },
      { role: secret },
      { role: 'viewer', [secret]: secret },
      `{"role": "viewer" ${secret}`,
    ];
    for (const body of bodies) {
      const result = await api.put(as('alice'), 'doc', 'user=bob', body);
      if (result.statusCode !== 201) expect(problemIn(result).detail).not.toContain(`"${secret}"`);
    }
    const log = api.world.lines.join('');
    expect(log).toContain('"principal":"USER#bob"');
    expect(log).not.toContain('eyJ');
    expect(log.replaceAll(`#/${secret}`, '')).not.toContain(secret);
  });
});
