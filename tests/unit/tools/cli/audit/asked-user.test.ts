import { expect, test } from '@jest/globals';
import { shownUserIdOf } from '../../../../../lib/runtime/user-id-in-logs.ts';
import { askedUser } from '../../../../../tools/cli/audit/asked-user.ts';

const shown = shownUserIdOf({ HASH_USER_IDS: 'on', STAGE: 'prod' })('bob');

test('In a stage that hashes user ids, the log is searched for the hash', () => {
  expect(askedUser('bob', 'prod', { hashUserIds: 'on' })).toBe(shown);
  expect(askedUser('bob', 'test', { hashUserIds: 'on' })).not.toBe(shown);
});

test('A hash from the log is searched as it is', () => {
  expect(askedUser(shown, 'prod', { hashUserIds: 'on' })).toBe(shown);
});

test('In any other stage, the log is searched for the user id', () => {
  expect(askedUser('bob', 'prod', { hashUserIds: 'off' })).toBe('bob');
  expect(askedUser('bob', 'prod', {})).toBe('bob');
});
