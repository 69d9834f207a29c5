import { beforeEach, describe, expect, test } from '@jest/globals';
import { decisionsRoute } from '../../../../../../tools/local/stack/console-data/decisions-route.ts';
import type { HttpRequest } from '../../../../../../tools/local/stand-ins/api-gateway/index.ts';

const recordOf = (id: string, data: object) => ({
  ...{ specversion: '1.0', id, source: '/layermint/local', type: 'layermint.token.refused' },
  ...{ time: '2026-01-31T12:00:00.000Z', subject: 'contract', data },
});

let lines: string[];

beforeEach(() => {
  lines = ['bob', 'carol'].map((userId) =>
    JSON.stringify(recordOf(userId, { userId, reason: 'not-granted' })),
  );
});

const JSON_ASKED: HttpRequest['headers'] = [['Accept', 'application/json']];

const get = (target: string, headers: HttpRequest['headers'] = [], sourceIp = '127.0.0.1', method = 'GET') =>
  decisionsRoute(() => lines)({
    ...{ method, target, protocol: 'HTTP/1.1', body: undefined, sourceIp },
    headers: headers.some(([name]) => name === 'Host') ? headers : [['Host', '127.0.0.1:4747'], ...headers],
  });

test('A program gets the records as they were written, which no cache may store', async () => {
  const answer = await get('/local/decisions', JSON_ASKED);
  expect(answer).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } });
  expect(JSON.parse(String(answer?.body))).toEqual({
    records: ['carol', 'bob'].map((userId) => recordOf(userId, { userId, reason: 'not-granted' })),
  });
});

test('A terminal gets a line for each record, and no escape sequence of a user id', async () => {
  lines.push(JSON.stringify(recordOf('c', { userId: '\u001b[31mred\u202e' })));
  const answer = await get('/local/decisions?limit=2');
  const [first = '', second = '', more = ''] = String(answer?.body).split('\n');
  expect(first).toBe('2026-01-31 12:00:00 UTC  token.refused  "\\u001b[31mred\\u{202e}"  contract');
  expect(second).toBe('2026-01-31 12:00:00 UTC  token.refused  carol  contract  not-granted');
  expect(more).toBe('More: /local/decisions?limit=2&cursor=%2Flayermint%2Flocal+carol');
});

test('A user id that reads like a whole line stays in quotation marks', async () => {
  lines = ['alice  payroll', 'alice\u00ad'].map((userId) => JSON.stringify(recordOf(userId, { userId })));
  expect((await get('/local/decisions'))?.body).toBe(
    '2026-01-31 12:00:00 UTC  token.refused  "alice\\u{ad}"  contract\n' +
      '2026-01-31 12:00:00 UTC  token.refused  "alice  payroll"  contract\n',
  );
});

test('The line of a grant says who got what, and who gave it', async () => {
  const grant = { callerId: 'alice', principal: 'user', name: 'dave', role: 'viewer' };
  lines = [JSON.stringify({ ...recordOf('a', grant), type: 'layermint.grant.set' })];
  expect((await get('/local/decisions'))?.body).toBe(
    '2026-01-31 12:00:00 UTC  grant.set  user  dave  viewer  contract  by alice\n',
  );
});

test('The next page keeps the filters, so that it shows no other document and no other user', async () => {
  lines.push(JSON.stringify(recordOf('again', { userId: 'bob' })));
  const { body } = (await get('/local/decisions?user=bob&document=contract&limit=1')) ?? {};
  const more = /^More: (.*)$/m.exec(String(body))?.[1] ?? '';
  expect((await get(more))?.body).toBe(
    '2026-01-31 12:00:00 UTC  token.refused  bob  contract  not-granted\n',
  );
});

test('A stack without a record says so', async () => {
  lines = [];
  expect((await get('/local/decisions'))?.body).toBe('No audit record was found.\n');
  expect((await get('/local/decisions', JSON_ASKED))?.body).toBe('{"records":[]}');
});

test('Filters and pages are taken from the query', async () => {
  const idsIn = async (query: string): Promise<unknown> =>
    JSON.parse(String((await get(`/local/decisions?${query}`, JSON_ASKED))?.body));
  expect(await idsIn('user=bob')).toMatchObject({ records: [{ id: 'bob' }] });
  expect(await idsIn('document=plan')).toEqual({ records: [] });
  const page = await idsIn('limit=1');
  expect(page).toMatchObject({ records: [{ id: 'carol' }], nextCursor: '/layermint/local carol' });
  expect(await idsIn('limit=1&cursor=%2Flayermint%2Flocal%20carol')).toMatchObject({
    records: [{ id: 'bob' }],
  });
});

test.each(['limit=0', 'limit=201', 'limit=x', 'users=bob', 'user=a&user=b', `user=${'x'.repeat(1025)}`])(
  'The query %s is refused with the way to ask',
  async (query) => {
    expect(await get(`/local/decisions?${query}`)).toMatchObject({ status: 400 });
  },
);

describe('nobody else reads the records', () => {
  test.each<readonly [string, HttpRequest['headers'], string]>([
    ['a page of another site', [['Origin', 'https://evil.example']], '127.0.0.1'],
    ['a page whose name was pointed at this machine', [['Host', 'evil.example:4747']], '127.0.0.1'],
    ['another machine of the network', [['Host', '192.168.1.5:4747']], '192.168.1.7'],
  ])('not %s', async (_name, headers, sourceIp) => {
    const answer = await get('/local/decisions', headers, sourceIp);
    expect(answer?.status).toBe(403);
    expect(String(answer?.body)).not.toContain('carol');
  });
});

test('Other paths and methods are left to the next route', async () => {
  expect(await get('/local/decisions/x')).toBeUndefined();
  expect(await get('/local/decisions', [], '127.0.0.1', 'POST')).toBeUndefined();
});
