import { beforeEach, describe, expect, test } from '@jest/globals';
import {
  DocumentEngineRefusalError,
  DocumentEngineUnavailableError,
} from '../../../../lib/document-engine/index.ts';
import { GrantStore } from '../../../../lib/grants/index.ts';
import { removeGrantsHandler } from '../../../../lib/http/routes/grants/remove-grants.ts';
import { setGrantHandler } from '../../../../lib/http/routes/grants/set-grant.ts';
import { MINUTE } from '../../../../lib/runtime/time.ts';
import { as, BACKEND, type Claims } from '../../../support/grants/grants-api.ts';
import { EVERYONE, user } from '../../../support/grants/grants.ts';
import { apiEvent, lambdaContext } from '../../../support/http/events.ts';
import { REVOKER, RevocationsApi } from '../../../support/revocation/revocations-api.ts';
import { Revoking } from '../../../support/revocation/revoking.ts';
import { world } from '../../../support/world/world.ts';

describe('a change of a grant has exactly one record:', () => {
  const revoking = new Revoking();
  const { table, clock, log, audit } = revoking;
  const dependencies = {
    ...world({ table, clock, log, audit }),
    store: new GrantStore(table),
    revocation: revoking,
  };
  const call = async (
    method: 'PUT' | 'DELETE',
    claims: Claims,
    rawQueryString: string,
    { body, headers = {} }: { body?: unknown; headers?: Record<string, string> } = {},
  ) => {
    revoking.records.length = 0;
    const parts = { claims, body, headers, route: `${method} /v1/documents/{documentId}/grants` };
    const event = { ...apiEvent(parts), rawQueryString, pathParameters: { documentId: 'doc' } };
    const handler = method === 'PUT' ? setGrantHandler(dependencies) : removeGrantsHandler(dependencies);
    const { statusCode } = await handler(event, lambdaContext());
    return { statusCode, records: [...revoking.records] };
  };
  const OF_APP = { ...BACKEND, client_id: 'app-7' };
  const by = { requestId: 'request-1', callerId: 'backend', clientId: 'app-7', documentId: 'doc' };

  // In this order: each step finds the grants that the steps before it left.
  test.each([
    [
      'the first grant',
      'PUT',
      OF_APP,
      'user=alice',
      { role: 'owner' },
      201,
      'grant.set',
      { ...by, change: 'set', principal: 'user', name: 'alice', role: 'owner' },
    ],
    ['the same grant again', 'PUT', OF_APP, 'user=alice', { role: 'owner' }, 200, undefined, {}],
    [
      'one for everyone',
      'PUT',
      OF_APP,
      'everyone',
      { role: 'editor' },
      201,
      'grant.set',
      { principal: 'everyone', role: 'editor' },
    ],
    [
      'a narrower one in its place',
      'PUT',
      as('alice'),
      'everyone',
      { role: 'viewer' },
      200,
      'grant.set',
      { callerId: 'alice', role: 'viewer', before: { role: 'editor', grantedBy: 'backend' } },
    ],
    [
      'a set by a caller without a right',
      'PUT',
      as('bob'),
      'user=bob',
      { role: 'owner' },
      403,
      'grant.change-refused',
      { callerId: 'bob', change: 'set', name: 'bob', role: 'owner', reason: 'not-granted' },
    ],
    [
      'a removal by a caller without a right',
      'DELETE',
      as('bob'),
      'user=alice',
      undefined,
      403,
      'grant.change-refused',
      { callerId: 'bob', change: 'removed', name: 'alice', reason: 'not-granted' },
    ],
    [
      'the removal of all without the scope',
      'DELETE',
      as('alice'),
      'all',
      undefined,
      403,
      'grant.change-refused',
      { change: 'removed', principal: 'all', reason: 'scope-missing' },
    ],
    [
      'the removal of the last owner',
      'DELETE',
      as('alice'),
      'user=alice',
      undefined,
      409,
      'grant.change-refused',
      { reason: 'last-owner' },
    ],
    [
      'a removal',
      'DELETE',
      as('alice'),
      'everyone',
      undefined,
      204,
      'grant.removed',
      { principal: 'everyone', before: { role: 'viewer', grantedBy: 'alice' } },
    ],
    [
      'the removal of all',
      'DELETE',
      OF_APP,
      'all',
      undefined,
      204,
      'grant.removed',
      { principal: 'all', count: 1, removed: [{ principal: 'user', name: 'alice', role: 'owner' }] },
    ],
    ['a wrong request', 'PUT', OF_APP, 'user=alice', { role: 7 }, 400, undefined, {}],
  ] as const)('%s', async (_name, method, claims, query, body, status, type, data) => {
    const { statusCode, records } = await call(method, claims, query, { body });

    expect(statusCode).toBe(status);
    const expected = type === undefined ? [] : [{ type, id: 'request-1/0', subject: 'doc', data }];
    expect(records).toMatchObject(expected);
    expect(records).toHaveLength(expected.length);
  });
});

describe('a revocation', () => {
  let api: RevocationsApi;
  beforeEach(async () => {
    api = new RevocationsApi();
    await api.grant(EVERYONE, 'viewer');
    await api.grant(user('olivia'), 'owner');
  });

  const revocation = async (claims: Claims, body: unknown) => {
    const { statusCode } = await api.revoke(claims, body);
    return { statusCode, records: [...api.revoking.records] };
  };

  test('has one record of the request, without the text of its reason, and one for each family that Document Engine confirms', async () => {
    const { family } = await api.mint('bob');
    api.revoking.records.length = 0;
    const { statusCode, records } = await revocation(REVOKER, { userId: 'bob', reason: 'left the company' });

    expect(statusCode).toBe(200);
    expect(records).toMatchObject([
      {
        type: 'revocation.requested',
        data: { callerId: 'backend', userId: 'bob', reasonGiven: true, revocationId: expect.any(String) },
      },
      { type: 'revocation.confirmed', subject: 'contract', data: { userId: 'bob', family } },
    ]);
    expect(records).toHaveLength(2);
    expect(JSON.stringify(records)).not.toContain('left the company');
  });

  test('that is refused has one record with the reason', async () => {
    const { statusCode, records } = await revocation(as('mallory'), { userId: 'bob' });
    expect(statusCode).toBe(403);
    expect(records).toMatchObject([
      {
        type: 'revocation.request-refused',
        data: { callerId: 'mallory', userId: 'bob', reason: 'not-granted' },
      },
    ]);
    expect(records).toHaveLength(1);
  });

  test('of everyone says so', async () => {
    const { records } = await revocation(as('olivia'), { documentId: 'contract', everyone: true });
    expect(records).toMatchObject([{ subject: 'contract', data: { callerId: 'olivia', everyone: true } }]);
    expect(records).toHaveLength(1);
  });

  test('has no confirmation while Document Engine does not answer, and one when it does', async () => {
    await api.mint('bob');
    const { answer } = api.revoking;
    api.revoking.answer = () => {
      throw new DocumentEngineUnavailableError('POST /api/revoke', 'it is away');
    };
    await revocation(as('bob'), {});
    expect(api.revoking.records.map(({ type }) => type)).toEqual(['revocation.requested']);

    api.revoking.answer = answer;
    await api.sweep(MINUTE * 1000);
    await api.sweep(MINUTE * 1000);
    expect(api.revoking.records.map(({ type }) => type)).toEqual([
      'revocation.requested',
      'revocation.confirmed',
    ]);
  });

  test('that Document Engine refuses has a record of that', async () => {
    await api.mint('bob');
    api.revoking.answer = () => {
      throw new DocumentEngineRefusalError('POST /api/revoke', 400);
    };
    await revocation(as('bob'), {});
    expect(api.revoking.records.map(({ type }) => type)).toEqual([
      'revocation.requested',
      'revocation.refused',
    ]);
  });
});
