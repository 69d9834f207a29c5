import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { createLogger, type Logger } from '../../../lib/runtime/log.ts';
import { loggedUser } from '../../../lib/runtime/user-id-in-logs.ts';
import { parseQuery, runQuery } from '../../../tools/local/stand-ins/cloudwatch-logs/index.ts';
import { queriesIn } from '../../support/cloudwatch/queries-in-docs.ts';

const written: string[] = [];

/** Makes the logger of a function, in its first invocation. */
function logOfFunction(functionName: string): Logger {
  const log = createLogger('info', (line) => written.push(line), Date.now, { stage: 'prod' });
  log.begin(invocationOf(functionName));
  return log;
}

const invocationOf = (functionName: string) => ({
  functionName,
  memoryLimitInMB: '1024',
  invokedFunctionArn: `arn:aws:lambda:eu-central-1:111122223333:function:${functionName}`,
  awsRequestId: 'r',
});

const mint = logOfFunction('layermint-prod-mintToken');
const about = { operation: 'mintToken', route: 'POST /v1/tokens' };
mint.info('request served', { requestId: 'r1', ...about, outcome: 'served', status: 201, durationMs: 80.5 });
mint.begin(invocationOf('layermint-prod-mintToken'));
mint.info('request served', {
  ...{
    requestId: 'r2',
    ...about,
    outcome: 'served',
    status: 201,
    durationMs: 900,
    userId: loggedUser('bob'),
  },
});
mint.error('request failed', {
  requestId: 'r3',
  ...about,
  outcome: 'failed',
  status: 500,
  error: 'STORE_REFUSED',
});

const authorizer = logOfFunction('layermint-prod-authorizeCaller');
authorizer.warn(
  'a caller token was refused',
  {
    requestId: 'REQUEST_ID',
    operation: 'authorizeCaller',
    outcome: 'refused',
    reason: 'expired',
    issuer: 'staff',
  },
  { CallerTokenRefused: 1 },
);

const accessed = (requestId: string, status: string): string =>
  JSON.stringify({
    stage: 'prod',
    requestId,
    route: 'PUT /v1/x',
    status,
    latencyMs: '7',
    functionLatencyMs: '-',
  });

const LINES = [...written, accessed('REQUEST_ID', '401'), accessed('r4', '401'), accessed('r5', '403')].map(
  (message, at) => ({ id: String(at), log: 'l', stream: 's', timestamp: at, ingestionTime: at, message }),
);

/** The answers of the queries under each heading: the values of each row, without times. */
const ANSWERS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'Cold starts': [['layermint-prod-mintToken', '1', '80.5']],
  Errors: [['layermint-prod-mintToken', 'request failed', 'STORE_REFUSED', 'r3']],
  'Refusals by `authorizeCaller`, with their routes': [
    ['REQUEST_ID', 'expired', 'staff', 'PUT /v1/x'],
    ['r4', 'PUT /v1/x'],
  ],
  'One request': [
    ['layermint-prod-authorizeCaller', 'authorizeCaller', 'refused', 'a caller token was refused', 'expired'],
    ['401'],
  ],
};

const page = readFileSync('docs/logs.md', 'utf8');

describe('docs/logs.md', () => {
  const queries = queriesIn('docs/logs.md');

  test('has each query that is tested here, and no other', () => {
    expect(queries.map(({ heading }) => heading)).toEqual(Object.keys(ANSWERS));
  });

  // AWS's pages leave open which value a boolean has, and if a missing field differs from all values.
  const open = [true, false].flatMap((missingDiffers) =>
    [true, false].map((booleansAsWords) => ({ missingDiffers, booleansAsWords })),
  );

  test.each(queries)('$heading', ({ heading, query }) => {
    for (const points of open) {
      const found = runQuery(parseQuery(query), LINES, points).rows.map((row) =>
        row.flatMap(({ field, value }) => (['@timestamp', '@ptr'].includes(field) ? [] : [value])),
      );
      expect(found.map((row) => row.toSorted())).toEqual(ANSWERS[heading]?.map((row) => row.toSorted()));
    }
  });

  test('names each field that the logger itself writes', () => {
    const own = written.flatMap((line) => Object.keys(JSON.parse(line) as object));
    const metrics = ['CallerTokenRefused'];
    const unnamed = new Set(own.filter((name) => !metrics.includes(name) && !page.includes(`\`${name}\``)));
    expect([...unnamed]).toEqual([]);
  });
});
