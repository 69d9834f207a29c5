import { describe, expect, test } from '@jest/globals';
import { type Holder } from '../../../lib/revocation/index.ts';
import { type Authority } from '../../../lib/tokens/authority.ts';
import { rule, type MintRequest } from '../../../lib/tokens/ruling.ts';
import { ROLES } from '../../support/grants/administration.ts';
import { EVERYONE, grant, group, subject, user } from '../../support/grants/grants.ts';
import { NOON } from '../../support/runtime/clock.ts';

const NOW = NOON * 1000;
const MINUTE = 60_000;
const ALICE = subject('alice', ['staff']);
const POLICY = { roles: ROLES, privateLayerPrefix: 'user:' };

const HOLDER: Holder = {
  epoch: NOW - 2 * MINUTE,
  namedAt: NOW - MINUTE,
  holdsUntil: NOON + 3600,
  builtFrom: new Set(['USER#alice']),
  pending: {},
};

const authority = (holder: Partial<Holder> | undefined, ...grants: Authority['grants']): Authority => ({
  grants,
  ...(holder && { holder: { ...HOLDER, ...holder } }),
  readBegan: NOW,
});

const asking = (layer: MintRequest['layer'], ttlSeconds = 900): MintRequest => ({
  documentId: 'doc',
  layer,
  ttlSeconds,
});

const ruled = (read: Authority, requests = [asking('')], known?: Holder) =>
  rule(ALICE, requests, read, known, POLICY, NOON);

const VIEWER = grant(user('alice'), 'viewer');

describe('a read counts', () => {
  test('if the holder item it saw has named every principal for a minute before it began', () => {
    expect(ruled(authority({}, VIEWER)).counts).toBe(true);
    expect(ruled(authority({ namedAt: NOW - MINUTE + 1 }, VIEWER)).counts).toBe(false);
    expect(ruled(authority({ builtFrom: new Set(['EVERYONE']) }, VIEWER)).counts).toBe(false);
    expect(ruled(authority(undefined, VIEWER)).counts).toBe(false);
  });

  test('even if the holder item still needs a later expiry: that names no principal', () => {
    expect(ruled(authority({ holdsUntil: NOON }, VIEWER)).counts).toBe(true);
  });

  test('if the holder item was known before it, and the read saw the same epoch', () => {
    const young = { namedAt: NOW - 5 };
    const known = { ...HOLDER, ...young };
    expect(ruled(authority(young, VIEWER), [asking('')], known).counts).toBe(true);
    const revoked = { namedAt: NOW - 5, epoch: NOW - 5, builtFrom: new Set<string>() };
    expect(ruled(authority(revoked, VIEWER), [asking('')], known).counts).toBe(false);
    expect(ruled(authority(undefined, VIEWER), [asking('')], known).counts).toBe(false);
  });

  test('not by principals that the holder item got since it was known', () => {
    const grown = { namedAt: NOW - 5, builtFrom: new Set(['USER#alice', 'GROUP#staff']) };
    const known = { ...HOLDER, namedAt: NOW - 10 };
    expect(ruled(authority(grown, grant(group('staff'), 'editor')), [asking('')], known).counts).toBe(false);
  });

  test('for refusals alone, with any holder item', () => {
    expect(ruled(authority(undefined))).toMatchObject({ permits: [], counts: true });
    expect(ruled(authority(undefined)).need).toBeUndefined();
  });
});

test('All requests for a document are ruled on together, and the holder item has to cover every permit', () => {
  const requests = [asking('', 60), asking('b', 7200), asking('c'), asking({ private: true })];
  const read = authority({}, VIEWER, grant(EVERYONE, 'editor', { layers: ['b'] }));
  const { refusals, permits, need } = ruled(read, requests);
  expect(refusals.map(([request]) => request)).toEqual([requests[2], requests[3]]);
  expect(permits.map(([request, { layer }]) => [request, layer])).toEqual([
    [requests[0], ''],
    [requests[1], 'b'],
  ]);
  expect(need).toEqual({ expiresAt: NOON + 7200, builtFrom: new Set(['USER#alice', 'EVERYONE']) });
});
