import { describe, expect, test } from '@jest/globals';
import { grantKey } from '../../../lib/table/index.ts';
import { grant, user } from '../../support/grants/grants.ts';
import { problemIn } from '../../support/http/events.ts';
import { attempt, EVERYONE_EDITS } from '../../support/tokens/mint-attempt.ts';
import { tableOf } from '../../support/tokens/minting.ts';

const DOC = { documentId: 'doc' };

describe('probing', () => {
  test('whether a document exists: without a grant the answer is the same', async () => {
    const one = await attempt([grant(user('bob'), 'owner')], { body: DOC });
    const other = await attempt([], { body: { documentId: 'no-such-document' } });
    expect(one.result).toEqual(other.result);
  });

  test('tokens, claims and bodies from the log', async () => {
    const claims = { sub: 'alice', 'cognito:groups': ['staff'], email: 'alice@example.com' };
    const mistaken = { documentId: 'doc', layer: 7, permissions: ['hunter2'] };
    for (const body of [DOC, mistaken, '{"hunter2']) {
      const { result, world } = await attempt([EVERYONE_EDITS], { claims, body });
      const log = world.lines.join('');
      expect(log).toContain('request-1');
      for (const secret of ['eyJ', 'hunter2', 'alice@example.com', 'staff'])
        expect(log).not.toContain(secret);
      if (result.statusCode !== 201) expect(result.body).not.toContain('hunter2');
    }
  });

  test('the token of another caller, from a cache', async () => {
    const { result } = await attempt([EVERYONE_EDITS], { body: DOC });
    expect(result.headers).toMatchObject({ 'cache-control': 'no-store' });
  });

  test('why a grant item cannot be read', async () => {
    const table = await tableOf({});
    table.store({ ...grantKey('doc', user('alice')), role: { secret: 'hunter2' } });
    const { result, world } = await attempt([], { body: DOC }, { table });
    expect(problemIn(result)).toMatchObject({ status: 403 });
    expect(world.lines.join('')).not.toContain('hunter2');
  });
});
