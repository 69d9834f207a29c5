import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { PROBE_CASES, type ProbeCase } from '../../lib/probes/index.ts';
import { LocalStack } from '../../tools/cli/local-stack.ts';
import { functionPath, TABLE_PATH } from '../../tools/local/stack/routes/paths.ts';
import { type Stack, startStack } from '../../tools/local/stack/stack.ts';
import { localClient } from '../../tools/local/stand-ins/aws-account.ts';
import { connectionDropped, textAnswer } from '../../tools/local/stand-ins/loopback-server.ts';
import {
  startProberBehindFront,
  type Change,
  type ProberBehindFront,
  type ProbeRequest,
} from '../support/local-stack/prober-behind-front.ts';
import { resourcesOfFile } from '../support/runtime/resources.ts';

// A start takes seconds, and more on a busy machine.
jest.setTimeout(300_000);

let stack: Stack;
let command: LocalStack;
let prober: ProberBehindFront;

const resources = resourcesOfFile();
beforeAll(async () => {
  const started = startStack({ port: 0, logLevel: 'warn', write: () => undefined });
  stack = resources.adopt(await started, (it) => it.close());
  // A run by its schedule would revoke the tokens of a run of these tests.
  await stack.faults.begin('prober', undefined);
  command = new LocalStack(new URL(stack.api).port);
  prober = resources.adopt(await startProberBehindFront(stack), (it) => it.close());
});

const metricsOf = (value: number, cases: readonly ProbeCase[] = PROBE_CASES): Record<string, number> =>
  Object.fromEntries(cases.map((name) => [`ProbeFailed-${name}`, value]));

/** The metrics of a run in which every probe was judged, and all held but those. */
const allHeldBut = (...failed: ProbeCase[]): Record<string, number> => ({
  ...metricsOf(0),
  ...metricsOf(1, failed),
  ProbesNotRun: 0,
});

test('every probe holds at the local stack, as its metrics show', async () => {
  await command.change(functionPath('probeService', 'invoke'), z.object({ name: z.string() }));
  const answer = await fetch(`${stack.api}/local/metrics`, { headers: { accept: 'application/json' } });
  const { metrics } = (await answer.json()) as {
    metrics: { name: string; namespace: string; lastHour: { maximum: number } }[];
  };
  const ofProber = metrics.filter(({ name }) => /^Probe(?:Failed-|sNotRun)/.test(name));
  expect(Object.fromEntries(ofProber.map(({ name, lastHour }) => [name, lastHour.maximum]))).toEqual(
    allHeldBut(),
  );
});

test('every probe holds behind a front that passes all requests on', async () => {
  expect((await prober.run()).metrics).toEqual(allHeldBut());
});

test('run after run leaves one item of the prober, and no revocation waits', async () => {
  for (let run = 0; run < 5; run += 1) expect((await prober.run()).metrics).toEqual(allHeldBut());

  const { name, endpoint } = await command.read(
    TABLE_PATH,
    z.object({ name: z.string(), endpoint: z.string() }),
  );
  const table = new DynamoDBClient(localClient(endpoint, stack.awsCredentials));
  const { Items = [] } = await table.send(new ScanCommand({ TableName: name }));
  const holders = Items.filter(({ sk }) => sk?.S?.startsWith('HOLDER#') === true);
  expect(holders.map(({ sk, pending }) => [sk?.S, Object.keys(pending?.M ?? {})])).toEqual([
    ['HOLDER#prober', []],
  ]);
});

const isMint = ({ path }: ProbeRequest): boolean => path === '/v1/tokens';
const expiryOf = (token: string): number =>
  z
    .object({ exp: z.number() })
    .parse(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())).exp;
const withValidToken = (request: ProbeRequest): ProbeRequest => ({ ...request, token: request.validToken });

describe('a front that opens one hole is found out, by that probe alone:', () => {
  const holes: readonly (readonly [ProbeCase, string, (request: ProbeRequest) => ProbeRequest])[] = [
    [
      'no-grant',
      'any document opens with the grant of another',
      (request) =>
        String(request.body['documentId']).startsWith('layermint-probe-')
          ? { ...request, body: { ...request.body, documentId: 'probe-document' } }
          : request,
    ],
    [
      'private-layer',
      'the name of the layer does not count',
      (request) => ({
        ...request,
        body: Object.fromEntries(Object.entries(request.body).filter(([name]) => name !== 'layer')),
      }),
    ],
    [
      'expired-caller-token',
      'the expiry does not count',
      (request) => (expiryOf(request.token) * 1000 < Date.now() ? withValidToken(request) : request),
    ],
    [
      'forged-signature',
      'the signature does not count',
      (request) =>
        request.token.split('.').slice(0, 2).join() === request.validToken.split('.').slice(0, 2).join()
          ? withValidToken(request)
          : request,
    ],
    [
      'forged-signature',
      'a token may ask for no signature',
      (request) =>
        request.token.startsWith(Buffer.from('{"alg":"none"').toString('base64url').slice(0, 17))
          ? withValidToken(request)
          : request,
    ],
    [
      'vouched-without-scope',
      'every caller may do what the backend may',
      (request) =>
        'grant' in request.body ? { ...request, token: stack.callers['backend']?.token ?? '' } : request,
    ],
  ];
  test.each(holes)('%s: %s', async (name, _hole, change) => {
    const { metrics, log } = await prober.run((request) => (isMint(request) ? change(request) : request));

    expect(metrics).toEqual(allHeldBut(name));
    expect(log).toContain(`"message":"a probe failed","probe":"${name}"`);
  });

  test('revoked-token: Document Engine confirms revocations, and forgets them', async () => {
    await stack.faults.begin('document-engine-forgets-revocations', undefined);
    const { metrics } = await prober.run();
    await stack.faults.end('document-engine-forgets-revocations');

    expect(metrics).toEqual(allHeldBut('revoked-token'));
    expect((await prober.run()).metrics).toEqual(allHeldBut());
  });
});

describe('an outage is counted as not judged, and not as a hole:', () => {
  const outages: readonly (readonly [string, Change])[] = [
    ['does not answer', () => connectionDropped],
    ['answers 503', () => textAnswer(503, 'away')],
    ['answers with the page of a proxy', () => textAnswer(403, 'forbidden')],
  ];
  test.each(outages)('if the API %s, nothing fails but the mint', async (_what, change) => {
    expect((await prober.run(change)).metrics).toEqual({ 'ProbeFailed-mint': 1, ProbesNotRun: 7 });
  });

  test('if Document Engine is away, only the opening fails, and nothing is revoked', async () => {
    const paths: string[] = [];
    await stack.faults.begin('document-engine', undefined);
    const { metrics } = await prober.run((request) => {
      paths.push(request.path);
      return request;
    });
    await stack.faults.end('document-engine');

    const judged = PROBE_CASES.filter((name) => name !== 'revoked-token');
    expect(metrics).toEqual({ ...metricsOf(0, judged), 'ProbeFailed-open-document': 1, ProbesNotRun: 1 });
    expect(paths).not.toContain('/v1/revocations');
  });

  test('if Document Engine goes away before the revocation, that is not judged', async () => {
    const { metrics } = await prober.run((request) => {
      if (request.path === '/v1/revocations') void stack.faults.begin('document-engine', undefined);
      return request;
    });
    await stack.faults.end('document-engine');

    const judged = PROBE_CASES.filter((name) => name !== 'revoked-token');
    expect(metrics).toEqual({ ...metricsOf(0, judged), ProbesNotRun: 1 });
  });

  test('if the issuer is away, nothing is judged', async () => {
    await stack.faults.begin('issuer', undefined);
    const { metrics, log } = await prober.run();
    await stack.faults.end('issuer');

    expect(metrics).toEqual({ ProbesNotRun: 8 });
    expect(log).toContain('The identity provider gives the prober no token: it answered 503');
  });

  test('if Secrets Manager is away, nothing is judged', async () => {
    await stack.faults.begin('secrets-manager', undefined);
    const { metrics } = await prober.run();
    await stack.faults.end('secrets-manager');

    expect(metrics).toEqual({ ProbesNotRun: 8 });
  });
});

test('if the prober has lost its grant, the mint fails, and the log says what to give it', async () => {
  const grant = `${stack.api}/v1/documents/probe-document/grants?user=prober`;
  const headers = {
    authorization: `Bearer ${stack.callers['backend']?.token ?? ''}`,
    'content-type': 'application/json',
  };
  expect((await fetch(grant, { method: 'DELETE', headers })).status).toBe(204);
  const { metrics, log } = await prober.run();
  const body = JSON.stringify({ role: 'thumbnail', layers: ['*'] });
  expect((await fetch(grant, { method: 'PUT', headers, body })).status).toBe(201);

  expect(metrics).toMatchObject({ 'ProbeFailed-mint': 1, 'ProbeFailed-no-grant': 0, ProbesNotRun: 2 });
  expect(log).toContain('the role thumbnail on the document probe-document');
});

test('no token of the prober is in its log', async () => {
  const tokens = new Set<string>();
  const { log } = await prober.run((request) => {
    tokens.add(request.token);
    return request;
  });
  expect(tokens.size).toBe(4);
  for (const token of tokens) for (const part of token.split('.')) expect(log).not.toContain(part);
});
