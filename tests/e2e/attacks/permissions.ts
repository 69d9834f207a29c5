import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GrantStore } from '../../../lib/grants/index.ts';
import { systemClock } from '../../../lib/runtime/clock.ts';
import { Table } from '../../../lib/table/index.ts';
import { grant, user } from '../../support/grants/grants.ts';
import {
  CONTRACT,
  expectRefused,
  give,
  jwtIn,
  mint,
  open,
  Opened,
  PLAN,
  seconds,
  send,
  signed,
  stack,
} from '../../support/local-stack/stack-under-attack.ts';

describe('more than any one grant allows', () => {
  const VIEWS = ['annotations:view:all', 'comments:view:all', 'form-fields:view:all'];

  test('a viewer and a commenter, merged to an editor', async () => {
    await give(PLAN, 'user=vera', { role: 'viewer' });
    await give(PLAN, 'group=commenters', { role: 'commenter' });
    const both = await signed({ sub: 'vera', 'cognito:groups': ['commenters'] });
    const opened = await open(jwtIn(await mint(both, { documentId: PLAN })), PLAN);
    expect(opened).toEqual({
      userId: 'vera',
      permissions: ['read-document', 'write', 'cover-image'],
      collaborationPermissions: expect.arrayContaining(VIEWS),
    });
    const { collaborationPermissions = [] } = Opened.parse(opened);
    const beyond = collaborationPermissions.filter(
      (it) => /:(edit|delete|fill|set-group):/.test(it) && !it.endsWith(':self'),
    );
    expect(beyond).toEqual([]);
    expectRefused(await mint(both, { documentId: PLAN, permissions: ['download'] }), 403);
  });

  test.each([
    'commenters editors',
    '[editors]',
    'editors]',
    'x] [editors',
    'x,editors',
    '"editors"',
    'Editors',
    'editors\u200b',
    'annotations:edit:all',
    'group=editors',
    '*',
  ])('a group name that could be read as another, or as a permission: %s', async (name) => {
    for (const groups of [name, [name], ['x', name]]) {
      const token = await signed({ sub: 'gina', 'cognito:groups': groups });
      expectRefused(await mint(token, { documentId: CONTRACT }), 403);
    }
  });

  test('groups in a shape that is not read, with the name of a group inside', async () => {
    for (const groups of [[['editors']], [7, 'editors'], [{ editors: true }], '["editors", 7]', 7]) {
      const answer = await mint(await signed({ sub: 'gina', 'cognito:groups': groups }), {
        documentId: CONTRACT,
      });
      expectRefused(answer, 403);
      expect(answer.body).toContain('urn:layermint:problem:groups-not-in-token');
    }
  });

  test('an object with the name of a group below its keys, or with a group that is switched off', async () => {
    for (const groups of [
      { x: { editors: true } },
      { x: 'editors' },
      { x: ['editors'] },
      { editors: false },
    ]) {
      const token = await signed({ sub: 'gina', 'cognito:groups': groups });
      expectRefused(await mint(token, { documentId: CONTRACT }), 403);
    }
  });

  test('a user id equal or similar to the key of another principal', async () => {
    for (const sub of [
      'GROUP#editors',
      'USER#alice',
      'EVERYONE',
      'alice ',
      'Alice',
      'a\u200blice',
      '#GROUP#editors',
    ]) {
      expectRefused(await mint(await signed({ sub }), { documentId: CONTRACT }), 403);
    }
  });

  test('an expired grant that is still in the table', async () => {
    const client = new DynamoDBClient({
      endpoint: stack.dynamoDB,
      region: 'us-east-1',
      credentials: stack.awsCredentials,
    });
    const store = new GrantStore(new Table(client, 'layermint-local-Table', systemClock));
    await store.put(PLAN, grant(user('ernie'), 'owner', { layers: ['*'], expiresAt: seconds() - 1 }));
    const token = await signed({ sub: 'ernie' });
    client.destroy();

    expectRefused(await mint(token, { documentId: PLAN }), 403);
    expectRefused(
      await send({
        token,
        method: 'PUT',
        path: `/v1/documents/${PLAN}/grants?user=ernie`,
        body: { role: 'viewer' },
      }),
      403,
    );
    const { body } = await send({ token, method: 'GET', path: '/v1/documents' });
    expect(JSON.parse(body)).toEqual({ documents: [] });
    await give(PLAN, 'everyone', { role: 'thumbnail' });
    const jwt = jwtIn(await mint(token, { documentId: PLAN }));
    expect(await open(jwt, PLAN)).toBe(403);
  });

  test('a life beyond the grant', async () => {
    const expiresAt = seconds() + 120;
    await give(PLAN, 'user=tim', { role: 'viewer', expiresAt: new Date(expiresAt * 1000).toISOString() });
    const answer = await mint(await signed({ sub: 'tim' }), { documentId: PLAN, ttlSeconds: 3600 });
    const { expiresAt: until } = z.object({ expiresAt: z.string() }).parse(JSON.parse(answer.body));
    expect(Date.parse(until) / 1000).toBeLessThanOrEqual(expiresAt);
  });
});
