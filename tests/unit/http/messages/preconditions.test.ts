import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Principal } from '../../../../lib/identity/index.ts';
import { grantKey } from '../../../../lib/table/index.ts';
import { BACKEND, grantIn, GrantsApi, headerIn } from '../../../support/grants/grants-api.ts';
import { user } from '../../../support/grants/grants.ts';
import { problemIn } from '../../../support/http/events.ts';

let api: GrantsApi;

beforeEach(async () => {
  api = await GrantsApi.open();
});

afterEach(async () => {
  await api.close();
});

const itemOf = async (principal: Principal): Promise<Readonly<Record<string, unknown>> | undefined> =>
  (await api.world.table.batchGet([grantKey('doc', principal)]))[0];

describe('If-Match and If-None-Match', () => {
  let etag: string;

  beforeEach(async () => {
    etag = headerIn(await api.put(BACKEND, 'doc', 'user=bob', { role: 'viewer' }), 'etag');
  });

  test('let a change through that has the present ETag', async () => {
    const result = await api.put(BACKEND, 'doc', 'user=bob', { role: 'editor' }, { 'if-match': etag });
    expect(result.statusCode).toBe(200);
    const bare = grantIn(result).etag;
    expect((await api.remove(BACKEND, 'doc', 'user=bob', { 'if-match': bare })).statusCode).toBe(204);
  });

  test('keep a stale change from overwriting a newer one', async () => {
    await api.put(BACKEND, 'doc', 'user=bob', { role: 'editor' }, { 'if-match': etag });
    const put = await api.put(BACKEND, 'doc', 'user=bob', { role: 'owner' }, { 'if-match': etag });
    const removed = await api.remove(BACKEND, 'doc', 'user=bob', { 'if-match': etag });
    expect([put.statusCode, removed.statusCode]).toEqual([412, 412]);
    expect(await itemOf(user('bob'))).toMatchObject({ role: 'editor' });
  });

  test('let only one of two changes at the same moment through', async () => {
    const changes = ['editor', 'owner', 'annotator', 'commenter'].map((role) =>
      api.put(BACKEND, 'doc', 'user=bob', { role }, { 'if-match': etag }),
    );
    const statuses = (await Promise.all(changes)).map(({ statusCode }) => statusCode);
    expect(statuses.sort()).toEqual([200, 412, 412, 412]);
  });

  test('let only one of two creations at the same moment through', async () => {
    const creations = ['editor', 'owner'].map((role) =>
      api.put(BACKEND, 'doc', 'user=new', { role }, { 'if-none-match': '*' }),
    );
    const statuses = (await Promise.all(creations)).map(({ statusCode }) => statusCode);
    expect(statuses.sort()).toEqual([201, 412]);
  });

  test.each([
    ['a missing grant', 'user=zoe', { 'if-match': '*' }],
    ['a grant that must not exist', 'user=bob', { 'if-none-match': '*' }],
    ['a weak tag', 'user=bob', { 'if-match': 'W/TAG' }],
    ['none of several tags', 'user=bob', { 'if-match': '"a", "b"' }],
    ['a tag that must not match', 'user=bob', { 'if-none-match': '"a", W/TAG' }],
  ])('stop a change to %s', async (_, query, headers) => {
    const filled = Object.entries(headers).map(([name, value]) => [name, value.replace('TAG', etag)]);
    const sent = Object.fromEntries(filled) as Record<string, string>;
    expect((await api.put(BACKEND, 'doc', query, { role: 'editor' }, sent)).statusCode).toBe(412);
  });

  test.each([
    ['if-match', 'If-Match'],
    ['if-none-match', 'If-None-Match'],
  ])('of %s that are not a list of tags are refused by the name of the header', async (header, name) => {
    const result = await api.put(BACKEND, 'doc', 'user=bob', { role: 'editor' }, { [header]: '"open' });
    expect(problemIn(result).detail).toBe(
      `The header ${name} must be "*" or the ETag of the grant, in quotes.`,
    );
  });

  test.each(['', '"open', 'a b', '"a" "b"', '*, "a"'])(
    'of %j are refused rather than ignored',
    async (value) => {
      const result = await api.put(BACKEND, 'doc', 'user=bob', { role: 'editor' }, { 'if-match': value });
      expect(result.statusCode).toBe(400);
    },
  );
});
