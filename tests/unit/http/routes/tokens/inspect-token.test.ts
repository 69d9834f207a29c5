import { describe, expect, test } from '@jest/globals';
import type * as z from 'zod';
import rolesFile from '../../../../../infra/roles/roles.json' with { type: 'json' };
import { parseRoles } from '../../../../../lib/grants/index.ts';
import { InspectAnswer } from '../../../../../lib/http/routes/tokens/inspect-schemas.ts';
import { inspectTokenHandler } from '../../../../../lib/http/routes/tokens/inspect-token.ts';
import { type ApiResult } from '../../../../../lib/http/routes/route.ts';
import { createLogger } from '../../../../../lib/runtime/log.ts';
import { growHolder } from '../../../../../lib/revocation/index.ts';
import { COGNITO_CALLERS } from '../../../../support/identity/cognito-callers.ts';
import { ManualClock, NOON } from '../../../../support/runtime/clock.ts';
import { apiEvent, lambdaContext, problemIn, type RequestParts } from '../../../../support/http/events.ts';
import { MemoryTable } from '../../../../support/table/memory-table.ts';
import { newPublishedKey, publishedItem } from '../../../../support/signing-keys/published-keys.ts';
import { encoded, signedText } from '../../../../support/signing-keys/signed-texts.ts';
import { holderKey, StoreUnavailableError } from '../../../../../lib/table/index.ts';

const { pair, published } = newPublishedKey('ES256');

const JWT = signedText(
  { alg: 'ES256', kid: 'ES256' },
  {
    document_id: 'contract',
    permissions: ['read-document'],
    user_id: 'bob',
    creator_name: 'Bob Baker',
    exp: NOON + 900,
    jti: 'a-revoked-family',
  },
  pair.privateKey,
);

let table = new MemoryTable();
const lines: string[] = [];

async function send(body: unknown, parts: RequestParts = {}, keep?: MemoryTable): Promise<ApiResult> {
  lines.length = 0;
  table = keep ?? new MemoryTable(publishedItem(published));
  const handler = inspectTokenHandler({
    table,
    roles: parseRoles(rolesFile),
    algorithm: 'ES256',
    callers: COGNITO_CALLERS,
    clock: new ManualClock(),
    log: createLogger('debug', (line) => lines.push(line)),
  });
  return handler(apiEvent({ route: 'POST /v1/tokens/inspect', body, ...parts }), lambdaContext());
}

const answerIn = (result: ApiResult): z.output<typeof InspectAnswer> =>
  InspectAnswer.parse(JSON.parse(result.body ?? ''));

describe('POST /v1/tokens/inspect', () => {
  test('answers the verdict of every rule, which no cache may store', async () => {
    const answer = await send({ jwt: JWT });
    expect(answer).toMatchObject({ statusCode: 200, headers: { 'cache-control': 'no-store' } });
    const { accepted, checks, header, claims } = answerIn(answer);
    expect(accepted).toBe(true);
    expect(header).toEqual({ alg: 'ES256', kid: 'ES256' });
    expect(claims).toMatchObject({ document_id: 'contract', user_id: 'bob' });
    expect(checks.length).toBeGreaterThan(20);
  });

  test('asks whether the token opens a document and a layer', async () => {
    const { accepted, checks } = answerIn(await send({ jwt: JWT, documentId: 'plan', layer: '' }));
    expect(accepted).toBe(false);
    expect(checks.filter(({ rule }) => rule.endsWith('asked-for'))).toMatchObject([
      { rule: 'document-asked-for', ok: false, expected: '"plan"', actual: '"contract"' },
      { rule: 'layer-asked-for', ok: true, expected: '""', actual: '""' },
    ]);
  });

  test.each([
    ['nothing', ''],
    ['dots', '.'.repeat(15_000)],
    ['a lone surrogate', '\ud800.\udfff.\ud800'],
    ['nulls', '\u0000.\u0000.\u0000'],
    [
      'deep lists',
      `${encoded({ alg: 'ES256' })}.${encoded(`{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`)}.AA`,
    ],
    [
      '2500 collaboration permissions',
      `e30.${encoded({ collaboration_permissions: Array.from({ length: 2500 }, () => 'a') })}.AA`,
    ],
    [
      'members of every prototype',
      `e30.${encoded('{"__proto__":1,"constructor":1,"toString":1,"hasOwnProperty":1}')}.AA`,
    ],
    ['an infinite number', `e30.${encoded('{"exp":1e999,"nbf":-1e999,"iat":1e-999}')}.AA`],
  ])('gives %s a result', async (_what, jwt) => {
    const answer = await send({ jwt });
    expect(answer.statusCode).toBe(200);
    expect(answerIn(answer).accepted).toBe(false);
  });

  test.each([
    ['no token', {}, '#/jwt'],
    ['a token that is not a string', { jwt: { header: {} } }, '#/jwt'],
    ['an invalid document id', { jwt: JWT, documentId: 'a/b' }, '#/documentId'],
    ['an invalid layer', { jwt: JWT, layer: '*' }, '#/layer'],
    ['another member', { jwt: JWT, userId: 'bob' }, '#/userId'],
  ])('refuses %s', async (_what, body, pointer) => {
    expect(problemIn(await send(body))).toMatchObject({ status: 400, errors: [{ pointer }] });
  });

  test('refuses more than 16 KB unread', async () => {
    expect((await send({ jwt: 'x'.repeat(16 * 1024) })).statusCode).toBe(413);
    expect(table.calls).toEqual([]);
  });

  test('needs an authorizer, like every route', async () => {
    expect((await send({ jwt: JWT }, { claims: null })).statusCode).toBe(401);
  });

  test('shows a revocation to the scope layermint/revocations, and to no word that contains it', async () => {
    const ofBob = new MemoryTable(publishedItem(published));
    const need = { expiresAt: NOON + 900, builtFrom: new Set(['USER#bob']) };
    await growHolder(ofBob, holderKey('contract', 'bob'), undefined, need, NOON * 1000);
    const accepted = async (claims: Record<string, unknown>): Promise<boolean> =>
      answerIn(await send({ jwt: JWT }, { claims }, ofBob)).accepted;
    expect(await accepted({ sub: 'admin', scope: 'openid layermint/revocations' })).toBe(false);
    expect(await accepted({ sub: 'bob' })).toBe(false);
    expect(await accepted({ sub: 'mallory', scope: 'layermint/revocations-read' })).toBe(true);
  });

  test('answers 503 while the table does not answer', async () => {
    const failing = new MemoryTable();
    failing.before = () => {
      throw new StoreUnavailableError('DynamoDB did not serve the table');
    };
    const answer = await send({ jwt: JWT }, {}, failing);
    expect(problemIn(answer)).toMatchObject({ status: 503 });
    expect(answer.headers).toHaveProperty('retry-after', expect.stringMatching(/^[123]$/));
  });

  describe('the log', () => {
    const claimsOfToken = JWT.split('.')[1] ?? '';

    /** No run of 12 characters of the token's claims or signature. */
    function expectNothingOf(jwt: string): void {
      const log = lines.join('');
      const secret = jwt.split('.').slice(1).join('.');
      for (let start = 0; start + 12 <= secret.length; start += 1)
        expect(log).not.toContain(secret.slice(start, start + 12));
    }

    test('has the caller and the names of the failed rules, and holds nothing of the token', async () => {
      await send({ jwt: JWT, layer: 'review' });
      expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
        { userId: 'alice', accepted: false, failed: ['layer-asked-for'], status: 200 },
      ]);
      expectNothingOf(JWT);
      expect(lines.join('')).not.toContain('Bob Baker');
    });

    test.each([
      ['in a body that is not JSON', JWT],
      ['in a body that is refused', { jwt: JWT, documentId: 5 }],
      ['in a body with a repeated member', `{"jwt": "${JWT}", "jwt": "${JWT}"}`],
      ['as the name of a member', { [JWT]: true }],
      ['as a document id', { jwt: 'x', documentId: `${JWT}/` }],
      ['in the wrong type', { jwt: [JWT] }],
    ])('holds nothing of a token %s', async (_where, body) => {
      expect((await send(body)).statusCode).toBe(400);
      expect(claimsOfToken.length).toBeGreaterThan(100);
      expectNothingOf(JWT);
    });
  });
});
