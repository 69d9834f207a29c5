import { describe, expect, test } from '@jest/globals';
import { callerFrom } from '../../../../../lib/http/authentication/caller.ts';
import { getCallerHandler } from '../../../../../lib/http/routes/callers/get-caller.ts';
import { CallerAnswer } from '../../../../../lib/http/routes/callers/schemas.ts';
import { type ApiResult } from '../../../../../lib/http/routes/route.ts';
import type { CallerRules } from '../../../../../lib/identity/index.ts';
import { createLogger } from '../../../../../lib/runtime/log.ts';
import { apiEvent, lambdaContext, problemIn, type RequestParts } from '../../../../support/http/events.ts';
import { COGNITO_CALLERS } from '../../../../support/identity/cognito-callers.ts';
import { NOON } from '../../../../support/runtime/clock.ts';

type Claims = Readonly<Record<string, unknown>>;

const ISSUED = { iss: 'https://issuer.example.com', exp: NOON + 3600 };

const lines: string[] = [];

async function ask(
  claims: Claims | null,
  callers: CallerRules = COGNITO_CALLERS,
  parts: RequestParts = {},
): Promise<ApiResult> {
  lines.length = 0;
  const handler = getCallerHandler({ callers, log: createLogger('debug', (line) => lines.push(line)) });
  const sent = claims && { ...ISSUED, ...claims };
  return handler(apiEvent({ route: 'GET /v1/caller', claims: sent, ...parts }), lambdaContext());
}

const answerTo = async (claims: Claims, callers?: CallerRules) =>
  CallerAnswer.parse(JSON.parse((await ask(claims, callers)).body ?? ''));

const HOSTILE = '<img src=x onerror="alert(1)">\u2028';

describe('GET /v1/caller', () => {
  test('answers the claims as the service reads them, which no cache may store', async () => {
    const answer = await ask({
      sub: 'alice',
      name: 'Alice',
      client_id: 'app',
      'cognito:groups': ['staff', 'staff', 'a b'],
      scope: 'openid layermint/grants',
    });
    expect(answer).toMatchObject({ statusCode: 200, headers: { 'cache-control': 'no-store' } });
    expect(JSON.parse(answer.body ?? '')).toEqual({
      userId: 'alice',
      name: 'Alice',
      clientId: 'app',
      groups: ['staff', 'a b'],
      scopes: ['openid', 'layermint/grants'],
      issuer: 'https://issuer.example.com',
      expiresAt: '2026-01-31T13:00:00Z',
      unread: [],
    });
  });

  test('leaves out what a token does not tell, and finds nothing unread in empty claims', async () => {
    const claims = { sub: 'alice', name: '', scope: null, scp: [], 'cognito:groups': null };
    expect(await answerTo(claims)).toEqual({
      userId: 'alice',
      groups: [],
      scopes: [],
      issuer: ISSUED.iss,
      expiresAt: '2026-01-31T13:00:00Z',
      unread: [],
    });
  });

  test('reads exactly the user, the groups and the scopes with which minting decides', async () => {
    const claims = {
      sub: HOSTILE,
      name: HOSTILE,
      azp: HOSTILE,
      'cognito:groups': `["${'g'.repeat(513)}", "staff"]`,
      scp: ['one scope', 'two'],
    };
    const callers = { ...COGNITO_CALLERS, backends: new Map([[HOSTILE, ['layermint/grants']]]) };
    const { subject, scopes, clientId } = callerFrom({ ...ISSUED, ...claims }, callers);
    expect(await answerTo(claims, callers)).toMatchObject({
      ...subject,
      clientId,
      scopes: [...scopes],
    });
    expect(subject.groups).toEqual(['staff']);
  });

  test("names the groups that Entra left out for the token's length", async () => {
    const callers = { ...COGNITO_CALLERS, claims: { ...COGNITO_CALLERS.claims, groups: 'groups' } };
    for (const overage of [{ _claim_names: { groups: 'src1' } }, { hasgroups: true }]) {
      const { groups, unread } = await answerTo({ sub: 'alice', ...overage }, callers);
      expect(groups).toEqual([]);
      expect(unread).toEqual([{ claim: 'groups', reason: 'left-out' }]);
      expect(lines.join('')).toContain('GroupsUnreadable');
    }
  });

  test('names each claim whose shape it does not read', async () => {
    const claims = { sub: 'alice', name: 'x'.repeat(513), 'cognito:groups': ['a', 7], scope: 7, scp: [{}] };
    const { unread, ...read } = await answerTo(claims);
    expect(read).toMatchObject({ groups: [], scopes: [] });
    expect(read).not.toHaveProperty('name');
    expect(unread).toEqual(
      ['cognito:groups', 'name', 'scope', 'scp'].map((claim) => ({ claim, reason: 'shape' })),
    );
  });

  test('writes an expiry with a fraction, and one that no date can have', async () => {
    expect((await answerTo({ sub: 'alice', exp: NOON + 0.7 })).expiresAt).toBe('2026-01-31T12:00:00Z');
    expect((await answerTo({ sub: 'alice', exp: 1e300 })).expiresAt).toBe('9999-12-31T23:59:59Z');
  });

  test('refuses a request without the authorizer, and one whose bearer is not the verified token', async () => {
    expect(problemIn(await ask(null))).toMatchObject({ status: 401 });
    const other = await ask({ sub: 'alice' }, COGNITO_CALLERS, { verified: { ...ISSUED, sub: 'bob' } });
    expect(problemIn(other)).toMatchObject({ status: 401 });
  });

  test('refuses a verified token that tells no issuer', async () => {
    expect(problemIn(await ask({ sub: 'alice', iss: undefined }))).toMatchObject({ status: 401 });
  });

  test('says why it takes the caller for nobody', async () => {
    const problem = problemIn(await ask({ sub: ['alice'] }));
    expect(problem).toMatchObject({ status: 403, type: 'urn:layermint:problem:caller-not-identified' });
    expect(problem.detail).toContain('"sub"');
  });

  test('logs the user id and the number of groups, and no other claim', async () => {
    await ask({
      sub: 'alice',
      name: 'Alice Archer',
      'cognito:groups': ['secret-group'],
      client_id: 'the-app',
    });
    expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
      { operation: 'getCaller', userId: 'alice', groups: 1, status: 200 },
    ]);
    expect(lines.join('')).not.toMatch(/Archer|secret-group|the-app/);
  });
});
