import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { systemClock } from '../../../../../lib/runtime/clock.ts';
import {
  CALLER_TOKEN_LIFE,
  startIssuer,
  type Issuer,
} from '../../../../../tools/local/stand-ins/issuer/index.ts';

const CALLERS = [
  { userId: 'alice', groups: [] },
  { userId: 'bob', groups: [] },
  { userId: 'backend', groups: [], scopes: ['layermint/grants'] },
  { userId: 'prober', groups: [], scopes: [], clientSecret: 'its own' },
];

let issuer: Issuer;

beforeAll(async () => {
  issuer = await startIssuer(CALLERS, 'layermint', systemClock, 'the secret');
});

afterAll(async () => {
  await issuer.close();
});

const ask = (form: Record<string, string>): Promise<Response> =>
  fetch(issuer.tokenEndpoint, { method: 'POST', body: new URLSearchParams(form) });

test.each([
  ['a user that does not exist', { grant_type: 'password', username: 'nobody' }, 'must be alice or bob;'],
  [
    'the secret of an earlier start',
    { grant_type: 'client_credentials', client_id: 'backend', client_secret: 'former' },
    'must be the text of node_modules/.cache/layermint/running/PORT.client-secret, in the folder in which npm start runs',
  ],
  [
    'another kind of grant',
    { grant_type: 'refresh_token', username: 'alice' },
    'The grant_type must be password for a user, or client_credentials for a backend.',
  ],
])('A sign-in with %s is refused, and the answer says how to do it', async (_what, form, remedy) => {
  const answer = await ask(form);
  expect(answer.status).toBe(400);
  expect(await answer.json()).toEqual({
    error: 'invalid_grant',
    error_description: expect.stringContaining(remedy),
  });
});

test('A backend with a secret of its own gets a token by that alone, and the secret opens no other', async () => {
  const statusOf = async (client_id: string, client_secret: string): Promise<number> =>
    (await ask({ grant_type: 'client_credentials', client_id, client_secret })).status;
  expect(await statusOf('prober', 'its own')).toBe(200);
  expect(await statusOf('prober', 'the secret')).toBe(400);
  expect(await statusOf('backend', 'its own')).toBe(400);
  expect(await statusOf('backend', 'the secret')).toBe(200);
});

test('A refusal names no backend whose secret lies elsewhere', async () => {
  const answer = await ask({ grant_type: 'client_credentials', client_id: 'x', client_secret: 'y' });
  expect(await answer.text()).toContain('The client_id must be backend. ');
});

test('A token can be made as of an earlier moment', async () => {
  const token = await issuer.tokenFor({ userId: 'alice', groups: [] }, 1_000_000);
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as object;
  expect(claims).toMatchObject({ iat: 1_000_000, exp: 1_000_000 + CALLER_TOKEN_LIFE });
});

test('An issuer that fails answers 503 to everything, until it is repaired; its tokens can still be made', async () => {
  const end = issuer.fail();
  const statuses = async (): Promise<number[]> => {
    const answers = [fetch(`${issuer.url}/jwks`), ask({ grant_type: 'password', username: 'alice' })];
    return Promise.all(answers.map(async (answer) => (await answer).status));
  };
  expect(await statuses()).toEqual([503, 503]);
  expect(await issuer.tokenFor({ userId: 'alice', groups: [] })).toMatch(/^eyJ/);
  end();
  expect(await statuses()).toEqual([200, 200]);
});
