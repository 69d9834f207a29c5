import { describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { loggedPrincipal } from '../../../lib/identity/index.ts';
import { errorFields } from '../../../lib/runtime/errors.ts';
import { createLogger } from '../../../lib/runtime/log.ts';
import { loggedLayer, loggedUser, shownUserIdOf } from '../../../lib/runtime/user-id-in-logs.ts';
import {
  grantKey,
  holderKey,
  jobKey,
  LEASE_KEY,
  publishedKeyKey,
  unreadableItem,
  type Key,
} from '../../../lib/table/index.ts';
import { EVERYONE, group, user } from '../../support/grants/grants.ts';

const hashed = shownUserIdOf({ HASH_USER_IDS: 'on', STAGE: 'prod' });

const MARIA = 'maria@example.com';

/** The text that docs/configuration.md lets an operator compute with other tools. */
const HASH = `sha256:${createHash('sha256').update(`layermint\0prod\0user\0${MARIA}`).digest('base64url')}`;

/** Logs one field. @returns its value in the line */
function loggedAs(field: Parameters<ReturnType<typeof createLogger>['info']>[1], shownUserId = hashed) {
  const lines: string[] = [];
  const write = (line: string): void => void lines.push(line);
  createLogger('info', write, Date.now, { shownUserId }).info('a line', field);
  return (JSON.parse(lines.join('')) as Record<string, unknown>)['field'];
}

describe('With hashing on, a log line shows', () => {
  test('the SHA-256 of the stage and the user id in place of the user id', () => {
    expect(loggedAs({ field: loggedUser(MARIA) })).toBe(HASH);
    expect(hashed(MARIA)).toBe(HASH);
  });

  test('another hash for the same user in another stage', () => {
    expect(shownUserIdOf({ HASH_USER_IDS: 'on', STAGE: 'test' })(MARIA)).not.toBe(HASH);
  });

  test('a private layer with its prefix, and a shared layer as it is', () => {
    expect(loggedAs({ field: loggedLayer(`user:${MARIA}`, 'user:') })).toBe(`user:${HASH}`);
    expect(loggedAs({ field: loggedLayer(`review of ${MARIA}`, 'user:') })).toBe(`review of ${MARIA}`);
  });

  test.each([
    [user(MARIA), `USER#${HASH}`],
    [group('staff'), 'GROUP#staff'],
    [EVERYONE, 'EVERYONE'],
  ])('the principal %j as %s', (principal, shown) => {
    expect(loggedAs({ field: loggedPrincipal(principal) })).toBe(shown);
  });

  test.each<[Key, string]>([
    [holderKey('contract', MARIA), `pk DOC#contract, sk HOLDER#${HASH}`],
    [grantKey('contract', user(MARIA)), `pk DOC#contract, sk GRANT#USER#${HASH}`],
    [grantKey('contract', group('staff')), 'pk DOC#contract, sk GRANT#GROUP#staff'],
    [grantKey('contract', EVERYONE), 'pk DOC#contract, sk GRANT#EVERYONE'],
    [jobKey('7'), 'pk JOB#7, sk JOB'],
    [publishedKeyKey('a-kid'), 'pk KEYS, sk a-kid'],
    [LEASE_KEY, `pk KEYS, sk ${LEASE_KEY.sk}`],
    // Nobody knows the meaning of a key that no kind of item has.
    [{ pk: 'DOC#contract', sk: MARIA }, `pk DOC#contract, sk ${HASH}`],
  ])('the unreadable item %j with its key as "%s"', (key, shown) => {
    const error = unreadableItem('broken', key);
    expect(loggedAs({ field: errorFields(error)['reason'] })).toBe(
      `The table holds a broken item that cannot be read: ${shown}`,
    );
    expect(error.message).toContain(key.sk);
  });
});

test.each([{ HASH_USER_IDS: 'off' as const }, {}])(
  'With %j a log line shows user ids as they are',
  (given) => {
    const shown = shownUserIdOf({ ...given, STAGE: 'prod' });
    expect(loggedAs({ field: loggedUser(MARIA) }, shown)).toBe(MARIA);
    expect(loggedAs({ field: loggedLayer(`user:${MARIA}`, 'user:') }, shown)).toBe(`user:${MARIA}`);
  },
);

test('a text with a user id that is written past the logger shows no user id', () => {
  const field = loggedLayer(`user:${MARIA}`, 'user:');
  expect([String(field), JSON.stringify(field), JSON.stringify({ field })].join()).not.toContain(MARIA);
});
