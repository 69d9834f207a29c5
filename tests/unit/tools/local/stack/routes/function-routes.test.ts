import { beforeEach, describe, expect, test } from '@jest/globals';
import { functionRoutes } from '../../../../../../tools/local/stack/routes/function-routes.ts';
import type { HttpRequest } from '../../../../../../tools/local/stand-ins/api-gateway/index.ts';
import type { FunctionDefinition } from '../../../../../../tools/local/stand-ins/lambda/index.ts';

const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', AWS_SESSION_TOKEN: 'c' };

const rotate: FunctionDefinition = {
  name: 'rotateSigningKey',
  handler: 'functions/rotate-signing-key.handler',
  environment: { TABLE_NAME: 'table', ...CREDENTIALS },
  timeoutSeconds: 1,
  memorySizeMb: 128,
};

let done: string[];

beforeEach(() => {
  done = [];
});

const route = functionRoutes(
  [rotate],
  {
    invoke: (name, event) => Promise.resolve(done.push(`${name} invoked with ${JSON.stringify(event)}`)),
    restart: (name) => Promise.resolve(void done.push(`${name} restarted`)),
  },
  ['sweepRevocations'],
);

const call = (
  method: string,
  target: string,
  headers: HttpRequest['headers'] = [['Host', 'localhost:4747']],
) => route({ method, target, protocol: 'HTTP/1.1', headers, body: undefined, sourceIp: '127.0.0.1' });

test('a function shows its deployed environment, without credentials, and it must not be cached', async () => {
  const answer = await call('GET', '/local/commands/functions/rotateSigningKey');
  expect(answer).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } });
  expect(JSON.parse(String(answer?.body))).toEqual({
    name: 'rotateSigningKey',
    environment: { TABLE_NAME: 'table' },
  });
  expect(done).toEqual([]);
});

test('a function is restarted and invoked by POST', async () => {
  expect(await call('POST', '/local/commands/functions/rotateSigningKey/restart')).toMatchObject({
    status: 200,
  });
  expect(await call('POST', '/local/commands/functions/rotateSigningKey/invoke')).toMatchObject({
    status: 200,
  });
  expect(done).toEqual(['rotateSigningKey restarted', 'rotateSigningKey invoked with {}']);
});

test.each([
  ['GET', '/local/commands/functions/rotateSigningKey/restart'],
  ['GET', '/local/commands/functions/rotateSigningKey/invoke'],
  ['POST', '/local/commands/functions/rotateSigningKey'],
  ['POST', '/local/commands/functions/rotateSigningKey/delete'],
  ['GET', '/local/commands/functions/nothing'],
  ['GET', '/local/commands/functions/'],
  ['GET', '/local/commands/functions/rotateSigningKey?x=1'],
  ['GET', '/v1/local/commands/functions/rotateSigningKey'],
])('%s %s is left to the API', async (method, target) => {
  expect(await call(method, target)).toBeUndefined();
  expect(done).toEqual([]);
});

describe('a web page of another site', () => {
  test.each([
    ['has no name pointed at this machine', [['Host', 'attacker.example']]],
    ['has no name that begins like this machine’s', [['Host', 'localhost.attacker.example:4747']]],
    ['cannot leave the host out', []],
    [
      'cannot post from its own origin',
      [
        ['Host', 'localhost:4747'],
        ['Origin', 'https://attacker.example'],
      ],
    ],
    [
      'cannot post from a sandbox',
      [
        ['Host', '127.0.0.1'],
        ['Origin', 'null'],
      ],
    ],
  ] satisfies [string, HttpRequest['headers']][])('%s', async (_name, headers) => {
    for (const [method, action] of [
      ['GET', ''],
      ['POST', '/restart'],
      ['POST', '/invoke'],
    ] as const) {
      const answer = await call(method, `/local/commands/functions/rotateSigningKey${action}`, headers);
      expect(answer?.status).toBe(403);
      expect(String(answer?.body)).not.toContain('TABLE_NAME');
    }
    expect(done).toEqual([]);
  });

  test.each(['localhost', '127.0.0.1:4747', '[::1]:4747', 'LOCALHOST:4747'])(
    'is not the sender of a request to %s',
    async (host) => {
      expect(await call('GET', '/local/commands/functions/rotateSigningKey', [['host', host]])).toMatchObject(
        {
          status: 200,
        },
      );
    },
  );
});

test('the functions with a schedule are listed, but not for a web page', async () => {
  const answer = await call('GET', '/local/commands/functions');
  expect(JSON.parse(String(answer?.body))).toEqual({ scheduled: ['sweepRevocations'] });
  const headers: HttpRequest['headers'] = [
    ['Host', 'localhost:4747'],
    ['Origin', 'http://localhost:5173'],
  ];
  expect((await call('GET', '/local/commands/functions', headers))?.status).toBe(403);
});
