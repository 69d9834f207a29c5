import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { checkDocumentEngine } from '../../../../../../tools/cli/doctor/document-engine/document-engine-checks.ts';
import {
  startSecretsManager,
  type LocalSecretsManager,
} from '../../../../../../tools/local/stand-ins/secrets-manager/index.ts';
import {
  jsonAnswer,
  listenOnLoopback,
  textAnswer,
  type HttpAnswer,
  type LoopbackServer,
} from '../../../../../../tools/local/stand-ins/loopback-server.ts';
import { awsError, startAws } from '../../../../../support/cli/aws-answers.ts';
import { findingOf, made, problemsIn, stageOf } from '../../../../../support/cli/doctor-stage.ts';
import {
  apiToken,
  start,
  stopEngineAfterEach,
} from '../../../../../support/document-engine/engine-under-test.ts';

const FOR_FUNCTIONS = 'at the address for the functions';
const FOR_APPS = 'at the address for apps';
const VERSION = 'is recent enough';
const API_TOKEN = 'accepts its API token';

let secretsManager: LocalSecretsManager;

beforeEach(async () => {
  secretsManager = await startSecretsManager();
});
afterEach(async () => {
  await secretsManager.close();
});
stopEngineAfterEach();

function checked(
  url: string,
  token: string | undefined = apiToken,
  parameters: Readonly<Record<string, unknown>> = {},
  secrets = secretsManager.url,
) {
  const arn = secretsManager.createSecret('token', token);
  const all = { documentEngineUrl: url, documentEngineApiTokenSecretArn: arn, ...parameters };
  return made(checkDocumentEngine(stageOf({ parameters: all, aws: { secretsManager: secrets } })));
}

describe('Document Engine', () => {
  test('is in order with its API token, and lists its keys', async () => {
    const { findings, result } = await checked((await start()).url);
    expect(problemsIn(findings)).toEqual([]);
    expect(findingOf(findings, API_TOKEN).detail).toBe('it holds 1 public key: 1 (current)');
    expect(result).toEqual([{ id: 1 }]);
  });

  test('refuses a wrong API token, which is not shown', async () => {
    const { findings, result } = await checked((await start()).url, 'wrong-token');
    expect(problemsIn(findings)).toEqual([
      expect.objectContaining({ outcome: 'failed', detail: 'it answers 401' }),
    ]);
    expect(JSON.stringify(findings)).not.toContain('wrong-token');
    expect(result).toBeUndefined();
  });

  test('takes its API token as the one member of a key/value secret', async () => {
    const { findings } = await checked((await start()).url, JSON.stringify({ API_AUTH_TOKEN: apiToken }));
    expect(problemsIn(findings)).toEqual([]);
  });

  test.each(['{"API_AUTH_TOKEN":"api-token","former":"other-token"}', 'two words'])(
    'cannot be called with the secret %s, which is not shown',
    async (text) => {
      const { findings } = await checked((await start()).url, text);
      expect(findingOf(findings, API_TOKEN)).toMatchObject({
        outcome: 'failed',
        detail: expect.stringContaining('as plain text'),
      });
      expect(JSON.stringify(findings)).not.toContain(text);
    },
  );

  test('is not asked for its keys if you may not read its API token', async () => {
    const aws = await startAws(() => awsError('AccessDeniedException'));
    const { findings } = await checked((await start()).url, apiToken, {}, aws.url);
    expect(findingOf(findings, API_TOKEN)).toMatchObject({
      outcome: 'not checked',
      detail: 'your AWS credentials may not call secretsmanager:GetSecretValue',
    });
    await aws.close();
  });

  test('fails if it does not answer at a public address', async () => {
    const { findings } = await checked('http://127.0.0.1:1');
    expect(findings.map(({ outcome }) => outcome)).toEqual(['failed', 'not checked', 'not checked']);
    expect(findingOf(findings, FOR_FUNCTIONS).detail).toBe(
      'http://127.0.0.1:1 cannot be reached from here (ECONNREFUSED)',
    );
  });

  test.each([
    { vpc: { subnetIds: ['subnet-1'], securityGroupIds: ['sg-1'] }, documentEngineUrl: 'http://127.0.0.1:1' },
    { documentEngineApiUrl: 'http://127.0.0.1:1' },
  ])('may be in a network that this machine is not in: %j', async (parameters) => {
    const { findings } = await checked((await start()).url, apiToken, parameters);
    expect(findingOf(findings, FOR_FUNCTIONS).outcome).toBe('not checked');
    expect(findingOf(findings, API_TOKEN).outcome).toBe('not checked');
  });

  test('is reached at both of its addresses', async () => {
    const { url } = await start();
    const { findings } = await checked('http://127.0.0.1:1', apiToken, { documentEngineApiUrl: url });
    expect(findingOf(findings, FOR_FUNCTIONS).outcome).toBe('ok');
    expect(findingOf(findings, FOR_APPS).outcome).toBe('failed');
    expect(findingOf(findings, API_TOKEN).outcome).toBe('ok');
  });
});

describe('a server at the address of Document Engine', () => {
  let server: LoopbackServer;
  let received: string[];
  let health: HttpAnswer;
  let list: HttpAnswer;

  beforeEach(async () => {
    received = [];
    health = { ...textAnswer(200, ''), headers: { server: 'Document Engine/1.20.0' } };
    list = jsonAnswer(200, []);
    server = await listenOnLoopback(({ path }) => {
      received.push(path);
      return Promise.resolve(path === '/healthcheck' ? health : list);
    });
  });
  afterEach(async () => {
    await server.close();
  });

  test.each([
    ['Document Engine/1.20.3', 'ok', undefined],
    ['Document Engine/1.9.0', 'ok', undefined],
    ['Document Engine/2.0', 'ok', undefined],
    ['Document Engine/1.8.2', 'warning', /backend-tokens: older versions take no such token\.$/],
    ['Document Engine/1.8.1', 'warning', /a user whose id holds white space\.$/],
    ['Document Engine/1.5.7', 'warning', /^Update it to 1\.9 or newer\.$/],
    ['nginx', 'warning', /older than 1\.6, or the proxy before it/],
  ])('of the version %s is %s', async (header, outcome, cure) => {
    health = { ...health, headers: { server: header } };
    const { findings } = await checked(server.url);
    expect(findingOf(findings, VERSION).outcome).toBe(outcome);
    if (cure !== undefined) expect(findingOf(findings, VERSION).cure).toMatch(cure);
  });

  test.each([
    [textAnswer(503, ''), '/healthcheck answers 503'],
    [
      textAnswer(301, '', { location: 'https://elsewhere.example/?token=x' }),
      'redirects to https://elsewhere.example/ (301)',
    ],
  ])('that answers %j fails', async (answer, detail) => {
    health = answer;
    const { findings } = await checked(server.url);
    expect(findingOf(findings, FOR_FUNCTIONS)).toMatchObject({
      outcome: 'failed',
      detail: expect.stringContaining(detail),
    });
  });

  test('that redirects the API token to another server sends it there in vain', async () => {
    const stolen: unknown[] = [];
    const thief = await listenOnLoopback(({ headers }) => {
      stolen.push(headers.authorization);
      return Promise.resolve(jsonAnswer(200, []));
    });
    list = textAnswer(307, '', { location: `${thief.url}/api/secrets/jwt` });
    const { findings } = await checked(server.url);
    expect(findingOf(findings, API_TOKEN)).toMatchObject({
      outcome: 'failed',
      detail: expect.stringContaining('refused GET /api/secrets/jwt with 307'),
    });
    expect(stolen).toEqual([]);
    await thief.close();
  });

  test.each([
    ['a web page', textAnswer(200, '<html>', {}), 'does not match its documentation'],
    ['more than 1 MiB', textAnswer(200, ' '.repeat(1_100_000)), 'the request failed'],
  ])('that answers %s in place of its keys fails', async (_which, answer, detail) => {
    list = answer;
    const { findings } = await checked(server.url);
    expect(findingOf(findings, API_TOKEN)).toMatchObject({
      outcome: 'failed',
      detail: expect.stringContaining(detail),
    });
  });

  test('over http outside this machine gets no API token', async () => {
    const { findings } = await checked('http://documents.example.com');
    expect(findingOf(findings, FOR_FUNCTIONS).detail).toContain('The URL must begin with https://');
    expect(secretsManager.calls('GetSecretValue')).toBe(0);
  });
});
