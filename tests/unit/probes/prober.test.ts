import { beforeEach, describe, expect, test } from '@jest/globals';
import {
  PROBE_CASES,
  Prober,
  probeHandler,
  readProberSecret,
  sendBy,
  type ProbeCase,
} from '../../../lib/probes/index.ts';
import { createLogger } from '../../../lib/runtime/log.ts';
import { ManualClock, NOON } from '../../support/runtime/clock.ts';

const API = 'https://tokens.example.com';
const ENGINE = 'https://documents.example.com';
const ISSUER = 'https://identity.example.com/token';
const CLIENT_SECRET = 'the-secret-of-the-prober';

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const jwt = (claims: object): string => `${part({ alg: 'ES256' })}.${part(claims)}.c2lnbmF0dXJl`;

/** A token service, Document Engine and an identity provider that answer as documented, unless a test changes an answer. */
class FakeWorld {
  readonly clock = new ManualClock();
  /** The paths of all requests. */
  readonly asked: string[] = [];
  /** Everything that was sent. */
  readonly sent: string[] = [];
  readonly #revoked = new Set<string>();
  #count = 0;
  secret: object = { tokenEndpoint: ISSUER, clientId: 'prober', clientSecret: CLIENT_SECRET };
  /** Replaces the answer to a request; undefined: the right one. */
  answer: (path: string, body: Record<string, unknown>, token: string) => Response | undefined = () =>
    undefined;

  readonly prober = new Prober({
    api: API,
    documentId: 'probe-document',
    privateLayerPrefix: 'user:',
    secret: () => readProberSecret(() => Promise.resolve({ SecretString: JSON.stringify(this.secret) })),
    send: sendBy((url, init) => Promise.resolve(this.#answer(new URL(url), init))),
    clock: this.clock,
  });

  async outcomes(): Promise<Record<string, string>> {
    return Object.fromEntries([...(await this.prober.probe())].map(([name, { outcome }]) => [name, outcome]));
  }

  #answer(url: URL, { body: given, headers }: RequestInit): Response {
    const body = typeof given === 'string' ? given : '';
    this.asked.push(url.pathname);
    this.sent.push(`${body} ${JSON.stringify(headers)}`);
    const now = this.clock.now() / 1000;
    if (url.href === ISSUER)
      return (
        this.answer(url.pathname, {}, '') ??
        Response.json({ access_token: jwt({ sub: 'prober', exp: now + 600 }) })
      );
    const token = new Headers(headers).get('authorization')?.slice('Bearer '.length) ?? '';
    const request = url.origin === API ? (JSON.parse(body) as Record<string, unknown>) : {};
    return this.answer(url.pathname, request, token) ?? this.#right(url, request, token);
  }

  #right(url: URL, request: Record<string, unknown>, token: string): Response {
    if (url.origin === ENGINE) {
      const accepted = !this.#revoked.has(url.searchParams.get('jwt') ?? '');
      return new Response('', { status: accepted ? 200 : 403 });
    }
    const { exp } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as {
      exp: number;
    };
    const isGood =
      token.endsWith('.c2lnbmF0dXJl') &&
      token.startsWith(part({ alg: 'ES256' })) &&
      exp * 1000 > this.clock.now();
    if (!isGood) return Response.json({ message: 'Unauthorized' }, { status: 401 });
    if (url.pathname === '/v1/revocations') {
      for (let made = 0; made <= this.#count; made += 1) this.#revoked.add(jwt({ made }));
      return Response.json({}, { status: 200 });
    }
    if (request['onBehalfOf'] !== undefined) return problem('scope-missing');
    if (request['documentId'] !== 'probe-document' || request['layer'] !== undefined)
      return problem('not-granted');
    this.#count += 1;
    return Response.json({ jwt: jwt({ made: this.#count }), serverUrl: ENGINE }, { status: 201 });
  }
}

const problem = (slug: string, status = 403): Response =>
  Response.json({ type: `urn:layermint:problem:${slug}` }, { status });

const granted = (): Response =>
  Response.json({ jwt: jwt({ made: 'wrongly' }), serverUrl: ENGINE }, { status: 201 });

let world: FakeWorld;
beforeEach(() => {
  world = new FakeWorld();
});

const ALL_HELD = Object.fromEntries(PROBE_CASES.map((name) => [name, 'held']));

test('every probe holds at a service that does what it must', async () => {
  expect(await world.outcomes()).toEqual({ ...ALL_HELD, 'expired-caller-token': 'not judged' });

  world.clock.advance(1_200_000);

  expect(await world.outcomes()).toEqual(ALL_HELD);
});

test('an expired token of the secret is tried in the first run', async () => {
  world.secret = { ...world.secret, expiredToken: jwt({ exp: NOON - 3600 }) };

  expect(await world.outcomes()).toEqual(ALL_HELD);
});

describe('a service with a hole is found out:', () => {
  const isOf = (name: string) => (_path: string, body: Record<string, unknown>) => name in body;
  test.each<[ProbeCase, (path: string, body: Record<string, unknown>, token: string) => boolean]>([
    ['no-grant', (_path, { documentId }) => String(documentId).startsWith('layermint-probe-')],
    ['private-layer', isOf('layer')],
    ['forged-signature', (_path, _body, token) => !token.endsWith('.c2lnbmF0dXJl') && token !== ''],
    ['forged-signature', (_path, _body, token) => token.startsWith(part({ alg: 'none', typ: 'JWT' }))],
    ['vouched-without-scope', isOf('onBehalfOf')],
  ])('%s', async (name, lets) => {
    world.answer = (path, body, token) =>
      path === '/v1/tokens' && lets(path, body, token) ? granted() : undefined;

    expect(await world.outcomes()).toMatchObject({ [name]: 'failed', mint: 'held' });
  });

  test('expired-caller-token', async () => {
    world.secret = { ...world.secret, expiredToken: jwt({ exp: NOON - 3600 }) };
    world.answer = (_path, _body, token) =>
      token === jwt({ exp: NOON - 3600 }) ? problem('not-granted') : undefined;

    expect(await world.outcomes()).toEqual({ ...ALL_HELD, 'expired-caller-token': 'failed' });
  });

  test('revoked-token', async () => {
    world.answer = (path) => (path.endsWith('/cover') ? new Response('') : undefined);

    expect(await world.outcomes()).toMatchObject({ 'revoked-token': 'failed', 'open-document': 'held' });
  });
});

describe('an outage is not a hole:', () => {
  const NEGATIVE = PROBE_CASES.slice(2);

  test.each([500, 502, 503, 429])(
    'if everything answers %s, the positive probes fail and no negative one does',
    async (status) => {
      world.answer = (path) => (path === '/token' ? undefined : new Response('', { status }));

      const outcomes = await world.outcomes();

      expect(outcomes['mint']).toBe('failed');
      expect(NEGATIVE.map((name) => outcomes[name])).toEqual(NEGATIVE.map(() => 'not judged'));
    },
  );

  test('if Document Engine is away, opening fails, and nothing is revoked: each revocation would wait for it', async () => {
    world.answer = (path) => (path.endsWith('/cover') ? new Response('', { status: 502 }) : undefined);

    expect(await world.outcomes()).toMatchObject({
      mint: 'held',
      'open-document': 'failed',
      'revoked-token': 'not judged',
    });
    expect(world.asked).not.toContain('/v1/revocations');
  });

  test('a revocation that Document Engine has not confirmed yet is not judged', async () => {
    world.answer = (path) => (path === '/v1/revocations' ? Response.json({}, { status: 202 }) : undefined);

    expect(await world.outcomes()).toMatchObject({ 'revoked-token': 'not judged' });
  });

  test('if the identity provider refuses the prober, nothing is judged', async () => {
    world.answer = (path) => (path === '/token' ? new Response(CLIENT_SECRET, { status: 401 }) : undefined);

    const outcomes = await world.prober.probe();

    expect(new Set([...outcomes.values()].map(({ outcome }) => outcome))).toEqual(new Set(['not judged']));
    expect(JSON.stringify([...outcomes])).not.toContain(CLIENT_SECRET);
  });

  test.each([
    [503, 'The identity provider gives the prober no token: it answered 503'],
    [429, 'The identity provider gives the prober no token: it answered 429'],
    [401, "The identity provider refuses the prober's client credentials (401)"],
    [200, 'The identity provider answers the prober without an access_token that is a JWT'],
  ])('the log tells an outage of the identity provider from a refusal: %s', async (status, detail) => {
    world.answer = (path) => (path === '/token' ? new Response('{}', { status }) : undefined);

    const outcomes = await world.prober.probe();

    expect(new Set([...outcomes.values()].map((it) => it.detail))).toEqual(new Set([detail]));
  });

  test('a refusal for another reason than the documented one is not judged', async () => {
    world.answer = (_path, body) => ('onBehalfOf' in body ? problem('invalid-request', 400) : undefined);

    expect(await world.outcomes()).toMatchObject({ 'vouched-without-scope': 'not judged' });
  });
});

test('a missing grant of the prober is named, with the role and the document', async () => {
  world.answer = (path) => (path === '/v1/tokens' ? problem('not-granted') : undefined);

  expect((await world.prober.probe()).get('mint')?.detail).toContain(
    'the role thumbnail on the document probe-document',
  );
});

test('it revokes its own tokens of the probe document alone', async () => {
  await world.prober.probe();

  expect(world.sent.filter((_it, at) => world.asked[at] === '/v1/revocations')).toEqual([
    expect.stringMatching(/^{"documentId":"probe-document"} /),
  ]);
});

test.each([
  ['basic', `Basic ${Buffer.from('prober:a%3Ab+c').toString('base64')}`],
  ['post', undefined],
])(
  'the client authenticates by %s, as RFC 6749 section 2.3.1 says',
  async (authentication, authorization) => {
    world.secret = { ...world.secret, clientSecret: 'a:b c', authentication, parameters: { scope: 'x' } };

    await world.prober.probe();

    const [body = '', headers = ''] = world.sent[0]?.split(' ', 2) ?? [];
    const form = new URLSearchParams(body);
    expect([form.get('grant_type'), form.get('scope')]).toEqual(['client_credentials', 'x']);
    expect(
      (JSON.parse(world.sent[0]?.slice(body.length + 1) ?? headers) as { authorization?: string })
        .authorization,
    ).toBe(authorization);
    expect(form.get('client_secret')).toBe(authentication === 'post' ? 'a:b c' : null);
  },
);

test.each([
  ['nothing', ''],
  ['no JSON', 'secret'],
  ['no clientSecret', JSON.stringify({ tokenEndpoint: ISSUER, clientId: 'prober' })],
])(
  'a secret with %s is refused by the names of its members, and quoted nowhere',
  async (_what, SecretString) => {
    const read = readProberSecret(() => Promise.resolve({ SecretString }));

    await expect(read).rejects.toThrow(/must be JSON as docs\/probes.md shows it/);
  },
);

test("a prober's secret goes neither over plain http nor to the target of a redirect", async () => {
  const asked: string[] = [];
  const send = sendBy((url, { redirect }) => {
    asked.push(`${url} ${redirect ?? ''}`);
    return Promise.resolve(
      new Response('', { status: 307, headers: { location: 'https://elsewhere.example' } }),
    );
  });

  await expect(send('http://identity.example.com/token')).rejects.toThrow('nothing was sent');
  expect((await send(ISSUER)).status).toBe(307);
  expect(asked).toEqual([`${ISSUER} manual`]);
});

test('an answer without an end is cut off', async () => {
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      controller.enqueue(new Uint8Array(1024 * 1024));
    },
  });

  await expect(sendBy(() => Promise.resolve(new Response(endless)))(ISSUER)).rejects.toThrow('longer than');
});

test('each judged probe writes its metric, the others are counted, and no line holds a token or a secret', async () => {
  const lines: string[] = [];
  const log = createLogger('debug', (line) => lines.push(line));
  world.answer = (_path, body) => ('layer' in body ? granted() : undefined);

  await probeHandler(world.prober, world.clock, log)({}, { getRemainingTimeInMillis: () => 60_000 });

  const metrics = Object.assign({}, ...lines.map((line) => JSON.parse(line) as object)) as Record<
    string,
    unknown
  >;
  expect(metrics).toMatchObject({
    'ProbeFailed-mint': 0,
    'ProbeFailed-open-document': 0,
    'ProbeFailed-no-grant': 0,
    'ProbeFailed-private-layer': 1,
    'ProbeFailed-revoked-token': 0,
    ProbesNotRun: 1,
  });
  expect(metrics).not.toHaveProperty('ProbeFailed-expired-caller-token');
  expect(lines.join('')).not.toMatch(/c2lnbmF0dXJl|the-secret-of-the-prober/);
});
