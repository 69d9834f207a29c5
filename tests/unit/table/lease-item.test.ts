import { expect, test } from '@jest/globals';
import { leaseAttributes, leaseItem, LEASE_KEY } from '../../../lib/table/index.ts';

const LEASE = leaseItem('one', 'emergency', 5000);

test('A lease is read as it was taken, without a checkpoint', () => {
  expect(LEASE).toEqual({ ...LEASE_KEY, version: 'one', kind: 'emergency', takenUntil: 5000 });
  expect(leaseAttributes(LEASE)).toEqual({ version: 'one', kind: 'emergency', takenUntil: 5000 });
});

test('A lease names the abandoned runs, if there are any', () => {
  const abandoned = [{ version: 'zero', foreign: [1], current: 2 }];
  expect(leaseAttributes(leaseItem('one', 'rotation', 5000, abandoned))).toMatchObject({ abandoned });
});

test('A lease is read with all parts of its checkpoint', () => {
  const checkpoint = {
    foreign: [1, 2],
    current: 3,
    currentIsOwn: true,
    entries: [3, 4],
    oldKid: 'kid',
    abandoned: [{ version: 'two', foreign: [1] }],
  };
  expect(leaseAttributes({ ...LEASE, ...checkpoint })).toMatchObject(checkpoint);
});

test.each(['version', 'kind', 'takenUntil'])('A lease is not read without its %s', (name) => {
  expect(leaseAttributes({ ...LEASE, [name]: undefined })).toBeUndefined();
});

test('A lease of an unknown kind is not read', () => {
  expect(leaseAttributes({ ...LEASE, kind: 'other' })).toBeUndefined();
});
