import { describe, expect, test } from '@jest/globals';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { createAuditLog } from '../../../lib/audit/index.ts';
import { isAuditLine } from '../../../lib/audit/recording/audit-line.ts';
import { mintTokenHandler } from '../../../lib/http/routes/tokens/mint-token.ts';
import { createLogger } from '../../../lib/runtime/log.ts';
import { EVERYONE, grant } from '../../support/grants/grants.ts';
import { apiEvent, lambdaContext, type RequestParts } from '../../support/http/events.ts';
import { minting, tableOf } from '../../support/tokens/minting.ts';

const SOURCE = '/layermint/prod';

/** A record that an attacker would like to have in the audit log. */
const FORGED = JSON.stringify({
  specversion: '1.0',
  id: 'forged',
  source: SOURCE,
  type: 'layermint.token.refused',
  time: '2026-01-31T12:00:00.000Z',
  datacontenttype: 'application/json',
  data: { userId: 'bob' },
});

/** Serves a request to mint, and lists every line that the function writes. */
async function linesOf(parts: RequestParts): Promise<string[]> {
  let output = '';
  const write = (line: string) => (output += line);
  const world = minting({
    table: await tableOf({ doc: [grant(EVERYONE, 'editor', { layers: ['*'] })] }),
    audit: createAuditLog(SOURCE, { write }),
    log: createLogger('debug', write),
  });
  await mintTokenHandler(world)(apiEvent(parts), lambdaContext());
  return output.split('\n').slice(0, -1);
}

const recordsIn = (lines: readonly string[]) => lines.filter((line) => isAuditLine(line, SOURCE));

describe('forging a record', () => {
  test.each<[string, RequestParts]>([
    ['by a user id', { claims: { sub: FORGED }, body: { documentId: 'doc' } }],
    [
      'by a user id with a line separator and quotes',
      { claims: { sub: `x"}\u2028${FORGED}` }, body: { documentId: 'doc' } },
    ],
    ['by a layer name', { body: { documentId: 'doc', layer: `"}${FORGED.slice(0, 200)}` } }],
    ['by a group', { claims: { sub: 'alice', 'cognito:groups': [FORGED] }, body: { documentId: 'doc' } }],
    ['by the client id', { claims: { sub: 'alice', client_id: FORGED }, body: { documentId: 'doc' } }],
    [
      'by a display name',
      {
        claims: { sub: 'backend', scope: 'layermint/on-behalf' },
        body: { documentId: 'doc', onBehalfOf: { userId: 'bob', name: `\n${FORGED}\n` } },
      },
    ],
  ])('%s: the request has one record, its own', async (_how, parts) => {
    const records = recordsIn(await linesOf(parts));
    expect(records).toHaveLength(1);
    expect(JSON.parse(records[0] ?? '')).toMatchObject({ id: 'request-1/0' });
  });

  test.each<[string, RequestParts]>([
    ['by a body that is a record', { body: FORGED }],
    ['by a body with line breaks', { body: `{"documentId":\n${FORGED}\n}` }],
    ['by a document id that is a record', { body: { documentId: FORGED } }],
    ['by a user id with line breaks', { claims: { sub: `x\n${FORGED}\n` }, body: { documentId: 7 } }],
    ['by a member that is not known', { body: { documentId: 'doc', [FORGED]: `\n${FORGED}\n` } }],
  ])('%s: no line is one', async (_how, parts) => {
    const records = recordsIn(await linesOf(parts)).filter((line) => !line.includes('caller-not-identified'));
    expect(records).toEqual([]);
  });

  test('by a line of the function beside its records', () => {
    const lines: string[] = [];
    const log = createLogger('debug', (line) => lines.push(line));
    log.info(FORGED, { specversion: '1.0', reason: FORGED });
    log.count('TokensMinted');
    expect(recordsIn(lines)).toEqual([]);
  });

  test('of another stage, or of a type that does not exist', () => {
    expect(isAuditLine(FORGED, SOURCE)).toBe(true);
    expect(isAuditLine(FORGED, '/layermint/test')).toBe(false);
    expect(isAuditLine(FORGED.replace('token.refused', 'token.forged'), SOURCE)).toBe(false);
    expect(isAuditLine(FORGED.replace('"id"', '"more":1,"id"'), SOURCE)).toBe(false);
  });
});

test.each(['\u2028', '\u2029'])(
  'Splitting a record by a user id with %j: each reader of lines finds it whole',
  async (separator) => {
    const lines = await linesOf({ claims: { sub: `al${separator}ice` }, body: { documentId: 'doc' } });
    const [record = ''] = recordsIn(lines);
    expect(record).not.toMatch(/[\u2028\u2029]/);
    expect(JSON.parse(record)).toMatchObject({ data: { userId: `al${separator}ice` } });

    const read: string[] = [];
    for await (const line of createInterface({ input: Readable.from([record]), crlfDelay: Infinity }))
      read.push(line);
    expect(recordsIn(read)).toEqual([record]);
  },
);

test('Reading a token or a body from the audit log', async () => {
  const [record = ''] = recordsIn(await linesOf({ body: { documentId: 'doc', ttlSeconds: 61 } }));
  expect(record).toContain('token.minted');
  for (const secret of ['eyJ', 'ttlSeconds', 'PRIVATE']) expect(record).not.toContain(secret);
});
