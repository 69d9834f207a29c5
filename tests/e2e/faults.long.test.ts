import { afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { fileURLToPath } from 'node:url';
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import type { Fault } from '../../tools/local/stand-ins/faults.ts';
import { type Functions, startFunctions } from '../../tools/local/stand-ins/lambda/index.ts';
import { connectionDropped, type HttpAnswer } from '../../tools/local/stand-ins/loopback-server.ts';
import { type Stack, startStack } from '../../tools/local/stack/stack.ts';
import { secondsOf, systemClock } from '../../lib/runtime/clock.ts';
import { openDocument } from '../support/document-engine/document-engine-client.ts';
import { aheadOf } from '../support/runtime/clock.ts';
import { resourcesOfFile } from '../support/runtime/resources.ts';
import { type DynamoDBProxy, startDynamoDBProxy } from '../support/table/dynamodb-proxy.ts';

// A start takes seconds, and more on a busy machine.
jest.setTimeout(300_000);

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));
const CONTRACT = 'contract-2026';
const MINUTE = 60_000;

/** The lead of the stack's clock over the machine's, in milliseconds. */
let ahead = 0;
const clock = aheadOf(systemClock, () => ahead);

let stack: Stack;
let table: DynamoDBProxy;
let mintFunction: Functions;
let secretsManager: SecretsManagerClient;
let secretId: string;
let signingKey: string;

/** The output of the stack. The lines of a function arrive on another way than its answers, and later. */
const log = {
  text: '',
  waiting: new Set<() => void>(),
  write(text: string): void {
    log.text += text;
    for (const look of log.waiting) look();
  },
  /** Waits for a line of a function about a request. The access log has a line for it too, which may come first. */
  holds: (requestId: string): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        const lines = log.text.split('\n').filter((line) => line.includes(requestId));
        if (!lines.some((line) => !line.includes('"access log"'))) return;
        log.waiting.delete(look);
        resolve();
      };
      log.waiting.add(look);
      look();
    }),
};

const resources = resourcesOfFile();
beforeAll(async () => {
  const { promise: environment, resolve: deployed } =
    Promise.withResolvers<Readonly<Record<string, string>>>();
  const { promise: started, resolve: runs } = Promise.withResolvers<Functions>();
  stack = resources.adopt(
    await startStack({
      port: 0,
      logLevel: 'info',
      clock,
      write: (text) => {
        log.write(text);
      },
      invoke: async (name, event, variables) => {
        deployed(variables);
        return (await started).invoke(name, event);
      },
    }),
    (it) => it.close(),
  );
  table = resources.adopt(await startDynamoDBProxy(stack.dynamoDB), (it) => it.close());
  const first = mint();
  const variables: Record<string, string> = { ...(await environment), AWS_ENDPOINT_URL_DYNAMODB: table.url };
  secretId = variables['SIGNING_KEY_SECRET_ARN'] ?? '';
  mintFunction = resources.adopt(
    await startFunctions(
      [
        {
          name: 'mintToken',
          handler: 'tests/support/local-stack/handlers/mint-at-another-time.handler',
          environment: variables,
          timeoutSeconds: 15,
          memorySizeMb: 512,
        },
      ],
      PROJECT,
      (_, line) => {
        log.write(`${line}\n`);
      },
    ),
    (it) => it.close(),
  );
  runs(mintFunction);
  await expectToken(await first);
  const settings = { endpoint: stack.secretsManager, region: 'us-east-1', credentials: stack.awsCredentials };
  secretsManager = resources.adopt(new SecretsManagerClient(settings), (it) => {
    it.destroy();
  });
  signingKey =
    (await secretsManager.send(new GetSecretValueCommand({ SecretId: secretId }))).SecretString ?? '';
});

/** Ends the fault of the current test. */
let recover = (): void => undefined;
beforeEach(async () => {
  await newProcess();
  await expectToken(await mint());
  log.text = '';
});
afterEach(() => {
  recover();
  table.meddle = () => undefined;
});

const broken = (fault: Fault): void => {
  recover = stack.inject.secretsManager('GetSecretValue', fault);
};

/** Starts a new process, with all clocks at the machine's time. */
async function newProcess(): Promise<void> {
  ahead = 0;
  await mintFunction.restart('mintToken');
}

async function advance(milliseconds: number): Promise<void> {
  ahead += milliseconds;
  await mintFunction.invoke('mintToken', { ahead });
}

const storeSecret = (SecretString: string): Promise<unknown> =>
  secretsManager.send(new PutSecretValueCommand({ SecretId: secretId, SecretString }));

/** Mints for alice, or for a new member of the group of editors. */
async function mint(newcomer?: string): Promise<Response> {
  const now = secondsOf(clock);
  const claims = { iss: stack.issuer, aud: 'layermint', iat: now, exp: now + 3600 };
  const token =
    newcomer === undefined
      ? (stack.callers['alice']?.token ?? '')
      : await stack.signCallerToken({ ...claims, sub: newcomer, 'cognito:groups': ['editors'] });
  const answer = await fetch(`${stack.api}/v1/tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ documentId: CONTRACT }),
  });
  await log.holds(answer.headers.get('apigw-requestid') ?? '');
  return answer;
}

/** Expects that an answer holds a token, and that Document Engine accepts it. */
async function expectToken(answer: Response): Promise<void> {
  const body: unknown = await answer.json();
  expect(body).toMatchObject({ jwt: expect.stringMatching(/^eyJ/) });
  const { jwt } = z.object({ jwt: z.string() }).parse(body);
  expect(await openDocument(stack.documentEngine, jwt, CONTRACT)).toBe(200);
}

/**
 * Expects an answer that asks the caller to try again, and reveals no detail of the fault.
 *
 * @param least - the least time to wait, in seconds; it is up to three times as long
 */
async function expectUnavailable(answer: Response, slug: string, least: number): Promise<void> {
  const body = await answer.text();
  expect(JSON.parse(body)).toMatchObject({ status: 503, type: `urn:layermint:problem:${slug}` });
  expect(answer.status).toBe(503);
  const wait = Number(answer.headers.get('retry-after'));
  expect([wait >= least, wait <= 3 * least]).toEqual([true, true]);
  expect(body).not.toMatch(/eyJ|arn:|127\.0\.0\.1|Dynamo|Secrets|proxy in between/i);
}

/** Parses the lines of the log with a text. */
const logged = (text: string): Readonly<Record<string, unknown>>[] =>
  log.text
    .split('\n')
    .filter((line) => line.includes(text))
    .map((line) => z.record(z.string(), z.unknown()).parse(JSON.parse(line)));

const FAULTS: readonly Fault[] = ['server-error', 'throttled', 'garbage', 'hang', 'answer-lost'];

describe('Secrets Manager', () => {
  test.each(FAULTS)(
    'with the fault %s at the start of a process: 503 until the fault ends',
    async (fault) => {
      broken(fault);
      await newProcess();
      await expectUnavailable(await mint(), 'signing-key-unavailable', 10);
      expect(logged('the signing key could not be fetched')).not.toEqual([]);
      expect(logged('request failed')).toEqual([
        expect.objectContaining({ level: 'ERROR', status: 503, error: 'SIGNING_KEY_UNAVAILABLE' }),
      ]);
      expect(log.text).not.toMatch(/proxy in between|PRIVATE KEY|eyJ/);
      recover();
      await expectToken(await mint());
    },
  );

  test.each(FAULTS)('with the fault %s later on: the held key serves its time, then 503', async (fault) => {
    broken(fault);
    await advance(6 * MINUTE);
    await expectToken(await mint());
    expect(logged('the held one is still used')).toEqual([
      expect.objectContaining({ level: 'WARN', servesUntil: expect.any(String), error: expect.any(String) }),
    ]);
    expect(logged('SigningKeyStale')).toEqual([
      expect.objectContaining({ Stage: 'local', SigningKeyStale: 1 }),
    ]);
    await advance(58 * MINUTE);
    await expectToken(await mint());
    expect(logged('SigningKeyStale')).toHaveLength(2);
    await advance(MINUTE + 1000);
    await expectUnavailable(await mint(), 'signing-key-unavailable', 10);
    recover();
    await expectToken(await mint());
    log.text = '';
    await advance(6 * MINUTE);
    await expectToken(await mint());
    expect(logged('SigningKeyStale')).toEqual([]);
  });

  test('without a key: 503 with this reason, and the first key is used without a restart', async () => {
    await storeSecret('{"state": "none"}');
    await newProcess();
    await expectUnavailable(await mint(), 'no-signing-key', 10);
    expect(logged('request failed')).toEqual([expect.objectContaining({ error: 'NO_SIGNING_KEY' })]);
    await storeSecret(signingKey);
    await expectToken(await mint());
  });

  test.each([
    ['text that is not a key', 'hunter2'],
    ['half a document', '{"kid": "hunter2"'],
    [
      'a key with empty halves',
      JSON.stringify({ kid: 'hunter2', alg: 'ES256', privateKey: '', publicKey: '' }),
    ],
  ])(
    'with %s: this is refused without being quoted, and the held key serves meanwhile',
    async (_, secret) => {
      await storeSecret(secret);
      await advance(6 * MINUTE);
      await expectToken(await mint());
      expect(logged('the held one is still used')).toEqual([
        expect.objectContaining({ error: 'SIGNING_KEY_UNUSABLE' }),
      ]);
      await advance(60 * MINUTE);
      await expectUnavailable(await mint(), 'signing-key-unavailable', 10);
      expect(log.text).not.toContain('hunter2');
      await storeSecret(signingKey);
      await expectToken(await mint());
    },
  );

  test('that hangs: many concurrent requests wait no longer than one', async () => {
    broken('hang');
    await advance(6 * MINUTE);
    for (const answer of await Promise.all(Array.from({ length: 20 }, () => mint())))
      await expectToken(answer);
    expect(logged('the held one is still used').every(({ error }) => error === 'SLOW')).toBe(true);
  });
});

describe('The table', () => {
  const answer = (status: number, type: string): HttpAnswer => ({
    status,
    headers: { 'content-type': 'application/x-amz-json-1.0' },
    body: JSON.stringify({
      __type: `com.amazonaws.dynamodb.v20120810#${type}`,
      message: 'Dynamo says hunter2',
    }),
  });
  const html: HttpAnswer = {
    status: 200,
    headers: { 'content-type': 'text/html' },
    body: '<html>A proxy in between has something to say: hunter2</html>',
  };
  const unprocessed = (_operation: string, _nth: number, body: string) => ({
    answer: {
      status: 200,
      headers: { 'content-type': 'application/x-amz-json-1.0' },
      body: JSON.stringify({
        Responses: {},
        UnprocessedKeys: z.looseObject({ RequestItems: z.unknown() }).parse(JSON.parse(body)).RequestItems,
      }),
    },
  });

  const FAULTY: readonly (readonly [string, DynamoDBProxy['meddle']])[] = [
    ['is down', () => ({ answer: connectionDropped })],
    ['answers 500', () => ({ answer: answer(500, 'InternalServerError') })],
    ['answers 503 without JSON', () => ({ answer: { ...html, status: 503 } })],
    ['throttles', () => ({ answer: answer(400, 'ProvisionedThroughputExceededException') })],
    ['throttles the account', () => ({ answer: answer(400, 'RequestLimitExceeded') })],
    ['leaves keys unprocessed', unprocessed],
    ['answers garbage', () => ({ answer: html })],
    ['does not answer', () => new Promise(() => undefined)],
  ];

  test.each(FAULTY)(
    'that %s: 503 with Retry-After, and the next request afterwards mints',
    async (_, meddle) => {
      table.meddle = meddle;
      await expectUnavailable(await mint(), 'store-unavailable', 1);
      expect(logged('request failed')).toEqual([
        expect.objectContaining({ level: 'ERROR', status: 503, error: 'STORE_UNAVAILABLE', userId: 'alice' }),
      ]);
      expect(log.text).not.toContain('hunter2');
      table.meddle = () => undefined;
      await expectToken(await mint());
    },
  );

  test.each(['AccessDeniedException', 'ResourceNotFoundException', 'ValidationException'])(
    'that refuses with %s: 500 without Retry-After, as no repetition helps, and the next request afterwards mints',
    async (refusal) => {
      table.meddle = () => ({ answer: answer(400, refusal) });
      const refused = await mint();
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([500, null]);
      await log.holds('InternalError');
      expect(logged('request failed')).toEqual([
        expect.objectContaining({
          ...{ level: 'ERROR', status: 500, error: 'STORE_REFUSED', userId: 'alice' },
          ...{ Stage: 'local', InternalError: 1 },
        }),
      ]);
      table.meddle = () => undefined;
      await expectToken(await mint());
    },
  );

  test.each(
    FAULTY.filter(([name]) => ['is down', 'throttles', 'answers garbage', 'does not answer'].includes(name)),
  )(
    'that %s during the write of the holder item: no token is sent, and the next request mints',
    async (name, meddle) => {
      table.meddle = (operation, nth, body) =>
        operation === 'BatchGetItem' ? undefined : meddle(operation, nth, body);
      await expectUnavailable(await mint(`newcomer while it ${name}`), 'store-unavailable', 1);
      table.meddle = () => undefined;
      await expectToken(await mint(`newcomer while it ${name}`));
    },
  );

  test('that loses the answer to a write: the token can be revoked, or none is sent', async () => {
    let lost = 0;
    table.meddle = (operation) =>
      operation === 'BatchGetItem' || lost++ > 0 ? undefined : { change: () => 'lost' };
    const first = await mint('user after a lost answer');
    expect([201, 503]).toContain(first.status);
    expect(lost).toBeGreaterThan(0);
    await expectToken(await mint('user after a lost answer'));
  });

  test('that throttles once: the request is served', async () => {
    table.meddle = (_operation, nth) =>
      nth === table.calls.filter((it) => it === 'BatchGetItem').length && once()
        ? { answer: answer(400, 'ProvisionedThroughputExceededException') }
        : undefined;
    let left = 1;
    const once = (): boolean => left-- > 0;
    await expectToken(await mint());
    expect(left).toBeLessThan(0);
  });

  test('that is slow, but not too slow: the request is served', async () => {
    // After 16 minutes a mint needs only one read, however fast the tests before were.
    await advance(17 * MINUTE);
    await expectToken(await mint());
    const { promise: later, resolve: now } = Promise.withResolvers<undefined>();
    let asked = 0;
    table.meddle = () => {
      asked += 1;
      setTimeout(() => {
        now(undefined);
      }, 500);
      return later;
    };
    await expectToken(await mint());
    expect(asked).toBe(1);
  });

  test('down while a process starts: 503, and the same process mints afterwards', async () => {
    table.meddle = () => ({ answer: connectionDropped });
    await newProcess();
    await expectUnavailable(await mint(), 'store-unavailable', 1);
    table.meddle = () => undefined;
    await expectToken(await mint());
  });

  test('and Secrets Manager down together: 503, and the same process mints once both are back', async () => {
    broken('server-error');
    table.meddle = () => ({ answer: connectionDropped });
    await newProcess();
    expect((await mint()).status).toBe(503);
    table.meddle = () => undefined;
    await expectUnavailable(await mint(), 'signing-key-unavailable', 10);
    recover();
    await expectToken(await mint());
  });
});
