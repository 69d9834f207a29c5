import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { connect } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { CompactSign, SignJWT, calculateJwkThumbprint, exportJWK, type JWTPayload } from 'jose';
import type { Clock } from '../../lib/runtime/clock.ts';
import {
  startDocumentEngine,
  type Algorithm,
  type DocumentEngineOptions,
  type LocalDocumentEngine,
} from '../../tools/local/stand-ins/document-engine/index.ts';

const apiToken = 'api-token';
const now = Date.UTC(2030, 0, 1) / 1000;
const document = '7KPSA689RP53HB64GKKZX64XFV';

interface KeyPair {
  readonly privateKey: KeyObject;
  readonly pem: string;
  readonly thumbprint: string;
}

async function pairOf(algorithm: Algorithm): Promise<KeyPair> {
  const { privateKey, publicKey } = algorithm.startsWith('RS')
    ? generateKeyPairSync('rsa', { modulusLength: 2048 })
    : generateKeyPairSync('ec', { namedCurve: algorithm === 'ES256' ? 'P-256' : 'P-521' });
  const pem = publicKey.export({ format: 'pem', type: 'spki' }).toString();
  return { privateKey, pem, thumbprint: await calculateJwkThumbprint(await exportJWK(publicKey)) };
}

const oldKey = await pairOf('ES256');
const newKey = await pairOf('ES256');
const thirdKey = await pairOf('ES256');

/** A clock that stands still until it is moved. */
class HandClock implements Clock {
  seconds = now;
  now(): number {
    return this.seconds * 1000;
  }
  sleep(): Promise<void> {
    return Promise.resolve();
  }
}

let clock: HandClock;
let engine: LocalDocumentEngine | undefined;

async function start(options: Partial<DocumentEngineOptions> = {}): Promise<LocalDocumentEngine> {
  clock = new HandClock();
  engine = await startDocumentEngine({
    clock,
    algorithm: 'ES256',
    publicKey: oldKey.pem,
    apiToken,
    documents: [
      { id: document, layers: ['my-layer', ''] },
      { id: 'a:b~c@d', layers: [''] },
    ],
    ...options,
  });
  return engine;
}

afterEach(async () => {
  await engine?.close();
  engine = undefined;
});

const claims = { document_id: document, permissions: ['read-document', 'write'], exp: now + 60 };

const signed = (payload: JWTPayload = claims, key = oldKey, header: { alg?: Algorithm; kid?: string } = {}) =>
  new SignJWT(payload).setProtectedHeader({ alg: 'ES256', typ: 'JWT', ...header }).sign(key.privateKey);

const call = (
  method: 'GET' | 'POST',
  path: string,
  body?: unknown,
  headers: Record<string, string> = { authorization: `Token token="${apiToken}"` },
) =>
  fetch(`${engine?.url ?? ''}${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });

const at = (seconds: number) => new Date(seconds * 1000).toISOString();

async function statusOf(response: Promise<Response>): Promise<number> {
  return (await response).status;
}

async function answerOf(response: Promise<Response>): Promise<unknown> {
  return (await response).json();
}

/** `true`, or the message of the refusal. */
function verdict(token: string | undefined): true | string {
  const verification = engine?.verify(token);
  if (verification === undefined) throw new Error('No server was started.');
  return verification.accepted || `${verification.status} ${verification.message}`;
}

describe('verifying a client token', () => {
  test.each<Algorithm>(['RS256', 'RS512', 'ES256', 'ES512'])('%s tokens are accepted', async (algorithm) => {
    const key = await pairOf(algorithm);
    await start({ algorithm, publicKey: key.pem });
    expect(verdict(await signed(claims, key, { alg: algorithm }))).toBe(true);
  });

  test('an algorithm other than the configured one is refused, even with the right key', async () => {
    const key = await pairOf('RS256');
    await start({ algorithm: 'RS512', publicKey: key.pem });
    expect(verdict(await signed(claims, key, { alg: 'RS256' }))).toMatch(/^403 Invalid `alg` header/);
  });

  test('forgeries are refused', async () => {
    await start();
    const [header = '', payload = '', signature = ''] = (await signed()).split('.');
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const hmac = createHash('sha256').update(`${header}.${payload}.${oldKey.pem}`).digest('base64url');
    const der = sign('sha256', Buffer.from(`${header}.${payload}`), oldKey.privateKey).toString('base64url');
    const forged = [
      `${encode({ alg: 'none' })}.${payload}.`,
      `${encode({ alg: 'HS256' })}.${payload}.${hmac}`,
      `${header}.${encode({ ...claims, document_id: 'another' })}.${signature}`,
      `${header}.${payload}.${der}`,
      `${header}.${payload}.`,
      `${header}.${payload}`,
      `${header}..${signature}`,
      `.${payload}.${signature}`,
      `bnVsbA.${payload}.${signature}`,
      'not a token',
      await signed(claims, newKey),
    ];
    for (const token of forged) expect(verdict(token)).toMatch(/^403 Invalid /);
  });

  test('an extension that must be understood is refused', async () => {
    await start();
    const token = await new CompactSign(Buffer.from(JSON.stringify(claims)))
      .setProtectedHeader({ alg: 'ES256', crit: ['urn:x'], 'urn:x': 1 })
      .sign(oldKey.privateKey, { crit: { 'urn:x': true } });
    expect(verdict(token)).toMatch(/^403 Invalid `crit` header/);
  });

  test.each(['[]', 'null', '"text"', '{', ''])('the signed payload %j is refused', async (payload) => {
    await start();
    const token = await new CompactSign(Buffer.from(payload))
      .setProtectedHeader({ alg: 'ES256', typ: 'JWT' })
      .sign(oldKey.privateKey);
    expect(verdict(token)).toMatch(/^403 Invalid JWT/);
  });

  test('no token is 401, a bad one 403 with the documented messages', async () => {
    await start();
    expect(verdict(undefined)).toMatch(/^401 /);
    expect(verdict(await signed({ ...claims, exp: now }))).toBe(
      '403 Invalid `exp` claim in JWT: Expiration time is in the past',
    );
    expect(verdict(await signed({ ...claims, nbf: now + 1 }))).toBe(
      '403 Invalid `nbf` claim in JWT: The token is not valid before 2030-01-01T00:00:01.000Z',
    );
  });

  test('times are exact to the second unless leeway is given', async () => {
    const times = { ...claims, iat: now, exp: now + 10 };
    await start();
    const token = await signed({ ...times, nbf: now });
    expect(verdict(token)).toBe(true);
    clock.seconds = now - 0.001;
    expect(verdict(token)).toMatch(/`nbf`/);
    expect(verdict(await signed(times))).toMatch(/`iat`/);
    clock.seconds = now + 9.999;
    expect(verdict(token)).toBe(true);
    clock.seconds = now + 10;
    expect(verdict(token)).toMatch(/`exp`/);
    await engine?.close();

    await start({ leewaySeconds: 5 });
    for (const seconds of [now - 5, now + 14.999]) {
      clock.seconds = seconds;
      expect(verdict(token)).toBe(true);
    }
    clock.seconds = now + 15;
    expect(verdict(token)).toMatch(/`exp`/);
  });

  test('every claim of the documentation is taken', async () => {
    await start();
    const full = {
      ...claims,
      permissions: ['read-document', 'write', 'download', 'cover-image'],
      nbf: now,
      iat: now,
      jti: 'family',
      layer: 'my-layer',
      user_id: 'user_lucas',
      default_group: 'lucas',
      creator_name: 'Lucas',
      password: 'pdf',
      collaboration_permissions: [
        'annotations:view:self',
        'annotations:view:group=teacher',
        'annotations:set-group:group=private_students',
        'comments:reply:all',
        'comments:delete:createdBy=user=with|signs',
        'form-fields:fill:group=tenant',
      ],
    };
    const verification = engine?.verify(await signed(full));
    expect(verification).toEqual({ accepted: true, claims: full, secretId: 1 });
  });

  test.each<[string, object]>([
    ['document_id', { document_id: undefined }],
    ['document_id', { document_id: '' }],
    ['document_id', { document_id: 7 }],
    ['permissions', { permissions: undefined }],
    ['permissions', { permissions: [] }],
    ['permissions', { permissions: 'read-document' }],
    ['permissions', { permissions: ['read-document', 'edit'] }],
    ['permissions', { permissions: [null] }],
    ['exp', { exp: undefined }],
    ['exp', { exp: now + 0.5 }],
    ['exp', { exp: String(now + 60) }],
    ['exp', { exp: null }],
    ['exp', { exp: (now + 60) * 10_000 }],
    ['nbf', { nbf: 'now' }],
    ['nbf', { nbf: 1e300 }],
    ['iat', { iat: 1.5 }],
    ['jti', { jti: 7 }],
    ['layer', { layer: null }],
    ['layer', { layer: 'all*' }],
    ['layer', { layer: '𝓁'.repeat(257) }],
    ['user_id', { user_id: 7 }],
    ['default_group', { default_group: ['a'] }],
    ['creator_name', { creator_name: {} }],
    ['password', { password: 1 }],
    ['collaboration_permissions', { collaboration_permissions: 'annotations:view:all' }],
    ['collaboration_permissions', { collaboration_permissions: [7] }],
    ['collaboration_permissions', { collaboration_permissions: ['annotations:view:self'] }],
  ])('a wrong `%s` is named: %j', async (claim, change) => {
    await start();
    expect(verdict(await signed({ ...claims, ...change }))).toMatch(
      new RegExp(`^403 Invalid \`${claim}\` claim in JWT: \\S`),
    );
  });

  test('a layer of 256 characters is accepted, however they are encoded', async () => {
    await start();
    expect(verdict(await signed({ ...claims, layer: '𝓁'.repeat(256) }))).toBe(true);
    expect(verdict(await signed({ ...claims, layer: '' }))).toBe(true);
  });

  test.each([
    '',
    'annotations',
    'annotations:view',
    'annotations:view:',
    'widgets:view:all',
    'annotations:read:all',
    'annotations:fill:all',
    'comments:fill:all',
    'annotations:reply:all',
    'form-fields:reply:all',
    'annotations:view:everyone',
    'annotations:view:all ',
    'annotations:view:group=',
    'annotations:view:createdBy=',
    'annotations:view:createdby=a',
    'annotations:view:group=a:b',
    'annotations:view:all:',
    'Annotations:view:all',
  ])('the collaboration permission %j is refused', async (permission) => {
    await start();
    const collaboration_permissions = ['comments:view:all', permission];
    expect(verdict(await signed({ ...claims, user_id: 'alice', collaboration_permissions }))).toMatch(
      /^403 Invalid `collaboration_permissions` claim in JWT: /,
    );
  });
});

describe('opening a document and its cover', () => {
  const open = (query: Record<string, string>, headers: Record<string, string> = {}) =>
    call('GET', `/local/open?${new URLSearchParams(query).toString()}`, undefined, headers);
  const full = {
    ...claims,
    layer: 'my-layer',
    user_id: 'alice',
    default_group: 'team',
    creator_name: 'Alice',
    collaboration_permissions: ['comments:view:all'],
  };

  test('a token opens its own document and layer, from the query or as a bearer', async () => {
    await start();
    const jwt = await signed(full);
    const query = { documentId: document, layer: 'my-layer' };
    const opened = {
      documentId: document,
      layer: 'my-layer',
      userId: 'alice',
      permissions: ['read-document', 'write'],
      collaborationPermissions: ['comments:view:all'],
      defaultGroup: 'team',
      creatorName: 'Alice',
    };
    expect(await answerOf(open({ ...query, jwt }))).toEqual(opened);
    expect(await answerOf(open(query, { authorization: `Bearer ${jwt}` }))).toEqual(opened);
  });

  test('a token without a layer opens the default layer, and its user may be nobody', async () => {
    await start();
    expect(await answerOf(open({ documentId: document, jwt: await signed() }))).toEqual({
      documentId: document,
      layer: '',
      userId: null,
      permissions: ['read-document', 'write'],
    });
  });

  test('any other document or layer, or a missing permission, is refused with the reason', async () => {
    await start();
    const jwt = await signed(full);
    const refusal = async (query: Record<string, string>) => {
      const response = await open(query);
      return `${response.status} ${await response.text()}`;
    };
    expect(await refusal({ documentId: 'another', layer: 'my-layer', jwt })).toMatch(/^403 .*document/);
    expect(await refusal({ documentId: document, layer: 'other', jwt })).toMatch(
      /^403 .*layer "my-layer", not "other"/,
    );
    expect(await refusal({ documentId: document, jwt })).toMatch(/^403 .*layer/);
    const unreadable = await signed({ ...claims, permissions: ['cover-image'] });
    expect(await refusal({ documentId: document, jwt: unreadable })).toMatch(/^403 .*read-document/);
    expect(await refusal({ documentId: document })).toMatch(/^401 /);
    expect(await refusal({ jwt })).toMatch(/^400 /);
    const gone = await signed({ ...claims, document_id: 'gone' });
    expect(await refusal({ documentId: 'gone', jwt: gone })).toMatch(/^404 /);
  });

  test('a cover needs cover-image, for that document', async () => {
    await start();
    const cover = (id: string, jwt: string, more = '&width=200') =>
      call('GET', `/documents/${encodeURIComponent(id)}/cover?jwt=${jwt}${more}`, undefined, {});
    const jwt = await signed({ ...claims, permissions: ['cover-image'], document_id: 'a:b~c@d' });
    const response = await cover('a:b~c@d', jwt);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('image/png');
    expect(
      Buffer.from(await response.arrayBuffer())
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG');
    expect(await statusOf(cover(document, jwt))).toBe(403);
    expect(await statusOf(cover(document, await signed()))).toBe(403);
    expect(await statusOf(cover(document, ''))).toBe(401);
    expect(await statusOf(cover('a:b~c@d', jwt, ''))).toBe(200);
    expect(await statusOf(cover('a:b~c@d', jwt, '&width=wide'))).toBe(400);
    expect(await statusOf(cover('a:b~c@d', 'no.jwt.atall', '&width=wide'))).toBe(403);
  });
});

describe('the Secrets API', () => {
  const add = (key: KeyPair, expiresAt?: string) =>
    call('POST', '/api/secrets/jwt', { secret: key.pem, expiresAt });
  const rotate = (key: KeyPair) => call('POST', '/api/secrets/jwt/rotate', { secret: key.pem });
  const expire = (id: number | string, expiresAt: unknown) =>
    call('POST', `/api/secrets/jwt/${id}`, { expiresAt });
  const list = () => answerOf(call('GET', '/api/secrets/jwt'));

  test('an added secret verifies beside the current one until it expires', async () => {
    await start();
    expect(await statusOf(add(newKey, at(now + 30)))).toBe(200);
    expect(await list()).toEqual([
      { id: 1, expiresAt: null },
      { id: 2, expiresAt: '2030-01-01T00:00:30.000000Z' },
    ]);
    const [oldToken, newToken] = [await signed(claims, oldKey), await signed(claims, newKey)];
    expect([verdict(oldToken), verdict(newToken)]).toEqual([true, true]);
    clock.seconds = now + 30;
    expect(await list()).toEqual([{ id: 1, expiresAt: null }]);
    expect([verdict(oldToken), verdict(newToken)]).toEqual([true, expect.stringMatching(/^403 /)]);
  });

  test('expiries are instants of any offset, in whole seconds', async () => {
    await start();
    await add(newKey, '2030-01-01T02:00:30.987+02:00');
    expect(engine?.secrets()[1]?.expiresAt).toBe((now + 30) * 1000);
  });

  test('an expiry is moved, past or ahead, but never the current secret’s', async () => {
    await start();
    await add(newKey, at(now + 30));
    expect(await statusOf(expire(2, at(now + 500)))).toBe(200);
    expect(engine?.secrets()[1]?.expiresAt).toBe((now + 500) * 1000);
    expect(await statusOf(expire(2, at(now)))).toBe(200);
    expect(await list()).toEqual([{ id: 1, expiresAt: null }]);
    expect(await statusOf(expire(1, at(now + 30)))).toBe(400);
    expect(await statusOf(expire(9, at(now + 30)))).toBe(400);
    expect(await statusOf(expire(2, null))).toBe(400);
  });

  test.each<[DocumentEngineOptions['formerCurrent'], (number | null)[], number]>([
    [{ keptForSeconds: 20 }, [(now + 20) * 1000, null], 200],
    ['expired', [null], 200],
    ['deleted', [null], 400],
  ])('after rotate the former current secret is %j', async (formerCurrent, expiries, revived) => {
    await start(formerCurrent === undefined ? {} : { formerCurrent });
    expect(await statusOf(rotate(newKey))).toBe(200);
    expect(engine?.secrets().map(({ expiresAt }) => expiresAt ?? null)).toEqual(expiries);
    expect(verdict(await signed(claims, newKey))).toBe(true);
    expect(verdict(await signed(claims, oldKey)) === true).toBe(expiries.length === 2);
    expect(await statusOf(expire(1, at(now + 40)))).toBe(revived);
    expect(verdict(await signed(claims, oldKey)) === true).toBe(revived === 200);
  });

  test('an identical key makes a second entry, which rotate does not touch', async () => {
    await start();
    await add(newKey, at(now + 30));
    expect(await statusOf(add(newKey, at(now + 40)))).toBe(200);
    await rotate(newKey);
    expect(engine?.secrets()).toEqual([
      { id: 2, thumbprint: newKey.thumbprint, expiresAt: (now + 30) * 1000 },
      { id: 3, thumbprint: newKey.thumbprint, expiresAt: (now + 40) * 1000 },
      { id: 4, thumbprint: newKey.thumbprint, expiresAt: undefined },
    ]);
  });

  test('an identical key is merged into the entry that is there, however its PEM is wrapped', async () => {
    await start({ identicalKey: 'merged' });
    await add(newKey, at(now + 30));
    await add({ ...newKey, pem: `${newKey.pem}\n` }, at(now + 40));
    await add(oldKey, at(now + 50));
    expect(engine?.secrets().map(({ id, expiresAt }) => [id, expiresAt])).toEqual([
      [1, undefined],
      [2, (now + 40) * 1000],
    ]);
    await rotate(newKey);
    await rotate(newKey);
    expect(engine?.secrets().map(({ id, expiresAt }) => [id, expiresAt])).toEqual([[2, undefined]]);
  });

  test('an identical key is refused, but can be rotated to', async () => {
    await start({ identicalKey: 'refused', formerCurrent: 'deleted' });
    await add(newKey, at(now + 30));
    expect(await statusOf(add(newKey, at(now + 40)))).toBe(400);
    expect(await statusOf(add(oldKey, at(now + 40)))).toBe(400);
    expect(await statusOf(rotate(newKey))).toBe(200);
    expect(engine?.secrets().map(({ id }) => id)).toEqual([2]);
    expect(await statusOf(add(oldKey, at(now + 40)))).toBe(200);
  });

  test('a secret without an expiry is refused, or given one', async () => {
    await start();
    expect(await statusOf(add(newKey))).toBe(400);
    await engine?.close();
    await start({ withoutExpiry: { keptForSeconds: 7 } });
    expect(await statusOf(add(newKey))).toBe(200);
    expect(engine?.secrets()[1]?.expiresAt).toBe((now + 7) * 1000);
  });

  test('keys are tried in the order that is configured', async () => {
    const chosen = async (keyChoice: 'oldest-first' | 'newest-first' | 'current-first') => {
      await start({ keyChoice, formerCurrent: { keptForSeconds: 30 } });
      for (const key of [newKey, oldKey]) await rotate(key);
      await add(oldKey, at(now + 30));
      const verification = engine?.verify(await signed());
      await engine?.close();
      return verification?.accepted === true ? verification.secretId : undefined;
    };
    expect(await chosen('oldest-first')).toBe(1);
    expect(await chosen('newest-first')).toBe(4);
    expect(await chosen('current-first')).toBe(3);
  });

  test.each(['by-kid', 'by-kid-only'] as const)(
    '%s tries only the key that the kid names',
    async (keyChoice) => {
      await start({ keyChoice });
      await add(newKey, at(now + 30));
      expect(verdict(await signed(claims, newKey, { kid: newKey.thumbprint }))).toBe(true);
      expect(verdict(await signed(claims, newKey, { kid: oldKey.thumbprint }))).toMatch(/^403 /);
      const lenient = keyChoice === 'by-kid';
      expect(verdict(await signed(claims, newKey, { kid: 'unknown' })) === true).toBe(lenient);
      expect(verdict(await signed(claims, newKey)) === true).toBe(lenient);
      expect(verdict(await signed(claims, oldKey))).toBe(true);
    },
  );

  test('a secret that is no public key of the algorithm is refused', async () => {
    await start();
    const p521 = await pairOf('ES512');
    const rsa = await pairOf('RS256');
    const privatePem = newKey.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
    for (const secret of [p521.pem, rsa.pem, privatePem, 'text', '-----BEGIN PUBLIC KEY-----\nAAAA']) {
      const response = await call('POST', '/api/secrets/jwt/rotate', { secret });
      expect(response.status).toBe(400);
      expect(await response.text()).not.toContain(secret);
    }
    expect(engine?.secrets()).toHaveLength(1);
    await expect(
      startDocumentEngine({ algorithm: 'ES256', publicKey: rsa.pem, apiToken, documents: [] }),
    ).rejects.toThrow(/publicKey must be .* ES256/);
  });
});

describe('revoking', () => {
  const revoke = (...jwts: unknown[]) => call('POST', '/api/revoke', { jwts });
  const family = { ...claims, jti: 'family' };

  test('every JWT with the jti of a revoked one is refused', async () => {
    await start();
    const carrier = await signed({ jti: 'family', exp: now + 100 });
    const [token, sibling, other] = [
      await signed(family),
      await signed({ ...family, layer: 'my-layer' }),
      await signed({ ...family, jti: 'other' }),
    ];
    expect(verdict(token)).toBe(true);
    expect(await answerOf(revoke(carrier))).toEqual({ data: [carrier] });
    expect(await answerOf(revoke(carrier))).toEqual({ data: [carrier] });
    expect(verdict(token)).toBe('403 Invalid `jti` claim in JWT: The token was revoked');
    expect(verdict(sibling)).toMatch(/^403 /);
    expect(verdict(other)).toBe(true);
  });

  test('a jti is kept until the latest exp it was revoked with, and not longer', async () => {
    await start();
    for (const seconds of [100, 50]) await revoke(await signed({ jti: 'family', exp: now + seconds }));
    const outliving = await signed({ ...family, exp: now + 1000 });
    clock.seconds = now + 99;
    expect(verdict(outliving)).toMatch(/`jti`/);
    clock.seconds = now + 100;
    expect(verdict(outliving)).toBe(true);
  });

  test('a partial answer names what failed and revokes the rest', async () => {
    await start();
    const good = await signed(family);
    const bad = [
      await signed({ ...family, exp: now }),
      await signed(claims),
      await signed({ jti: 'family' }),
      await signed(family, thirdKey),
      'garbage',
    ];
    expect(await answerOf(revoke(bad[0], good, ...bad.slice(1)))).toEqual({
      data: [good],
      failingPaths: [0, 2, 3, 4, 5].map((index) => ({
        path: `$.jwts[${index}]`,
        details: expect.stringMatching(/^Invalid /),
      })),
    });
    expect(verdict(good)).toMatch(/^403 /);
  });

  test.each([200, 400] as const)('when none could be revoked the status is %i', async (noneRevokedStatus) => {
    await start({ noneRevokedStatus });
    const response = await revoke('garbage');
    expect(response.status).toBe(noneRevokedStatus);
    expect(await response.json()).toMatchObject({ data: [], failingPaths: [{ path: '$.jwts[0]' }] });
  });

  test('a server that checks no signatures revokes by the jti alone', async () => {
    await start({ revocationVerifies: false });
    const foreign = await signed({ jti: 'family', exp: now + 60 }, thirdKey);
    expect(await answerOf(revoke(foreign, 'garbage'))).toMatchObject({
      data: [foreign],
      failingPaths: [{ path: '$.jwts[1]' }],
    });
    expect(verdict(await signed(family))).toMatch(/`jti`/);
  });
});

describe('the API around them', () => {
  test('layers of a document are listed, and an unknown one is 404', async () => {
    await start();
    expect(await answerOf(call('GET', `/api/documents/${document}/layers`))).toEqual({
      data: ['my-layer', ''],
    });
    expect(await answerOf(call('GET', `/api/documents/${encodeURIComponent('a:b~c@d')}/layers`))).toEqual({
      data: [''],
    });
    expect(await statusOf(call('GET', '/api/documents/unknown/layers'))).toBe(404);
  });

  test.each([
    ['GET', '/api/secrets/jwt'],
    ['POST', '/api/secrets/jwt'],
    ['POST', '/api/secrets/jwt/rotate'],
    ['POST', '/api/secrets/jwt/1'],
    ['POST', '/api/revoke'],
    ['GET', '/api/documents/unknown/layers'],
  ] as const)('%s %s needs the API token', async (method, path) => {
    await start();
    const body = method === 'POST' ? {} : undefined;
    for (const authorization of ['', 'Token token="wrong"', `Bearer ${apiToken}`, `Token ${apiToken}`])
      expect(await statusOf(call(method, path, body, { authorization }))).toBe(401);
  });

  test.each([
    ['/api/secrets/jwt', '{'],
    ['/api/secrets/jwt', ''],
    ['/api/secrets/jwt', []],
    ['/api/secrets/jwt', { secret: 7 }],
    ['/api/secrets/jwt', { secret: oldKey.pem, expiresAt: 'tomorrow' }],
    ['/api/secrets/jwt', { secret: oldKey.pem, expiresAt: '2030-02-30T00:00:00Z' }],
    ['/api/secrets/jwt/rotate', null],
    ['/api/secrets/jwt/one', { expiresAt: at(now) }],
    ['/api/secrets/jwt/1', {}],
    ['/api/revoke', { jwts: 'eyJ' }],
    ['/api/revoke', { jwts: [7] }],
    ['/api/revoke', { jwts: [] }],
    ['/api/revoke', {}],
  ])('POST %s with %j is 400', async (path, body) => {
    await start();
    expect(await statusOf(call('POST', path, body))).toBe(400);
  });

  test('a body must be declared as JSON', async () => {
    await start();
    const headers = { authorization: `Token token="${apiToken}"`, 'content-type': 'text/plain' };
    expect(await statusOf(call('POST', '/api/revoke', { jwts: ['a'] }, headers))).toBe(400);
  });

  test('unknown paths, methods and encodings have their own statuses', async () => {
    await start();
    expect(await statusOf(call('GET', '/nothing/here'))).toBe(404);
    expect(await statusOf(call('GET', '/api/documents/%ff/layers'))).toBe(400);
    const wrongMethod = await call('GET', '/api/revoke');
    expect([wrongMethod.status, wrongMethod.headers.get('allow')]).toEqual([405, 'POST']);
  });

  test('what is not even HTTP does not stop it', async () => {
    const { url } = await start();
    for (const bytes of [
      '\0\0\r\n\r\n',
      'GET // HTTP/1.1\r\nHost: x\r\n\r\n',
      'POST /api/revoke HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{',
    ]) {
      const socket = connect(Number(new URL(url).port), '127.0.0.1');
      await new Promise((resolve) => socket.once('connect', resolve));
      const closed = new Promise((resolve) => socket.once('close', resolve));
      socket.resume().end(bytes);
      await closed;
    }
    expect(await statusOf(call('GET', '/api/secrets/jwt'))).toBe(200);
  });

  test('an operation fails until it recovers, and the others go on', async () => {
    await start();
    const recover = engine?.inject('revoke', 'server-error');
    const token = await signed({ ...claims, jti: 'family' });
    const revoke = () => call('POST', '/api/revoke', { jwts: [token] });
    expect(await statusOf(revoke())).toBe(503);
    expect(await statusOf(call('GET', '/api/secrets/jwt'))).toBe(200);
    expect(verdict(token)).toBe(true);
    recover?.();
    engine?.inject('revoke', 'answer-lost');
    await expect(revoke()).rejects.toThrow();
    expect(verdict(token)).toMatch(/`jti`/);
    expect(engine?.calls('revoke')).toBe(2);
  });
});
