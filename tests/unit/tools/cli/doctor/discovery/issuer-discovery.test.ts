import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { checkIssuers } from '../../../../../../tools/cli/doctor/discovery/issuer-discovery.ts';
import {
  jsonAnswer,
  listenOnLoopback,
  textAnswer,
  type HttpAnswer,
  type LoopbackServer,
} from '../../../../../../tools/local/stand-ins/loopback-server.ts';
import { systemClock } from '../../../../../../lib/runtime/clock.ts';
import { findingOf, made, problemsIn, stageOf } from '../../../../../support/cli/doctor-stage.ts';
import { startTokenIssuer } from '../../../../../support/identity/token-issuer.ts';

const DOCUMENT = 'discovery document';
const NAME = 'names itself';
const KEYS = 'shows its public keys';
const SECRET = 'shows no key that is secret';
const USABLE = 'a key that API Gateway accepts';

const rsa: JWK = {
  ...(await exportJWK((await generateKeyPair('RS256', { extractable: true })).publicKey)),
  kid: 'one',
};

let server: LoopbackServer;
let requested: string[];
/** Makes the answer to a path; the usual one unless a test replaces it. */
let answers: Record<string, () => HttpAnswer>;

beforeEach(async () => {
  requested = [];
  server = await listenOnLoopback(({ path }) => {
    requested.push(path);
    return Promise.resolve(answers[path]?.() ?? textAnswer(404, 'Nothing here'));
  });
  answers = {
    '/.well-known/openid-configuration': () =>
      jsonAnswer(200, { issuer: server.url, jwks_uri: `${server.url}/keys` }),
    '/keys': () => jsonAnswer(200, { keys: [rsa] }),
  };
});

afterEach(async () => {
  await server.close();
});

const checked = (issuer = server.url, isLocal = true) =>
  made(checkIssuers(stageOf({ parameters: { issuer }, isLocal })));

/** Replaces the discovery document. */
const documentIs = (document: unknown): void => {
  answers['/.well-known/openid-configuration'] = () => jsonAnswer(200, document);
};
const keysAre = (...keys: unknown[]): void => {
  answers['/keys'] = () => jsonAnswer(200, { keys });
};

describe('the issuer of caller tokens', () => {
  test('is in order with an RSA key, as OpenID providers have one', async () => {
    const issuer = await startTokenIssuer('layermint', systemClock);
    const { findings, result } = await checked(issuer.url);
    expect(findings.map(({ outcome }) => outcome)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
    expect(result.get(issuer.url)).toEqual([expect.objectContaining({ kty: 'RSA', kid: 'RS256 key' })]);
    await issuer.close();
  });

  test('with a path and a final slash is looked up without the slash, and keeps it in its name', async () => {
    const issuer = `${server.url}/realms/one/`;
    answers['/realms/one/.well-known/openid-configuration'] = () =>
      jsonAnswer(200, { issuer, jwks_uri: `${server.url}/keys` });
    expect(problemsIn((await checked(issuer)).findings)).toEqual([]);
    expect(requested).toEqual(['/realms/one/.well-known/openid-configuration', '/keys']);
  });

  test.each([
    ['too many in the stage', (url: string) => `${url}/`, (url: string) => url, 'without the slash'],
    ['missing in the stage', (url: string) => url, (url: string) => `${url}/`, 'with the slash'],
  ])('has another name if a final slash is %s', async (_which, inStage, inDocument, cure) => {
    documentIs({ issuer: inDocument(server.url), jwks_uri: `${server.url}/keys` });
    const { findings } = await checked(inStage(server.url));
    expect(findingOf(findings, NAME)).toMatchObject({
      outcome: 'failed',
      detail: expect.stringContaining('they differ in the slash at the end'),
      cure: expect.stringContaining(`Set "issuer" to ${inDocument(server.url)}, ${cure}`),
    });
    expect(problemsIn(findings)).toHaveLength(1);
  });

  test.each([
    ['another address', 'https://other.example', 'Set "issuer" to https://other.example if'],
    [
      'the address for all tenants',
      'https://login.example/{tenantid}/v2.0',
      'the address of your own tenant',
    ],
    ['no name', undefined, 'the address of an OpenID Connect provider'],
  ])('is refused with %s in its document', async (_which, issuer, cure) => {
    documentIs({ issuer, jwks_uri: `${server.url}/keys` });
    expect(findingOf((await checked()).findings, NAME)).toMatchObject({
      outcome: 'failed',
      cure: expect.stringContaining(cure),
    });
  });

  test.each<[string, () => HttpAnswer, string]>([
    ['is not found', () => textAnswer(404, 'no'), 'answers 404'],
    ['is a web page', () => textAnswer(200, '<html>'), 'does not answer with a JSON object'],
    ['is a list', () => jsonAnswer(200, []), 'does not answer with a JSON object'],
    [
      'is elsewhere',
      () => textAnswer(302, '', { location: 'https://elsewhere.example/login?ticket=secret' }),
      'redirects to https://elsewhere.example/login (302)',
    ],
    ['is longer than 1 MiB', () => textAnswer(200, ' '.repeat(1_100_000)), 'The answer is longer than 1 MiB'],
  ])('fails if its discovery document %s, and nothing else is checked', async (_how, answer, detail) => {
    answers['/.well-known/openid-configuration'] = answer;
    const { findings, result } = await checked();
    expect(findings.map(({ outcome }) => outcome)).toEqual([
      'failed',
      'not checked',
      'not checked',
      'not checked',
    ]);
    expect(findingOf(findings, DOCUMENT).detail).toContain(detail);
    expect(JSON.stringify(findings)).not.toContain('secret');
    expect(result.size).toBe(0);
    expect(requested).toHaveLength(1);
  });

  test('fails if nothing answers', async () => {
    expect(findingOf((await checked('http://127.0.0.1:1')).findings, DOCUMENT).detail).toContain(
      'cannot be read (ECONNREFUSED)',
    );
  });

  test('is read over https alone, so that nobody on the way can replace its keys', async () => {
    const { findings } = await checked('http://identity.example.com');
    expect(findingOf(findings, DOCUMENT).detail).toContain('The URL must begin with https://');

    const elsewhere = 'http://keys.example.com/keys';
    documentIs({ issuer: server.url, jwks_uri: elsewhere });
    expect(findingOf((await checked()).findings, KEYS)).toMatchObject({ outcome: 'failed' });
  });

  test('of a deployed stage needs https for its keys even on this machine', async () => {
    expect(findingOf((await checked(server.url, false)).findings, KEYS)).toMatchObject({
      outcome: 'failed',
      cure: expect.stringContaining('It must begin with https://'),
    });
  });

  test.each<[string, () => HttpAnswer, string]>([
    ['are not found', () => textAnswer(404, 'no'), 'answers 404'],
    ['are no list', () => jsonAnswer(200, { keys: {} }), 'answers no list of keys'],
    [
      'have more bytes than API Gateway reads',
      () => jsonAnswer(200, { keys: [rsa], padding: 'x'.repeat(150_000) }),
      'bytes',
    ],
  ])('fails if its keys %s', async (_how, answer, detail) => {
    answers['/keys'] = answer;
    const { findings, result } = await checked();
    expect(findingOf(findings, KEYS)).toMatchObject({
      outcome: 'failed',
      detail: expect.stringContaining(detail),
    });
    expect(findingOf(findings, USABLE).outcome).toBe('not checked');
    expect(result.size).toBe(0);
  });

  test('fails without a "jwks_uri", as of a provider that signs with a shared secret', async () => {
    documentIs({ issuer: server.url });
    expect(findingOf((await checked()).findings, KEYS).detail).toContain('has no "jwks_uri"');
  });

  test.each<[string, JWK, string]>([
    ['an elliptic curve', { kty: 'EC', crv: 'P-256', kid: 'ec' }, '"ec" is of type EC'],
    ['a use other than signatures', { ...rsa, use: 'enc' }, '"one" is for "enc"'],
    ['the algorithm PS256', { ...rsa, alg: 'PS256' }, '"one" is for PS256'],
    ['no kid', { kty: 'RSA', n: rsa.n ?? '', e: 'AQAB' }, 'a key has no "kid"'],
    ['1024 bits', { ...rsa, n: Buffer.alloc(128, 255).toString('base64url') }, 'is shorter than 2048 bits'],
  ])('fails with nothing but a key of %s', async (_kind, key, detail) => {
    keysAre(key);
    expect(findingOf((await checked()).findings, USABLE)).toMatchObject({
      outcome: 'failed',
      detail: expect.stringContaining(detail),
    });
  });

  test('with ES256 keys alone needs the parameter "issuers"', async () => {
    keysAre({ kty: 'EC', crv: 'P-256', kid: 'ec' });
    expect(findingOf((await checked()).findings, USABLE).cure).toContain(
      'use the parameter "issuers" in place of "issuer" and "audience"',
    );
  });

  test.each<[string, JWK, string]>([
    ['a private key', { ...rsa, kid: 'two', d: 'AQAB' }, 'failed'],
    ['a symmetric key', { kty: 'oct', kid: 'two', k: 'c2VjcmV0' }, 'warning'],
  ])('that shows %s to everybody is reported, without the key', async (_which, key, outcome) => {
    keysAre(rsa, key);
    const { findings } = await checked();
    expect(findingOf(findings, SECRET)).toMatchObject({ outcome });
    expect(JSON.stringify(findings)).not.toContain('c2VjcmV0');
  });

  test('fails without any key', async () => {
    keysAre();
    expect(findingOf((await checked()).findings, USABLE).detail).toBe('its key set is empty');
  });

  test('is in order with one usable key among others', async () => {
    keysAre({ kty: 'EC', kid: 'ec' }, 'no key', rsa);
    expect(findingOf((await checked()).findings, USABLE)).toMatchObject({ outcome: 'ok', detail: '1 of 2' });
  });

  test('is warned of if it answers later than API Gateway waits', async () => {
    const times = [0, 1501, 2000, 2100];
    const clock = jest.spyOn(performance, 'now').mockImplementation(() => times.shift() ?? 0);
    const { findings } = await checked();
    clock.mockRestore();
    expect(findingOf(findings, DOCUMENT)).toMatchObject({
      outcome: 'warning',
      detail: expect.stringContaining('took 1501 ms'),
    });
    expect(findingOf(findings, KEYS).outcome).toBe('ok');
  });
});

describe('the issuers of a stage with several', () => {
  const one = (details: Readonly<Record<string, unknown>> = {}) => ({
    name: 'one',
    issuer: server.url,
    audience: 'a',
    algorithms: ['ES256'],
    userIdPrefix: 'one/',
    ...details,
  });
  const ofSeveral = (...issuers: readonly object[]) =>
    made(checkIssuers(stageOf({ parameters: { issuers } })));
  const ec: JWK = { kty: 'EC', crv: 'P-256', kid: 'ec', x: 'AAAA', y: 'AAAA' };

  test('are each checked by their own names, keys and algorithms', async () => {
    keysAre(ec);
    answers['/other/.well-known/openid-configuration'] = () =>
      jsonAnswer(200, { issuer: `${server.url}/other`, jwks_uri: `${server.url}/other/keys` });
    answers['/other/keys'] = () => jsonAnswer(200, { keys: [rsa] });
    const other = { name: 'two', issuer: `${server.url}/other`, audience: 'a', userIdPrefix: '' };

    const { findings, result } = await ofSeveral(one(), other);

    expect(problemsIn(findings)).toEqual([]);
    expect(findingOf(findings, 'the issuer "one" has a key that the authorizer accepts').detail).toBe(
      '1 of 1',
    );
    expect(findingOf(findings, 'the issuer "two" has a key that the authorizer accepts').detail).toBe(
      '1 of 1',
    );
    expect([...result]).toEqual([
      [server.url, [ec]],
      [`${server.url}/other`, [rsa]],
    ]);
  });

  test('do not stop each other if one of them is down', async () => {
    keysAre(ec);
    const down = { name: 'down', issuer: 'http://127.0.0.1:1', audience: 'a', userIdPrefix: '' };
    const { findings, result } = await ofSeveral(down, one());
    expect(findingOf(findings, 'the issuer "down" answers').outcome).toBe('failed');
    expect(findingOf(findings, 'the issuer "one" has a key').outcome).toBe('ok');
    expect([...result.keys()]).toEqual([server.url]);
  });

  test('are named with the setting to correct', async () => {
    documentIs({ issuer: `${server.url}/`, jwks_uri: `${server.url}/keys` });
    keysAre(ec);
    const { findings } = await ofSeveral(one());
    expect(findingOf(findings, NAME)).toMatchObject({
      outcome: 'failed',
      cure: expect.stringContaining(`Set "issuer" of "one" in "issuers" to ${server.url}/, with the slash`),
    });
  });

  test('need no discovery document with "jwksUri"', async () => {
    answers = { '/keys': () => jsonAnswer(200, { keys: [ec] }) };
    const { findings } = await ofSeveral(one({ jwksUri: `${server.url}/keys` }));
    expect(problemsIn(findings)).toEqual([]);
    expect(requested).toEqual(['/keys']);
  });

  test.each<[string, JWK, string]>([
    ['another algorithm', { ...ec, alg: 'ES512' }, '"ec" is for ES512'],
    ['an RSA key', rsa, '"one" is for RSA'],
    ['a key without "kid"', { kty: 'EC', crv: 'P-256', x: 'AAAA', y: 'AAAA' }, 'a key has no "kid"'],
    ['a key for encryption', { ...ec, use: 'enc' }, '"ec" is for "enc"'],
    ['a symmetric key', { kty: 'oct', kid: 'x', k: 'c2VjcmV0' }, '"x" is symmetric'],
  ])('fail with nothing but %s', async (_kind, key, detail) => {
    keysAre(key);
    const { findings } = await ofSeveral(one());
    expect(findingOf(findings, 'has a key that the authorizer accepts')).toMatchObject({
      outcome: 'failed',
      detail: expect.stringContaining(detail),
    });
  });

  test('fail with two keys of one "kid", of which nobody could say which one counts', async () => {
    keysAre(ec, { ...ec, x: 'BBBB' });
    const { findings } = await ofSeveral(one());
    expect(findingOf(findings, 'has a key').detail).toContain('has the same "kid" as another key');
  });

  test('fail with more bytes than the authorizer reads', async () => {
    answers['/keys'] = () => jsonAnswer(200, { keys: [ec], padding: 'x'.repeat(150_000) });
    const { findings } = await ofSeveral(one());
    expect(findingOf(findings, KEYS).cure).toContain('The authorizer reads at most 150000');
  });

  test('give "backends" user ids with their prefixes', async () => {
    keysAre(ec);
    const checkedBackends = async (userId: string) => {
      const backends = { [userId]: ['layermint/grants'] };
      const { findings } = await made(checkIssuers(stageOf({ parameters: { issuers: [one()], backends } })));
      return findingOf(findings, '"backends"');
    };
    expect((await checkedBackends('one/robot')).outcome).toBe('ok');
    expect(await checkedBackends('robot')).toMatchObject({
      outcome: 'warning',
      detail: '"robot" begins with none of the prefixes "one/"',
    });
  });

  test('are not checked if the parameters are not valid', async () => {
    const { findings } = await ofSeveral(one({ algorithms: ['HS256'] }));
    expect(new Set(findings.map(({ outcome }) => outcome))).toEqual(new Set(['not checked']));
    expect(requested).toEqual([]);
  });
});
