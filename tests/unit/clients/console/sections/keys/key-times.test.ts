import { expect, test } from '@jest/globals';
import {
  overlapUntil,
  partOf,
  timeLineOf,
  type PublishedKey,
} from '../../../../../../clients/console/src/sections/keys/key-times.ts';
import {
  nextRotationOf,
  readLocalKeys,
} from '../../../../../../clients/console/src/sections/keys/local-keys.ts';

const NOW = 1_000_000;

const key = (kid: string, iat?: number, exp?: number): PublishedKey => ({ kid, alg: 'ES256', iat, exp });

const KEYS = [key('new', NOW - 60), key('next'), key('old', undefined, NOW + 3600)];

test('The first key signs, another without an end waits, and one with an end is replaced', () => {
  expect(KEYS.map(partOf)).toEqual(['signs', 'waits', 'replaced']);
  expect(partOf(key('old', 0, NOW), 0)).toBe('replaced');
});

test('Each bar begins and ends at its known times, and at the edges without them', () => {
  const { from, until, bars } = timeLineOf(KEYS, NOW);
  expect(from).toBeLessThan(NOW - 60);
  expect(until).toBeGreaterThan(NOW + 3600);
  expect(bars).toMatchObject([
    { kid: 'new', from: NOW - 60, until, openAtStart: false, openAtEnd: true },
    { kid: 'next', from, until, openAtStart: true, openAtEnd: true },
    { kid: 'old', from, until: NOW + 3600, openAtStart: true, openAtEnd: false },
  ]);
});

test('The next rotation is in the picture only if no overlap would shrink beside it', () => {
  const far = NOW + 90 * 86_400;
  expect(timeLineOf([key('only')], NOW, far).until).toBeGreaterThan(far);
  expect(timeLineOf(KEYS, NOW, far).until).toBeLessThan(far);
});

test('A picture without any known moment has some width', () => {
  const { from, until } = timeLineOf([key('only')], NOW);
  expect(until - from).toBeGreaterThan(0);
});

test('The overlap lasts until the last replaced key ends', () => {
  expect(overlapUntil(KEYS, NOW)).toBe(NOW + 3600);
  expect(overlapUntil([key('new'), key('ended', 0, NOW)], NOW)).toBeUndefined();
});

test('The next rotation is an interval after the key that signs was made, if rotation is on and that is known', () => {
  const state = readLocalKeys({
    ...{ rotationEnabled: true, intervalSeconds: 60, faults: [], emergencyUnfinished: false },
    keys: [{ kid: 'a', labels: ['AWSCURRENT'], createdAt: '1970-01-01T00:01:00Z' }],
  });
  expect(nextRotationOf(state)).toBe(120);
  expect(nextRotationOf({ ...state, rotationEnabled: false })).toBeUndefined();
  expect(nextRotationOf({ ...state, keys: [] })).toBeUndefined();
});
