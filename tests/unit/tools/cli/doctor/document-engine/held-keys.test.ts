import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { secondsOf, systemClock } from '../../../../../../lib/runtime/clock.ts';
import { HOUR } from '../../../../../../lib/runtime/time.ts';
import { Table } from '../../../../../../lib/table/index.ts';
import { checkHeldKeys } from '../../../../../../tools/cli/doctor/document-engine/held-keys.ts';
import { startDynamoDB, type DynamoDB } from '../../../../../../tools/local/stand-ins/dynamodb/index.ts';
import { made, stageOf } from '../../../../../support/cli/doctor-stage.ts';
import { publishedItem, publishedKey } from '../../../../../support/signing-keys/published-keys.ts';
import { createDeployedTable } from '../../../../../support/table/deployed-table.ts';

let dynamoDB: DynamoDB;
let names = 0;
let tableName: string;
let table: Table;

beforeAll(async () => {
  dynamoDB = await startDynamoDB();
});
beforeEach(async () => {
  tableName = `table-${(names += 1)}`;
  await createDeployedTable(dynamoDB, tableName);
  table = new Table(dynamoDB.client, tableName, systemClock);
});
afterAll(async () => {
  await dynamoDB.close();
});

const checked = async (
  entries: readonly { readonly id: number; readonly expiresAt?: number }[] | undefined,
  { rotation = 'on', isLocal = false } = {},
) => {
  const stage = stageOf({ parameters: { rotation }, aws: { dynamoDB: dynamoDB.url }, isLocal });
  const deployed = { api: '', tableName, signingKeySecretArn: '' };
  return (await made(checkHeldKeys(stage, deployed, entries))).findings;
};

const now = secondsOf(systemClock);
const PREVIOUS = { kid: 'former', state: 'previous' } as const;

describe('the keys of a stage at Document Engine', () => {
  test('were lost at a restart that took the key from the environment', async () => {
    await table.put(publishedItem(publishedKey()));
    await table.put(publishedItem(publishedKey({ ...PREVIOUS, verifiesUntil: now + HOUR })));
    expect(await checked([{ id: 1 }])).toEqual([
      expect.objectContaining({
        outcome: 'failed',
        detail: 'it holds 1 of the 2 public keys with which tokens of the stage are signed',
        cure: expect.stringMatching(
          /REPLACE_SECRETS_FROM_ENV=true.*extraEnvs.*npm run keys -- rotate --stage prod/,
        ),
      }),
    ]);
  });

  test('may be lost at the next restart, which nothing shows', async () => {
    await table.put(publishedItem(publishedKey()));
    await table.put(publishedItem(publishedKey({ ...PREVIOUS, verifiesUntil: now - HOUR })));
    expect(await checked([{ id: 1 }])).toEqual([
      expect.objectContaining({ outcome: 'warning', cure: expect.stringContaining('extraEnvs') }),
    ]);
    expect(await checked([{ id: 1 }], { isLocal: true })).toEqual([]);
  });

  test('come from its environment if rotation is off', async () => {
    expect(await checked([{ id: 1 }], { rotation: 'off' })).toEqual([
      expect.objectContaining({ outcome: 'not checked', cure: expect.stringContaining('must be true') }),
    ]);
  });

  test('are not compared without its list, or without the table', async () => {
    expect((await checked(undefined)).map(({ outcome }) => outcome)).toEqual(['not checked', 'warning']);
    tableName = 'no-such-table';
    const [finding] = await checked([{ id: 1 }]);
    expect(finding).toMatchObject({
      outcome: 'not checked',
      detail: 'AWS did not answer dynamodb:Query (ResourceNotFoundException)',
    });
  });
});
