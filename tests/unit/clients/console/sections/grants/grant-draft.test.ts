import { describe, expect, test } from '@jest/globals';
import {
  bodyOf,
  draftOf,
  EMPTY,
  faultsOf,
  instantOf,
  localTime,
} from '../../../../../../clients/console/src/sections/grants/grant-draft.ts';
import type { Grant } from '../../../../../../clients/console/src/sections/grants/grant.ts';

const grant: Grant = {
  principal: { kind: 'user', name: 'bob' },
  role: 'annotator',
  layers: [''],
  privateLayer: false,
  defaultGroup: undefined,
  expiresAt: undefined,
  grantedBy: 'alice',
  grantedAt: '2026-01-31T12:00:00Z',
  etag: 'e1',
};

describe('A draft of a grant', () => {
  test.each<Partial<Grant>>([
    {},
    { layers: ['*'], privateLayer: true },
    { layers: [], privateLayer: true },
    { layers: ['', 'review', ' with blanks '] },
    { layers: ['review'], defaultGroup: 'reviewers' },
    { expiresAt: '2027-03-01T12:00:05Z' },
  ])('changes nothing if nothing is typed: %j', (part) => {
    const seen = { ...grant, ...part };
    const { role, layers, privateLayer, defaultGroup, expiresAt } = seen;
    expect(faultsOf(draftOf(seen))).toEqual({});
    expect({ defaultGroup: undefined, expiresAt: undefined, ...bodyOf(draftOf(seen), seen) }).toEqual({
      ...{ role, layers, privateLayer, defaultGroup, expiresAt },
    });
  });

  test('sends a layer once, and no empty line', () => {
    const draft = {
      ...EMPTY,
      role: 'viewer',
      shared: 'named',
      layers: 'a\r\n\nb\na',
      withDefault: true,
    } as const;
    expect(bodyOf(draft, undefined)).toMatchObject({ layers: ['', 'a', 'b'] });
  });

  test('of which names of layers are typed sends none of them after another choice', () => {
    const draft = { ...EMPTY, role: 'viewer', shared: 'all', layers: 'a' } as const;
    expect(bodyOf(draft, undefined)).toMatchObject({ layers: ['*'] });
  });

  test('ends never by a half-typed time', () => {
    expect(faultsOf({ ...EMPTY, name: 'bob', role: 'viewer', ends: 'at', endsAt: '' })).toEqual({
      endsAt: 'Enter a whole date and time.',
    });
  });

  test('tells the faults of each field', () => {
    expect(faultsOf({ ...EMPTY, shared: 'none', role: ' ' })).toEqual({
      name: 'Enter the name of the user.',
      role: 'Enter a role.',
      layers: 'Without any layer, the grant opens nothing.',
    });
    expect(faultsOf({ ...EMPTY, name: '\ud800', role: 'viewer', shared: 'named', layers: '\n' })).toEqual({
      name: 'This name holds a broken character.',
      layers: 'Name a layer, or choose otherwise above.',
    });
    expect(faultsOf({ ...EMPTY, kind: 'everyone', role: 'viewer' })).toEqual({});
  });
});

test('A time of the device is sent in UTC', () => {
  expect(instantOf(localTime('2027-07-01T10:20:30Z'))).toBe('2027-07-01T10:20:30Z');
  expect(Date.parse(instantOf('2027-07-01T10:20'))).toBe(new Date(2027, 6, 1, 10, 20).getTime());
});
