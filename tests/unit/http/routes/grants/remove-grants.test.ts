import { describe, expect, test } from '@jest/globals';
import { HOUR } from '../../../../../lib/runtime/time.ts';
import { as, BACKEND, grantsIn, headerIn } from '../../../../support/grants/grants-api.ts';
import { user } from '../../../../support/grants/grants.ts';
import { problemIn } from '../../../../support/http/events.ts';
import { NOON } from '../../../../support/runtime/clock.ts';
import {
  api,
  have,
  itemOf,
  ownedByAlice,
  principalsOf,
  useGrantsApi,
} from '../../../../support/grants/document-under-test.ts';

useGrantsApi();

describe('a DELETE', () => {
  test('removes the grant at once, leaves a tombstone for a day, and does so once', async () => {
    await ownedByAlice();
    await have(user('bob'), 'viewer');
    const result = await api.remove(as('alice'), 'doc', 'user=bob');
    expect([result.statusCode, result.body]).toEqual([204, undefined]);
    await expect(api.world.tryToMint('doc', 'bob')).resolves.toMatchObject({ reason: 'no-grant' });
    expect(api.world.lines.join('')).not.toContain('cannot be read');
    expect(principalsOf(await api.list(as('alice'), 'doc'))).toEqual([{ user: 'alice' }]);
    const tombstone = await itemOf(user('bob'));
    expect(tombstone).toMatchObject({ removed: true, ttl: NOON + 24 * HOUR });
    expect(tombstone).not.toHaveProperty('principal');
    expect(tombstone).not.toHaveProperty('role');
    const again = await api.remove(as('alice'), 'doc', 'user=bob');
    expect(problemIn(again)).toMatchObject({ status: 404, type: 'urn:layermint:problem:no-such-grant' });
  });

  test('of an expired grant finds none', async () => {
    await have(user('bob'), 'viewer', { expiresAt: NOON });
    expect((await api.remove(BACKEND, 'doc', 'user=bob')).statusCode).toBe(404);
  });

  test('of all grants needs the scope, also from an owner', async () => {
    await ownedByAlice();
    expect(problemIn(await api.remove(as('alice'), 'doc', 'all'))).toMatchObject({ status: 403 });
    expect(principalsOf(await api.list(as('alice'), 'doc'))).toHaveLength(1);
  });

  test('of all grants leaves none, however many there are, and nothing of another document', async () => {
    const users = Array.from({ length: 230 }, (_, number) => user(`user-${number}`));
    await Promise.all(users.map((principal) => have(principal, 'viewer')));
    await api.world.table.put({
      pk: 'DOC#doc',
      sk: 'GRANT#USER#unreadable',
      role: 7,
      principal: 'USER#unreadable',
    });
    await api.world.grant('other', user('bob'), 'viewer');
    expect((await api.remove(BACKEND, 'doc', 'all')).statusCode).toBe(204);
    expect(grantsIn(await api.list(BACKEND, 'doc')).grants).toEqual([]);
    expect(await itemOf(user('unreadable'))).toMatchObject({ removed: true });
    expect(grantsIn(await api.list(BACKEND, 'other')).grants).toHaveLength(1);
    expect((await api.remove(BACKEND, 'doc', 'all')).statusCode).toBe(204);
  });

  test.each(['all=true', 'all&user=bob', 'everyone&all', 'ALL'])('with %s removes nothing', async (query) => {
    await ownedByAlice();
    expect((await api.remove(BACKEND, 'doc', query)).statusCode).toBe(400);
    expect(await itemOf(user('alice'))).toMatchObject({ role: 'owner' });
  });

  test('of all grants does not overlook a precondition', async () => {
    await ownedByAlice();
    expect((await api.remove(BACKEND, 'doc', 'all', { 'if-match': '*' })).statusCode).toBe(412);
  });
});

describe('a removed grant', () => {
  test('is not resurrected by a request with its old ETag', async () => {
    await ownedByAlice();
    const known = headerIn(await api.put(as('alice'), 'doc', 'user=bob', { role: 'editor' }), 'etag');
    await api.remove(as('alice'), 'doc', 'user=bob');
    const tombstone = `"${String((await itemOf(user('bob')))?.['etag'])}"`;
    for (const etag of [known, tombstone, '*']) {
      const result = await api.put(as('alice'), 'doc', 'user=bob', { role: 'editor' }, { 'if-match': etag });
      expect(problemIn(result)).toMatchObject({
        status: 412,
        type: 'urn:layermint:problem:precondition-failed',
      });
    }
  });

  test('makes room for a new one, which every list shows again', async () => {
    await ownedByAlice();
    await have(user('bob'), 'viewer');
    await api.remove(as('alice'), 'doc', 'user=bob');
    const result = await api.put(
      as('alice'),
      'doc',
      'user=bob',
      { role: 'viewer' },
      { 'if-none-match': '*' },
    );
    expect(result.statusCode).toBe(201);
    expect((await api.world.mint('doc', 'bob')).permissions).toContain('read-document');
  });
});
