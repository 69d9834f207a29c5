import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { secondsOf, systemClock } from '../../../../../../lib/runtime/clock.ts';
import { HOUR } from '../../../../../../lib/runtime/time.ts';
import type { PublishedKey } from '../../../../../../lib/signing-keys/index.ts';
import { Table, type Item } from '../../../../../../lib/table/index.ts';
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

/** Makes the item of a published key whose entries at Document Engine are known by their ids. */
const recorded = (key: PublishedKey, ...ids: number[]): Item =>
  publishedItem({ ...key, entryIds: new Set(ids) });

const now = secondsOf(systemClock);
const PREVIOUS = { kid: 'former', state: 'previous' } as const;

describe('the keys of a stage at Document Engine', () => {
  test('are in order if the ids of their entries are in the list, though nothing shows the next restart', async () => {
    await table.put(recorded(publishedKey(), 7));
    await table.put(recorded(publishedKey({ ...PREVIOUS, verifiesUntil: now + HOUR }), 6));
    const entries = [{ id: 6, expiresAt: now + HOUR }, { id: 7 }];
    expect(await checked(entries)).toEqual([
      { check: expect.any(String), outcome: 'ok', detail: 'id 7 is the key test-key' },
      expect.objectContaining({ outcome: 'warning', cure: expect.stringContaining('extraEnvs') }),
    ]);
    expect((await checked(entries, { isLocal: true })).map(({ outcome }) => outcome)).toEqual(['ok']);
  });

  test('were lost at a restart that took the key from the environment', async () => {
    await table.put(recorded(publishedKey(), 7));
    expect(await checked([{ id: 1 }])).toEqual([
      expect.objectContaining({
        outcome: 'failed',
        detail: 'it has lost 1 of the 1 public keys with which tokens of the stage are signed',
        cure: expect.stringMatching(
          /REPLACE_SECRETS_FROM_ENV=true.*extraEnvs.*npm run keys -- status --stage prod/,
        ),
      }),
    ]);
  });

  test('of version 0.1.0, without recorded ids, were lost if there are fewer entries than keys', async () => {
    await table.put(publishedItem(publishedKey()));
    await table.put(publishedItem(publishedKey({ ...PREVIOUS, verifiesUntil: now + HOUR })));
    expect(await checked([{ id: 1 }])).toEqual([
      expect.objectContaining({
        outcome: 'failed',
        detail: expect.stringContaining('it has lost 1 of the 2'),
      }),
    ]);
    expect((await checked([{ id: 1 }, { id: 2 }])).map(({ outcome }) => outcome)).toEqual([
      'not checked',
      'warning',
    ]);
  });

  test('whose tokens have all expired need no entry', async () => {
    await table.put(recorded(publishedKey(), 7));
    await table.put(recorded(publishedKey({ ...PREVIOUS, verifiesUntil: now - HOUR }), 6));
    expect((await checked([{ id: 7 }])).map(({ outcome }) => outcome)).toEqual(['ok', 'warning']);
  });

  test('are not the current one if another stage or backend has put its own there', async () => {
    await table.put(recorded(publishedKey(), 7));
    expect(await checked([{ id: 7, expiresAt: now + HOUR }, { id: 8 }])).toContainEqual(
      expect.objectContaining({
        outcome: 'failed',
        detail: 'id 8 is another key than the one that signs, test-key',
        cure: expect.stringContaining('One Document Engine belongs to one stage'),
      }),
    );
  });

  test('are none yet before the first rotation', async () => {
    expect(await checked([{ id: 1 }])).toEqual([
      expect.objectContaining({ outcome: 'not checked', detail: 'the stage has no signing key yet' }),
      expect.objectContaining({ outcome: 'warning' }),
    ]);
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
