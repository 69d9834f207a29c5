import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { systemClock } from '../../../../../lib/runtime/clock.ts';
import { startIssuer, type Issuer } from '../../../../../tools/local/stand-ins/issuer/index.ts';

const CALLERS = [
  { userId: 'alice', groups: [] },
  { userId: 'bob', groups: [] },
  { userId: 'backend', groups: [], scopes: ['layermint/grants'] },
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
