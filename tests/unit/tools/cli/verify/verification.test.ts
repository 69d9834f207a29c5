import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { verify, type CheckResult, type Target } from '../../../../../tools/cli/verify/verification.ts';
import { listenOnLoopback } from '../../../../../tools/local/stand-ins/loopback-server.ts';
import { startFakeService, type FakeService } from '../../../../support/cli/fake-service.ts';

let service: FakeService;

beforeEach(async () => {
  service = await startFakeService();
});

afterEach(async () => {
  await service.close();
});

async function results(layer = '', more: Partial<Target> = {}): Promise<CheckResult[]> {
  const target = {
    ...{ api: service.url, callerToken: service.callerToken, documentId: 'contract-7', layer },
    ...{ expiredToken: EXPIRED, privateLayerPrefix: 'user:', revokes: true },
    ...more,
  };
  const all: CheckResult[] = [];
  for await (const result of verify(target)) all.push(result);
  return all;
}

/** Lists the results that are not ok. */
const problems = async (): Promise<CheckResult[]> =>
  (await results()).filter(({ outcome }) => outcome !== 'ok');

/** A caller token that expired long ago. */
const EXPIRED = `${Buffer.from('{"alg":"ES256"}').toString('base64url')}.${Buffer.from('{"exp":1}').toString('base64url')}.c2ln`;

/** The header of a token that asks for no signature. */
const NONE = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url');

const COVER = 'Document Engine opens the document with a token';
const FORGED = 'a call with a forged or an unsigned token is refused';
const EXPIRY = 'a call with an expired token is refused';
const NO_GRANT = 'a token for a document without a grant is refused';
const PRIVATE = 'a token for the private layer of another user is refused';
const VOUCHED = 'a token for another user by a grant of the caller itself is refused';
const REVOKED = 'Document Engine refuses a revoked token';

/** Nothing is revoked before Document Engine has opened the document. */
const NOT_REVOKED = {
  check: REVOKED,
  outcome: 'not checked',
  detail: 'Document Engine did not open the document before the revocation',
};

const LET_IN = 'The API answered 201 to a caller token that it must refuse with 401';

describe('verifying a service', () => {
  test.each(['', 'review'])('finds nothing wrong with one that works, on layer "%s"', async (layer) => {
    expect(await results(layer)).toEqual([
      { check: 'the service is alive', outcome: 'ok' },
      { check: 'a call without a token is refused', outcome: 'ok' },
      { check: FORGED, outcome: 'ok' },
      { check: EXPIRY, outcome: 'ok' },
      {
        check: 'the caller gets a token',
        outcome: 'ok',
        detail: 'read-document, write, cover-image as alice',
      },
      { check: 'the answer is for the document and the layer that were asked for', outcome: 'ok' },
      {
        check: 'the token is valid now, for a limited time, and is not to be cached',
        outcome: 'ok',
        detail: '600 seconds',
      },
      { check: 'the token and the answer agree', outcome: 'ok' },
      { check: COVER, outcome: 'ok', detail: 'cover image, image/png' },
      { check: NO_GRANT, outcome: 'ok' },
      { check: PRIVATE, outcome: 'ok' },
      { check: VOUCHED, outcome: 'ok' },
      { check: REVOKED, outcome: 'ok' },
    ]);
  });

  test('finds that every caller is accepted', async () => {
    service.accepts = () => true;

    expect(await problems()).toEqual([
      {
        check: 'a call without a token is refused',
        outcome: 'failed',
        detail: 'it must be answered with 401, not 201',
      },
      { check: FORGED, outcome: 'failed', detail: LET_IN },
      { check: EXPIRY, outcome: 'failed', detail: LET_IN },
    ]);
  });

  test('finds that signatures are not verified', async () => {
    service.accepts = (authorization) => authorization !== undefined;

    expect(await problems()).toEqual([
      { check: FORGED, outcome: 'failed', detail: LET_IN },
      { check: EXPIRY, outcome: 'failed', detail: LET_IN },
    ]);
  });

  test('finds that a token without a signature algorithm is accepted', async () => {
    service.accepts = (authorization) =>
      authorization === `Bearer ${service.callerToken}` ||
      authorization?.startsWith(`Bearer ${NONE}.`) === true;

    expect(await problems()).toEqual([{ check: FORGED, outcome: 'failed', detail: LET_IN }]);
  });

  test.each([
    ['not-granted', [NO_GRANT, PRIVATE]],
    ['scope-missing', [VOUCHED]],
  ])('finds that a token is given in place of %s', async (reason, checks) => {
    service.grants = (it) => it === reason;

    expect(await problems()).toEqual(
      checks.map((check) => ({
        check,
        outcome: 'failed',
        detail: expect.stringMatching(/^The API answered 201 to a request that it must refuse/),
      })),
    );
  });

  test('finds that Document Engine accepts a revoked token', async () => {
    service.cover = () => ({ status: 200, headers: {}, body: 'an image' });

    expect(await problems()).toEqual([
      {
        check: REVOKED,
        outcome: 'failed',
        detail: 'Document Engine opened the document with a revoked token',
      },
    ]);
  });

  test('says of each probe that it was not tried why, and what to pass, and revokes nothing', async () => {
    const scope = Buffer.from('{"scope":"a layermint/vouch"}').toString('base64url');
    const callerToken = `e30.${scope}.c2ln`;
    service.accepts = (authorization) => authorization === `Bearer ${callerToken}`;
    const without = { callerToken, expiredToken: undefined, privateLayerPrefix: undefined, revokes: false };

    const all = await results('', without);

    expect(all.filter(({ outcome }) => outcome !== 'ok')).toEqual(
      [
        [EXPIRY, 'set LAYERMINT_EXPIRED_TOKEN'],
        [PRIVATE, '--private-layer-prefix'],
        [VOUCHED, 'set LAYERMINT_CALLER_TOKEN to a token without it'],
        [REVOKED, 'pass --revoke'],
      ].map(([check, remedy = '']) => ({
        check,
        outcome: 'not checked',
        detail: expect.stringMatching(new RegExp(`^not tried, as .*${remedy}`)),
      })),
    );
    expect(service.minted.map((jwt) => service.cover(jwt).status)).toEqual([200, 200]);
  });

  test('suggests causes for a refused caller token', async () => {
    service.accepts = () => false;

    expect(await problems()).toEqual([
      {
        check: 'the caller gets a token',
        outcome: 'failed',
        detail: expect.stringContaining('from another issuer or for another audience'),
      },
    ]);
  });

  test.each([
    ['documentId', { documentId: 'another' }, 'wrong: documentId'],
    ['layer', { layer: 'another' }, 'wrong: layer'],
    ['documentUrl', { documentUrl: 'https://example.com/x' }, 'wrong: documentUrl'],
    ['expiresAt', { expiresAt: '2020-01-01T00:00:00Z' }, 'it has already expired'],
    ['issuedAt', { issuedAt: '2999-01-01T00:00:00Z' }, 'it is issued in the future'],
    ['refreshAt', { refreshAt: '2020-01-01T00:00:00Z' }, 'refreshAt is not between issuedAt and expiresAt'],
    ['userId', { userId: '' }, 'the answer is not as documented (userId: '],
    ['jwt', { jwt: 'eyJ' }, 'the answer is not as documented (jwt: '],
    ['additional field', { secret: 'x' }, 'the answer is not as documented (body: '],
  ])('finds a wrong %s in the answer', async (_field, wrong, detail) => {
    service.answer = (token) => ({ ...token, ...wrong });

    expect(await problems()).toContainEqual({
      check: expect.any(String),
      outcome: 'failed',
      detail: expect.stringContaining(detail),
    });
  });

  test.each(['document_id', 'layer', 'user_id', 'exp', 'permissions'])(
    'finds a claim %s that differs from the answer',
    async (claim) => {
      service.claims = (claims) => ({ ...claims, [claim]: 1 });

      expect(await problems()).toEqual([
        { check: 'the token and the answer agree', outcome: 'failed', detail: `wrong: ${claim}` },
      ]);
    },
  );

  test('finds a token without a jti, which cannot be revoked', async () => {
    service.claims = ({ jti: _jti, ...claims }) => claims;

    expect(await problems()).toEqual([
      { check: 'the token and the answer agree', outcome: 'failed', detail: 'wrong: jti' },
    ]);
  });

  test('finds an answer that may be cached', async () => {
    service.cacheControl = 'max-age=60';

    expect(await problems()).toEqual([
      { check: expect.any(String), outcome: 'failed', detail: 'the answer lacks Cache-Control: no-store' },
    ]);
  });

  test('does not claim to have opened the document if the caller was not granted its cover', async () => {
    service.permissions = ['read-document'];

    expect(await problems()).toEqual([
      {
        check: COVER,
        outcome: 'not checked',
        detail: expect.stringContaining('was not granted cover-image'),
      },
      NOT_REVOKED,
    ]);
  });

  test('does not claim to have opened the document if Document Engine is out of reach', async () => {
    service.serverUrl = 'http://127.0.0.1:1';

    expect(await problems()).toEqual([
      {
        check: COVER,
        outcome: 'not checked',
        detail: expect.stringContaining('127.0.0.1:1 cannot be reached from here'),
      },
      NOT_REVOKED,
    ]);
  });

  test('finds that Document Engine refuses the token, and passes on its message', async () => {
    service.cover = () => ({ status: 403, headers: {}, body: 'Invalid signature' });

    expect(await problems()).toEqual([
      {
        check: COVER,
        outcome: 'failed',
        detail: expect.stringMatching(/403 Invalid signature; does it hold the public key/),
      },
      NOT_REVOKED,
    ]);
  });

  test('asks whether Document Engine knows a document that it does not find', async () => {
    service.cover = () => ({ status: 404, headers: {}, body: 'Not found' });

    expect(await problems()).toEqual([
      { check: COVER, outcome: 'failed', detail: expect.stringContaining('does it know the document?') },
      NOT_REVOKED,
    ]);
  });

  test('holds no token in any result, even if Document Engine repeats it', async () => {
    service.cover = (jwt) => ({ status: 403, headers: {}, body: `cannot accept ${jwt}` });

    const all = JSON.stringify(await results());

    expect(all).toContain('cannot accept …');
    for (const token of [service.callerToken, ...service.minted]) expect(all).not.toContain(token);
  });

  test('sends the caller token to no address that the API redirects to', async () => {
    const received: (string | undefined)[] = [];
    const elsewhere = await listenOnLoopback(({ headers }) => {
      received.push(headers.authorization);
      return Promise.resolve({ status: 201, headers: {}, body: '{}' });
    });
    service.redirect = elsewhere.url;

    expect(await problems()).toContainEqual({
      check: 'the caller gets a token',
      outcome: 'failed',
      detail: 'the API redirects (307), and the caller token goes to no other address',
    });
    expect(received).toEqual([]);
    await elsewhere.close();
  });

  test.each(['http://documents.example.com', 'http://127.0.0.1.evil.example', 'ftp://127.0.0.1'])(
    'sends no token in clear to %s, which the API names as Document Engine',
    async (serverUrl) => {
      service.serverUrl = serverUrl;

      expect(await problems()).toEqual([
        {
          check: COVER,
          outcome: 'failed',
          detail: `the token would be readable on the way to ${serverUrl}: it must begin with https://`,
        },
        NOT_REVOKED,
      ]);
    },
  );

  test('stops at an API that cannot be reached', async () => {
    await service.close();

    expect(await results()).toEqual([
      {
        check: 'the service is alive',
        outcome: 'failed',
        detail: expect.stringContaining('cannot be reached'),
      },
    ]);
    service = await startFakeService();
  });
});
