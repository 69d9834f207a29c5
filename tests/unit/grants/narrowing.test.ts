import { describe, expect, test } from '@jest/globals';
import { type Grant, parseRoles } from '../../../lib/grants/index.ts';
import { narrows } from '../../../lib/grants/narrowing.ts';
import { grant, user } from '../../support/grants/grants.ts';
import { NOON } from '../../support/runtime/clock.ts';

const READ_AND_WRITE = ['read-document', 'write'];

const notes = (...collaborationPermissions: readonly string[]): object => ({
  permissions: READ_AND_WRITE,
  collaborationPermissions,
});

const ROLES = parseRoles({
  roles: {
    reader: { permissions: ['read-document'] },
    editor: { permissions: READ_AND_WRITE },
    'editor-too': { permissions: READ_AND_WRITE },
    'reader-in-g': { permissions: ['read-document'], defaultGroup: 'g' },
    'editor-in-own': { permissions: READ_AND_WRITE, defaultGroup: '{userId}' },
    'editor-in-g': { permissions: READ_AND_WRITE, defaultGroup: 'g' },
    'sees-notes': notes('annotations:view:all'),
    'edits-own-notes': notes('annotations:view:all', 'annotations:edit:self'),
    'edits-notes': notes('annotations:view:all', 'annotations:edit:all'),
  },
});

const EVERYTHING = { privateLayer: true, expiresAt: NOON, defaultGroup: 'g' };

type Details = Partial<Omit<Grant, 'principal' | 'etag'>>;

/** Makes a grant of the role `editor` on the layers `a` and `b`, unless given. */
const of = (details: Details): Grant => grant(user('alice'), 'editor', { layers: ['a', 'b'], ...details });

const narrowed = (before: Details, after: Details): boolean => narrows(of(before), of(after), ROLES);

describe('a change of a grant revokes the tokens built from it', () => {
  test.each<readonly [string, Details, Details]>([
    ['a layer is removed', {}, { layers: ['a'] }],
    ['every shared layer becomes two', { layers: ['*'] }, {}],
    ['the private layer is removed', { privateLayer: true }, {}],
    ['it expires a second earlier', { expiresAt: NOON }, { expiresAt: NOON - 1 }],
    ['it gets an expiry', {}, { expiresAt: NOON }],
    ['new records go to another group', { defaultGroup: 'g' }, { defaultGroup: 'h' }],
    ['new records no longer go to a group', { defaultGroup: 'g' }, {}],
    ['the new role sends new records to another group', {}, { role: 'editor-in-g' }],
    [
      "the role's placeholder takes the place of the same text as a group of its own",
      { role: 'editor-in-own', defaultGroup: '{userId}' },
      { role: 'editor-in-own' },
    ],
    ['the new role lacks a permission', {}, { role: 'reader' }],
    ['the new role lists the actions of a role without a list', {}, { role: 'edits-notes' }],
    ['the new role lacks one of two actions', { role: 'edits-notes' }, { role: 'sees-notes' }],
    ['the new role has an action for fewer records', { role: 'edits-notes' }, { role: 'edits-own-notes' }],
    ['the role file does not have the new role', {}, { role: 'retired' }],
    ['the role file no longer has the old role', { role: 'retired' }, {}],
  ])('if %s', (_, before, after) => {
    expect(narrowed(before, after)).toBe(true);
  });
});

describe('a change of a grant revokes nothing', () => {
  test.each<readonly [string, Details, Details]>([
    ['everything stays', EVERYTHING, EVERYTHING],
    ['a layer is added', { layers: ['a'] }, {}],
    ['two layers become every shared layer', {}, { layers: ['*'] }],
    ['the private layer is added', {}, { privateLayer: true }],
    ['it expires a second later', { expiresAt: NOON }, { expiresAt: NOON + 1 }],
    ['it no longer expires', { expiresAt: NOON }, {}],
    ['the new role has one permission more', { role: 'reader' }, { role: 'editor' }],
    ['the new role allows the same', {}, { role: 'editor-too' }],
    ['the new role has one action more', { role: 'sees-notes' }, { role: 'edits-notes' }],
    ['the new role has an action for more records', { role: 'edits-own-notes' }, { role: 'edits-notes' }],
    ['the new role has no list any more', { role: 'edits-notes' }, { role: 'editor' }],
    [
      'the group of a role that creates no records changes',
      { role: 'reader', defaultGroup: 'g' },
      { role: 'reader', defaultGroup: 'h' },
    ],
    ['a role that creates no records has another group', { role: 'reader' }, { role: 'reader-in-g' }],
    [
      'the grant has a group of its own, and the roles have others',
      { defaultGroup: 'h' },
      { role: 'editor-in-g', defaultGroup: 'h' },
    ],
    ['the role stays, although the role file no longer has it', { role: 'retired' }, { role: 'retired' }],
  ])('if %s', (_, before, after) => {
    expect(narrowed(before, after)).toBe(false);
  });
});
