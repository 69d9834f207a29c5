import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import * as own from '../../../../infra/packaging/aws-clients/client-dynamodb.ts';
import { systemClock } from '../../../../lib/runtime/clock.ts';
import { beforeEachAttempt, Deadline } from '../../../../lib/runtime/deadline.ts';
import { connectionDropped } from '../../../../tools/local/stand-ins/loopback-server.ts';
import {
  awsJson,
  CALLS,
  sentByBoth,
  setEnvironment,
  SETTINGS,
  shownRequest,
} from '../../../support/aws/both-clients.ts';

const SUCCESS = () => Promise.resolve(awsJson(200, {}));

test.each(Object.keys(CALLS))('%s is the same request as that of the SDK', async (operation) => {
  const { sdk, own } = await sentByBoth(operation, SUCCESS);

  expect(own.requests).toHaveLength(1);
  expect(own.requests.map(shownRequest)).toEqual(sdk.requests.map(shownRequest));
});

describe('like the SDK, a client', () => {
  test('sends a request again after a lost connection, and tells the number of attempts', async () => {
    const { sdk, own } = await sentByBoth('GetSecretValue', (count) =>
      count === 1 ? Promise.resolve(connectionDropped) : SUCCESS(),
    );

    expect(own.requests.map(shownRequest)).toEqual(sdk.requests.map(shownRequest));
    expect(own.outcome).toMatchObject({ $metadata: { attempts: 2 } });
  });

  test('stops after the attempts of its settings', async () => {
    const { sdk, own } = await sentByBoth('Query', () => Promise.resolve(connectionDropped));

    expect(own.requests).toHaveLength(2);
    expect(own.outcome).toEqual(sdk.outcome);
    expect(own.outcome).toMatchObject({ $metadata: { attempts: 2 } });
  });

  test('signs the second attempt by the time of the server, if the clock of the machine is off', async () => {
    const off = Date.now() - 3_600_000;
    const { sdk, own } = await sentByBoth('Query', (count) =>
      Promise.resolve(
        count === 1
          ? awsJson(400, { __type: 'x#InvalidSignatureException' }, { date: new Date(off).toUTCString() })
          : awsJson(200, {}, { date: new Date(off).toUTCString() }),
      ),
    );

    const hourOf = ({ headers }: { readonly headers: object }) =>
      (headers as Record<string, string>)['x-amz-date']?.slice(0, 11);
    expect(own.requests.map(hourOf)).toEqual(sdk.requests.map(hourOf));
    expect(hourOf(own.requests[1] ?? { headers: {} })).not.toBe(hourOf(own.requests[0] ?? { headers: {} }));
  });

  test('ends a call that is aborted, without another attempt', async () => {
    const { sdk, own } = await sentByBoth(
      'PutItem',
      () => new Promise(() => undefined),
      (client, command) => {
        const ending = new AbortController();
        const sent = client.send(command, { abortSignal: ending.signal });
        setImmediate(() => {
          ending.abort();
        });
        return sent;
      },
    );

    expect(own.outcome).toEqual(sdk.outcome);
    expect(own.outcome).toMatchObject({ name: 'AbortError' });
  });

  test('makes no second attempt once the deadline is over', async () => {
    let deadline = Deadline.after(systemClock, 60_000);
    const { sdk, own } = await sentByBoth(
      'PutItem',
      () => {
        deadline.end();
        return Promise.resolve(connectionDropped);
      },
      (client, command) => {
        deadline = Deadline.after(systemClock, 60_000);
        return deadline.runUntilEnded(() => client.send(command));
      },
    );

    expect(own.requests).toHaveLength(1);
    expect(own.outcome).toEqual(sdk.outcome);
    expect(own.outcome).toMatchObject({ name: 'DEADLINE_OVER' });
  });
});

describe('what a client leaves out it refuses:', () => {
  const before = { ...process.env };

  beforeEach(() => {
    setEnvironment('http://127.0.0.1:9');
  });

  afterEach(() => {
    process.env = { ...before };
  });

  test('another setting', () => {
    expect(() => new own.DynamoDBClient({ ...SETTINGS, region: 'eu-west-1' } as typeof SETTINGS)).toThrow(
      'no setting region',
    );
  });

  test('another option of a call', async () => {
    const client = new own.DynamoDBClient(SETTINGS);
    const call = client.send(new own.QueryCommand({ TableName: 'layermint' }), {
      requestTimeout: 1,
    } as object);

    await expect(call).rejects.toThrow('no option requestTimeout');
  });

  test('a middleware at another place', () => {
    const client = new own.DynamoDBClient(SETTINGS);

    for (const place of [
      { relation: 'before', toMiddleware: 'retryMiddleware' },
      { relation: 'after', toMiddleware: 'serializerMiddleware' },
    ])
      expect(() => {
        client.middlewareStack.addRelativeTo(beforeEachAttempt, place);
      }).toThrow('after "retryMiddleware" only');
  });

  test.each(['AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'])('a process without %s', (name) => {
    process.env[name] = '';

    expect(() => new own.DynamoDBClient(SETTINGS)).toThrow(name);
  });
});

test.each([
  ['@smithy/core', '@aws-sdk/client-dynamodb'],
  ['@smithy/node-http-handler', '@aws-sdk/client-dynamodb'],
  ['@smithy/types', '@aws-sdk/client-dynamodb'],
  ['@aws-sdk/core/client', '@aws-sdk/client-dynamodb'],
  ['@smithy/signature-v4', '@aws-sdk/core/client'],
])('a bundle has the same copy of %s as the SDK', (part, user) => {
  const here = createRequire(resolve('infra/packaging/aws-clients/service-client.ts'));

  expect(here.resolve(part)).toBe(createRequire(here.resolve(user)).resolve(part));
});
