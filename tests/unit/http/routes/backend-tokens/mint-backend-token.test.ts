import { type AuditEvent } from '../../../../../lib/audit/index.ts';
import { recordingInto } from '../../../../support/audit/recording.ts';
import { hash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import type * as z from 'zod';
import { BackendTokenAnswer } from '../../../../../lib/http/routes/backend-tokens/schemas.ts';
import {
  mintBackendTokenHandler,
  type MintBackendTokenDependencies,
} from '../../../../../lib/http/routes/backend-tokens/mint-backend-token.ts';
import { type ApiResult } from '../../../../../lib/http/routes/route.ts';
import { createLogger } from '../../../../../lib/runtime/log.ts';
import { NoSigningKeyError } from '../../../../../lib/signing-keys/index.ts';
import operations from '../../../../../lib/document-engine/backend-operations.json' with { type: 'json' };
import { COGNITO_CALLERS } from '../../../../support/identity/cognito-callers.ts';
import { ManualClock, NOON } from '../../../../support/runtime/clock.ts';
import { twoThirds } from '../../../../support/runtime/random.ts';
import { apiEvent, lambdaContext, problemIn } from '../../../../support/http/events.ts';
import { fixedPublicKey, fixedSigningKeys } from '../../../../support/signing-keys/fixed-signing-key.ts';

const SCOPED = { sub: 'backend', scope: 'layermint/backend-tokens' };

const SIGNING = { allowedDocumentIds: ['contract'], allowedOperations: ['digital_signatures_api'] };

const lines: string[] = [];
const records: AuditEvent[] = [];

async function send(
  body: unknown,
  claims: Readonly<Record<string, unknown>> | null = SCOPED,
  given: Partial<MintBackendTokenDependencies> = {},
): Promise<ApiResult> {
  lines.length = 0;
  records.length = 0;
  const handler = mintBackendTokenHandler({
    signingKeys: fixedSigningKeys,
    documentEngineUrl: 'https://documents.example.com',
    operations,
    mayBeForAny: false,
    callers: COGNITO_CALLERS,
    clock: new ManualClock(),
    random: twoThirds,
    log: createLogger('debug', (line) => lines.push(line)),
    audit: recordingInto(records),
    ...given,
  });
  return handler(apiEvent({ route: 'POST /v1/backend-tokens', body, claims }), lambdaContext());
}

const answerIn = (result: ApiResult): z.output<typeof BackendTokenAnswer> =>
  BackendTokenAnswer.parse(JSON.parse(result.body ?? ''));

const claimsIn = async (result: ApiResult) =>
  (await jwtVerify(answerIn(result).jwt, fixedPublicKey, { currentDate: new Date(NOON * 1000) })).payload;

describe('POST /v1/backend-tokens', () => {
  test('mints a token as requested, for five minutes', async () => {
    const answer = await send({
      ...SIGNING,
      allowedOrigins: ['https://app.example.com', '^https://.*\\.example\\.org$'],
    });
    expect(answer).toMatchObject({ statusCode: 201, headers: { 'cache-control': 'no-store' } });
    expect(answerIn(answer)).toMatchObject({
      ...SIGNING,
      allowedOrigins: ['https://app.example.com', '^https://.*\\.example\\.org$'],
      issuedAt: '2026-01-31T12:00:00Z',
      refreshAt: '2026-01-31T12:04:00Z',
      expiresAt: '2026-01-31T12:05:00Z',
      serverUrl: 'https://documents.example.com',
    });
    expect(await claimsIn(answer)).toEqual({
      allowed_document_ids: ['contract'],
      allowed_operations: ['digital_signatures_api'],
      allowed_origins: ['https://app.example.com', '^https://.*\\.example\\.org$'],
      server_url: 'https://documents.example.com',
      iat: NOON,
      exp: NOON + 300,
      jti: expect.stringMatching(/^[\w-]{22}$/),
    });
    expect(decodeProtectedHeader(answerIn(answer).jwt)).toEqual({
      alg: 'ES256',
      typ: 'JWT',
      kid: 'test-key',
    });
  });

  test('has no claim of origins if every origin is allowed, and always has the operations', async () => {
    const claims = await claimsIn(await send(SIGNING));
    expect(claims).not.toHaveProperty('allowed_origins');
    expect(claims).toHaveProperty('allowed_operations');
  });

  test('gives every token a different id', async () => {
    const [one, other] = [await claimsIn(await send(SIGNING)), await claimsIn(await send(SIGNING))];
    expect(one.jti).not.toBe(other.jti);
  });

  test.each([60, 3600])('lets it live %i seconds', async (ttlSeconds) => {
    expect((await claimsIn(await send({ ...SIGNING, ttlSeconds }))).exp).toBe(NOON + ttlSeconds);
  });

  test.each([
    ['no scope', { sub: 'alice' }],
    ['other scopes', { sub: 'alice', scope: 'layermint/grants layermint/on-behalf' }],
    [
      'a scope that only contains it',
      { sub: 'alice', scope: 'layermint/backend-tokens-read x/layermint/backend-tokens' },
    ],
  ])('refuses a caller with %s before it reads the body', async (_what, claims) => {
    const answer = await send('not even JSON', claims);
    expect(problemIn(answer)).toMatchObject({ status: 403, type: 'urn:layermint:problem:scope-missing' });
  });

  test('refuses a request that did not come through the authorizer', async () => {
    expect((await send(SIGNING, null)).statusCode).toBe(401);
  });

  test.each([
    ['no operations', { allowedDocumentIds: ['contract'] }, '#/allowedOperations'],
    ['an empty list of operations', { ...SIGNING, allowedOperations: [] }, '#/allowedOperations'],
    [
      'an operation of another form',
      { ...SIGNING, allowedOperations: ['ocr_api', 'Ocr Api'] },
      '#/allowedOperations/1',
    ],
    [
      'an operation of 65 characters',
      { ...SIGNING, allowedOperations: ['x'.repeat(65)] },
      '#/allowedOperations/0',
    ],
    [
      '101 operations',
      { ...SIGNING, allowedOperations: Array.from({ length: 101 }, (_, at) => `o${at}`) },
      '#/allowedOperations',
    ],
    ['an operation twice', { ...SIGNING, allowedOperations: ['ocr_api', 'ocr_api'] }, '#/allowedOperations'],
    ['any operation', { ...SIGNING, allowedOperations: 'any' }, '#/allowedOperations'],
    ['any operation in a list', { ...SIGNING, allowedOperations: ['any'] }, '#/allowedOperations/0'],
    ['no documents', { allowedOperations: ['ocr_api'] }, '#/allowedDocumentIds'],
    ['an empty list of documents', { ...SIGNING, allowedDocumentIds: [] }, '#/allowedDocumentIds'],
    ['an invalid document id', { ...SIGNING, allowedDocumentIds: ['a/b'] }, '#/allowedDocumentIds/0'],
    [
      '101 documents',
      { ...SIGNING, allowedDocumentIds: Array.from({ length: 101 }, (_, at) => `d${at}`) },
      '#/allowedDocumentIds',
    ],
    ['any document', { ...SIGNING, allowedDocumentIds: 'any' }, '#/allowedDocumentIds'],
    [
      'any document in a list',
      { ...SIGNING, allowedDocumentIds: ['contract', 'any'] },
      '#/allowedDocumentIds',
    ],
    ['an empty list of origins', { ...SIGNING, allowedOrigins: [] }, '#/allowedOrigins'],
    [
      'an expression that does not compile',
      { ...SIGNING, allowedOrigins: ['https://(.example.com'] },
      '#/allowedOrigins/0',
    ],
    ['an origin of 257 characters', { ...SIGNING, allowedOrigins: ['x'.repeat(257)] }, '#/allowedOrigins/0'],
    [
      '21 origins',
      { ...SIGNING, allowedOrigins: Array.from({ length: 21 }, (_, at) => `https://${at}.example.com`) },
      '#/allowedOrigins',
    ],
    ['59 seconds', { ...SIGNING, ttlSeconds: 59 }, '#/ttlSeconds'],
    ['more than an hour', { ...SIGNING, ttlSeconds: 3601 }, '#/ttlSeconds'],
    ['a claim that the caller chooses', { ...SIGNING, jti: 'mine' }, '#/jti'],
  ])('refuses %s', async (_what, body, pointer) => {
    const problem = problemIn(await send(body));
    expect(problem.status).toBe(400);
    expect(problem.errors?.map((error) => error.pointer)).toContain(pointer);
  });

  test('says that the deployment allows no "any", and the form of the lists', async () => {
    const { errors = [] } = problemIn(await send({ allowedDocumentIds: 'any', allowedOperations: 'any' }));
    for (const { detail } of errors) expect(detail).toContain('this deployment allows no "any"');
    expect(errors.map(({ detail }) => detail).join()).toContain('such as "document_editor"');
  });

  test('takes every operation that Document Engine documents, without a warning', async () => {
    const answer = answerIn(await send({ ...SIGNING, allowedOperations: operations }));
    expect(operations).toHaveLength(52);
    expect(answer.allowedOperations).toEqual(operations);
    expect(answer).not.toHaveProperty('warnings');
  });

  test('takes an unknown operation, and warns of it', async () => {
    const allowedOperations = ['ocr', 'holograms', 'document_editr', 'pdf_a_api'];
    const answer = await send({ ...SIGNING, allowedOperations });
    expect(await claimsIn(answer)).toMatchObject({ allowed_operations: allowedOperations });
    const unknown = 'is not among the operations that Document Engine documents';
    expect(answerIn(answer).warnings).toEqual([
      { pointer: '#/allowedOperations/1', detail: unknown },
      { pointer: '#/allowedOperations/2', detail: `${unknown}; you probably mean "document_editor"` },
      { pointer: '#/allowedOperations/3', detail: `${unknown}; you probably mean "pdfa_api"` },
    ]);
  });

  test.each([
    ['OCR', 'ocr'],
    ['document-editor', 'document_editor'],
    [' redaction ', 'redaction'],
    ['digitalSignaturesApi', 'digital_signatures_api'],
  ])('refuses the operation %j with the one that is probably meant', async (name, meant) => {
    const { errors = [] } = problemIn(await send({ ...SIGNING, allowedOperations: [name] }));
    expect(errors).toEqual([
      {
        pointer: '#/allowedOperations/0',
        detail: expect.stringMatching(new RegExp(`; you probably mean "${meant}"$`)),
      },
    ]);
  });

  test.each([
    ['https://*.example.com', /repeats the slash/],
    ['https://app.example.com/', /slash after the host/],
    ['https://app.example.com/page', /slash after the host/],
    ['https://App.example.com', /upper-case/],
  ])('takes the origin %s, and warns of it', async (origin, detail) => {
    const { warnings } = answerIn(await send({ ...SIGNING, allowedOrigins: ['example.com', origin] }));
    expect(warnings).toEqual([{ pointer: '#/allowedOrigins/1', detail: expect.stringMatching(detail) }]);
  });

  test.each([
    'https://app.example.com',
    'http://localhost:3000',
    'example.com',
    String.raw`.*\.example\.com`,
    String.raw`^(https://)?app\.example\.com$`,
    String.raw`^https://[A-Z]+\.example\.com/?$`,
  ])('takes the origin %s without a warning', async (origin) => {
    expect(answerIn(await send({ ...SIGNING, allowedOrigins: [origin] }))).not.toHaveProperty('warnings');
  });

  test('refuses the wildcard of a host name with the expression that is meant', async () => {
    const { errors = [] } = problemIn(await send({ ...SIGNING, allowedOrigins: ['*.example.com'] }));
    expect(errors[0]?.detail).toContain(String.raw`^(https://)?([a-z0-9-]+\.)+example\.com$`);
  });

  describe('if the stage allows "any"', () => {
    test('accepts it for documents and for operations', async () => {
      const answer = await send({ allowedDocumentIds: 'any', allowedOperations: 'any' }, SCOPED, {
        mayBeForAny: true,
      });
      expect(await claimsIn(answer)).toMatchObject({
        allowed_document_ids: 'any',
        allowed_operations: 'any',
      });
    });

    test('still points at a fault in an array', async () => {
      const body = { allowedDocumentIds: ['a/b'], allowedOperations: 'all' };
      const { errors = [] } = problemIn(await send(body, SCOPED, { mayBeForAny: true }));
      expect(errors.map(({ pointer }) => pointer)).toEqual(['#/allowedDocumentIds/0', '#/allowedOperations']);
    });
  });

  test('refuses more than 64 KB unread, and a token over 8 KB', async () => {
    expect((await send(' '.repeat(64 * 1024 + 1))).statusCode).toBe(413);
    const allowedDocumentIds = Array.from({ length: 100 }, (_, at) => `${at}-${'x'.repeat(200)}`);
    expect(problemIn(await send({ ...SIGNING, allowedDocumentIds }))).toMatchObject({
      status: 422,
      type: 'urn:layermint:problem:token-too-large',
    });
  });

  test('answers 503 with a time to try again while there is no key', async () => {
    const signingKeys = { current: () => Promise.reject(new NoSigningKeyError()) };
    const answer = await send(SIGNING, SCOPED, { signingKeys });
    expect(problemIn(answer).type).toBe('urn:layermint:problem:no-signing-key');
    expect(answer.headers).toHaveProperty('retry-after');
  });

  test('logs the caller, the documents and the operations, and neither token nor origins', async () => {
    const answer = await send({ ...SIGNING, allowedOrigins: ['https://secret-project.example.com'] });
    expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
      {
        userId: 'backend',
        documentIds: ['contract'],
        operations: ['digital_signatures_api'],
        kid: 'test-key',
      },
    ]);
    const log = lines.join('');
    for (const part of answerIn(answer).jwt.split('.')) expect(log).not.toContain(part);
    expect(log).not.toContain('secret-project');
  });

  test('An attacker who writes into the log by the name of an operation fails: an undocumented one is only counted', async () => {
    await send({ ...SIGNING, allowedOperations: ['digital_signatures_api', 'forged_line'] });
    expect(JSON.parse(lines.join(''))).toMatchObject({
      operations: ['digital_signatures_api'],
      otherOperations: 1,
    });
    expect(lines.join('')).not.toContain('forged_line');
  });
});

describe('a backend token has exactly one record:', () => {
  const tooLong = Array.from({ length: 100 }, (_, at) => `${at}-${'x'.repeat(200)}`);

  test('of the token, with its documents, its key and its hash, and not the token itself', async () => {
    const result = await send(SIGNING, { ...SCOPED, client_id: 'app-7' });
    const { jwt, expiresAt } = answerIn(result);
    expect(records).toMatchObject([
      {
        type: 'backend-token.minted',
        id: 'request-1/0',
        data: {
          callerId: 'backend',
          clientId: 'app-7',
          documentIds: ['contract'],
          operations: ['digital_signatures_api'],
          expiresAt,
          kid: decodeProtectedHeader(jwt).kid,
          tokenSha256: hash('sha256', jwt),
        },
      },
    ]);
    expect(records).toHaveLength(1);
    expect(JSON.stringify(records)).not.toContain(jwt);
  });

  test.each([
    ['a caller without the scope', SIGNING, { sub: 'mallory' }, 403, 'scope-missing'],
    [
      'a token that would be too long',
      { ...SIGNING, allowedDocumentIds: tooLong },
      SCOPED,
      422,
      'token-too-large',
    ],
  ])('of the refusal of %s', async (_name, body, claims, status, reason) => {
    const { statusCode } = await send(body, claims);
    expect(statusCode).toBe(status);
    expect(records).toMatchObject([
      { type: 'backend-token.refused', data: { callerId: claims.sub, reason } },
    ]);
    expect(records).toHaveLength(1);
  });

  test('none for a wrong request, which decides nothing', async () => {
    await send({ allowedOperations: 7 });
    expect(records).toEqual([]);
  });
});
