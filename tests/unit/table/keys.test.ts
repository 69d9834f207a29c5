import { describe, expect, test } from '@jest/globals';
import {
  documentOfPartition,
  documentPartition,
  dueKindOf,
  grantKey,
  holderKey,
  holderOfKey,
  jobKey,
  KEYS_PARTITION,
  LEASE_KEY,
  limitKey,
  principalOfGrantKey,
  publishedKeyKey,
} from '../../../lib/table/index.ts';

const ALICE = { kind: 'user', id: 'alice' } as const;
const KEYS = {
  grant: grantKey('doc', ALICE),
  holder: holderKey('doc', 'alice'),
  job: jobKey('id'),
  'published key': publishedKeyKey('kid'),
  lease: LEASE_KEY,
  limit: limitKey('alice', '60/100'),
};

describe('keys', () => {
  test('stay as they are, as a deployed table has items under them', () => {
    expect(KEYS).toEqual({
      grant: { pk: 'DOC#doc', sk: 'GRANT#USER#alice' },
      holder: { pk: 'DOC#doc', sk: 'HOLDER#alice' },
      job: { pk: 'JOB#id', sk: 'JOB' },
      'published key': { pk: 'KEYS', sk: 'kid' },
      lease: { pk: 'KEYS', sk: '#rotation' },
      limit: { pk: 'LIMIT#alice', sk: '60/100' },
    });
    expect(KEYS_PARTITION).toBe('KEYS');
  });

  test('are read as they were made', () => {
    expect(documentOfPartition(documentPartition('doc'))).toBe('doc');
    expect(principalOfGrantKey(KEYS.grant)).toEqual(ALICE);
    expect(holderOfKey(KEYS.holder)).toEqual({ documentId: 'doc', userId: 'alice' });
  });

  test('of another kind are not read', () => {
    for (const { pk, sk } of [KEYS.holder, KEYS.job, KEYS['published key'], KEYS.lease, KEYS.limit]) {
      expect(principalOfGrantKey({ sk })).toBeUndefined();
      if (sk !== KEYS.holder.sk) expect(holderOfKey({ pk, sk })).toBeUndefined();
    }
    expect(holderOfKey(KEYS.grant)).toBeUndefined();
  });

  test('tell the kinds of items that can be due', () => {
    const kinds = Object.values(KEYS).map(dueKindOf);
    expect(kinds).toEqual(['mark', 'holder', 'job', undefined, undefined, undefined]);
  });
});
