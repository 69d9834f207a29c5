import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { GrantContent } from '../../../../../lib/grants/index.ts';
import type { LineGrant } from '../../../../../tools/cli/grants/grant-line.ts';
import { writeGrants, type WrittenGrant } from '../../../../../tools/cli/grants/write-grants.ts';
import { startDynamoDB, type DynamoDB } from '../../../../../tools/local/stand-ins/dynamodb/index.ts';
import { connectionDropped } from '../../../../../tools/local/stand-ins/loopback-server.ts';
import { ROLES } from '../../../../support/grants/administration.ts';
import { user } from '../../../../support/grants/grants.ts';
import { ManualClock } from '../../../../support/runtime/clock.ts';
import { resourcesOfFile } from '../../../../support/runtime/resources.ts';
import { createDeployedTable } from '../../../../support/table/deployed-table.ts';
import { startDynamoDBProxy, type DynamoDBProxy } from '../../../../support/table/dynamodb-proxy.ts';

const resources = resourcesOfFile();
let dynamoDB: DynamoDB;
let proxy: DynamoDBProxy;
let client: DynamoDBClient;
let table: string;
let tables = 0;

beforeAll(async () => {
  dynamoDB = resources.adopt(await startDynamoDB(), (it) => it.close());
  proxy = resources.adopt(await startDynamoDBProxy(dynamoDB.url), (it) => it.close());
  client = resources.adopt(
    new DynamoDBClient({
      endpoint: proxy.url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    }),
    (it) => {
      it.destroy();
    },
  );
});

beforeEach(async () => {
  tables += 1;
  table = `table-${tables}`;
  await createDeployedTable(dynamoDB, table);
  proxy.calls.length = 0;
  proxy.meddle = () => undefined;
});

const lineOf = (documentId: string, role: string): LineGrant => {
  const content: GrantContent = { role, layers: [''], privateLayer: false };
  return { documentId, principal: user('bob'), content };
};

async function write(written: WrittenGrant[], ...lines: readonly LineGrant[]): Promise<void> {
  const clock = new ManualClock();
  await writeGrants(lines, { client, table, roles: ROLES, clock, onWritten: (it) => written.push(it) });
}

const shown = (written: readonly WrittenGrant[]): unknown =>
  written
    .map(({ documentId, grant, before }) => [documentId, before?.role, grant.role].join(' '))
    .sort((one, other) => (one < other ? -1 : 1));

describe('writeGrants tells', () => {
  test('each grant that it added or changed, with the one before, and none that stays as it is', async () => {
    const first: WrittenGrant[] = [];
    await write(first, lineOf('a', 'viewer'), lineOf('b', 'viewer'));
    const second: WrittenGrant[] = [];
    await write(second, lineOf('a', 'viewer'), lineOf('b', 'editor'), lineOf('c', 'owner'));

    expect(shown(first)).toEqual(['a  viewer', 'b  viewer']);
    expect(shown(second)).toEqual(['b viewer editor', 'c  owner']);
  });

  test('a grant whose answer was lost, as the SDK repeats the write and finds the grant in place', async () => {
    proxy.meddle = async (operation, nth, body) => {
      if (operation !== 'PutItem' || nth > 1) return undefined;
      await fetch(dynamoDB.url, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-amz-json-1.0',
          'x-amz-target': 'DynamoDB_20120810.PutItem',
          authorization:
            'AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
          'x-amz-date': '20260101T000000Z',
        },
        body,
      });
      return { answer: connectionDropped };
    };
    const written: WrittenGrant[] = [];
    await write(written, lineOf('a', 'viewer'));

    expect(proxy.calls.filter((call) => call === 'PutItem')).toHaveLength(2);
    expect(shown(written)).toEqual(['a  viewer']);
  });
});
