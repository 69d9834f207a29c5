import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { UsageError } from '../../../../tools/cli/errors.ts';
import { LocalStack, LoopbackUrl } from '../../../../tools/cli/local-stack.ts';
import {
  NONCE_HEADER,
  PROOF_HEADER,
  proofOfAnswer,
  proofOfRequest,
  randomText,
  writeSecretFiles,
} from '../../../../tools/local/proof/index.ts';
import { FULL_DESCRIPTION_PATH, TABLE_PATH } from '../../../../tools/local/stack/routes/paths.ts';
import {
  connectionDropped,
  jsonAnswer,
  listenOnLoopback,
  textAnswer,
  type HttpAnswer,
  type HttpHandler,
  type HttpRequest,
} from '../../../../tools/local/stand-ins/loopback-server.ts';

const Table = z.object({ name: z.string(), endpoint: LoopbackUrl });
const TABLE = { name: 'table', endpoint: 'http://127.0.0.1:8000' };

/** The secret in the file of the port. */
const secret = randomText();
let received: HttpRequest[];
let answer: HttpHandler;
let port: string;
let close: () => Promise<void>;

beforeEach(async () => {
  received = [];
  const server = await listenOnLoopback((request) => {
    received.push(request);
    return answer(request);
  });
  ({ port } = new URL(server.url));
  const files = writeSecretFiles(Number(port), secret);
  close = async () => {
    files.remove();
    await server.close();
  };
});

afterEach(() => close());

const read = () => new LocalStack(port).read(TABLE_PATH, Table);

/** Adds the proof of an answer, as the running stack does. */
const proven = (answered: HttpAnswer, { headers }: HttpRequest, known = secret): HttpAnswer => {
  const proof = proofOfAnswer(known, String(headers[NONCE_HEADER]), answered.status, String(answered.body));
  return { ...answered, headers: { ...answered.headers, [PROOF_HEADER]: proof } };
};

const NOT_THE_STACK = 'is not the local stack that was started here';

test('The stack that knows the secret of its port is read, by a request that proves the same', async () => {
  answer = (request) => Promise.resolve(proven(jsonAnswer(200, TABLE), request));
  expect(await read()).toEqual(TABLE);
  const { method = '', path: target = '', headers } = received[0] ?? {};
  const nonce = String(headers?.[NONCE_HEADER]);
  expect(headers?.[PROOF_HEADER]).toBe(proofOfRequest(secret, { method, target, nonce }));
});

describe('a stranger on the port of a local stack', () => {
  test.each<[string, HttpHandler]>([
    ['that proves nothing', () => Promise.resolve(jsonAnswer(200, TABLE))],
    [
      'that guesses the secret',
      (request) => Promise.resolve(proven(jsonAnswer(200, TABLE), request, randomText())),
    ],
    [
      'that sends the proof of the request back',
      ({ headers }) =>
        Promise.resolve({
          ...jsonAnswer(200, TABLE),
          headers: { [PROOF_HEADER]: String(headers[PROOF_HEADER]) },
        }),
    ],
    [
      'that changes a proven answer on its way',
      (request) =>
        Promise.resolve({
          ...proven(jsonAnswer(200, TABLE), request),
          body: JSON.stringify({ ...TABLE, endpoint: 'http://127.0.0.1:6666' }),
        }),
    ],
    [
      'that turns a refusal into a success',
      (request) => Promise.resolve({ ...proven(jsonAnswer(500, TABLE), request), status: 200 }),
    ],
    [
      'that leads to another address',
      () => Promise.resolve(textAnswer(302, '', { location: 'http://127.0.0.1:1/' })),
    ],
  ])('%s is not believed', async (_how, handler) => {
    answer = handler;
    await expect(read()).rejects.toThrow(UsageError);
    await expect(read()).rejects.toThrow(NOT_THE_STACK);
  });

  test('that replays an answer of the former stack is not believed', async () => {
    let former: HttpAnswer | undefined;
    answer = (request) => Promise.resolve((former ??= proven(jsonAnswer(200, TABLE), request)));
    expect(await read()).toEqual(TABLE);
    await expect(read()).rejects.toThrow(NOT_THE_STACK);
  });

  test('gets neither the secret nor anything derived from it but one proof', async () => {
    answer = () => Promise.resolve(jsonAnswer(200, TABLE));
    await expect(read()).rejects.toThrow('It got nothing from this command.');
    expect(received).toHaveLength(1);
    const [{ path, body, headers } = { path: '', body: 'none', headers: {} }] = received;
    expect([path, body, Object.keys(headers).sort()]).toEqual([
      TABLE_PATH,
      '',
      ['connection', 'host', NONCE_HEADER, PROOF_HEADER],
    ]);
    expect(JSON.stringify(headers)).not.toContain(secret);
  });

  test('without a secret file for the port is not even asked', async () => {
    const other = await listenOnLoopback((request) => {
      received.push(request);
      return Promise.resolve(jsonAnswer(200, TABLE));
    });
    expect(() => new LocalStack(new URL(other.url).port)).toThrow(
      /^No local stack of this folder answers at .* call this command in the folder and as the user of npm start\.$/,
    );
    expect(received).toEqual([]);
    await other.close();
  });
});

test('A stack that has died is not taken for a stranger', async () => {
  answer = () => Promise.resolve(connectionDropped);
  await expect(read()).rejects.toThrow(`No local stack of this folder answers at http://127.0.0.1:${port}.`);
});

test.each([
  'http://10.0.0.1:8000',
  'https://127.0.0.1:8000',
  'http://evil.example',
  'file:///etc/passwd',
  `http://127.0.0.1/${'a'.repeat(300)}`,
])('No answer leads a command to %s', async (endpoint) => {
  answer = (request) => Promise.resolve(proven(jsonAnswer(200, { ...TABLE, endpoint }), request));
  await expect(read()).rejects.toThrow('is of another version than this command');
});

test('A demo user is found by name, and others are named', async () => {
  const description = { callers: { alice: { token: 'a' } }, documents: ['first', 'second'] };
  answer = (request) => Promise.resolve(proven(jsonAnswer(200, description), request));
  expect(await new LocalStack(port).signIn('alice')).toEqual({ callerToken: 'a', documentId: 'first' });
  await expect(new LocalStack(port).signIn('toString')).rejects.toThrow(
    'no user "toString". Its users are alice.',
  );
  expect(received[0]?.path).toBe(FULL_DESCRIPTION_PATH);
});
