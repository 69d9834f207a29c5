import { describe, expect, test } from '@jest/globals';
import { pointerTo, Problem, PROBLEMS } from '../../../../lib/http/problems/problem.ts';
import { problemOf, problemOfRefusal } from '../../../../lib/http/problems/problem-of.ts';
import {
  NoSigningKeyError,
  SigningKeyUnavailableError,
  UnusableSigningKeyError,
} from '../../../../lib/signing-keys/index.ts';
import { group, user } from '../../../support/grants/grants.ts';
import { StoreUnavailableError } from '../../../../lib/table/index.ts';

describe('a JSON pointer in a URI fragment (RFC 6901 section 6)', () => {
  test.each<[readonly PropertyKey[], string]>([
    [[], '#'],
    [['ttlSeconds'], '#/ttlSeconds'],
    [['requests', 3, 'permissions', 0], '#/requests/3/permissions/0'],
    [[''], '#/'],
    [['a/b'], '#/a~1b'],
    [['m~n'], '#/m~0n'],
    [['~1'], '#/~01'],
    [['c%d'], '#/c%25d'],
    [['k"l'], '#/k%22l'],
    [['a b'], '#/a%20b'],
    [['é'], '#/%C3%A9'],
    [['half \ud83d'], '#/half%20%EF%BF%BD'],
  ])('of %j is %s', (path, pointer) => {
    expect(pointerTo(path)).toBe(pointer);
  });
});

describe('a problem', () => {
  test('is rendered with type, title, status, detail and the request it belongs to', () => {
    const errors = [{ pointer: '#/layer', detail: 'must be a layer' }];
    expect(new Problem('invalid-request', 'What is wrong.', { errors }).body('request-7')).toEqual({
      type: 'urn:layermint:problem:invalid-request',
      title: PROBLEMS['invalid-request'].title,
      status: 400,
      detail: 'What is wrong.',
      requestId: 'request-7',
      errors,
    });
  });

  test('has no member "errors" where the input is not to blame', () => {
    expect(new Problem('not-granted', 'No.').body('request-7')).not.toHaveProperty('errors');
  });
});

describe('what was thrown', () => {
  test.each([
    [new NoSigningKeyError(), 503, 'no-signing-key', '10'],
    [new UnusableSigningKeyError('halves differ'), 503, 'signing-key-unavailable', '10'],
    [new SigningKeyUnavailableError('no answer'), 503, 'signing-key-unavailable', '10'],
    [new StoreUnavailableError('throttled'), 503, 'store-unavailable', '1'],
    [Object.assign(new Error('early'), { name: 'TimeoutError' }), 503, 'timed-out', '1'],
  ])('as %s is answered with %i, %s, and when to try again', (error, status, slug, seconds) => {
    const problem = problemOf(error);
    expect(problem).toMatchObject({ status, slug, headers: { 'retry-after': seconds } });
    expect(problem.message).not.toContain(error.message);
  });

  test.each([new Error('secret of the house'), 'secret of the house', undefined, null, { secret: 1 }])(
    'but is nothing a caller can act on, as %p, is a 500 that says nothing of it',
    (thrown) => {
      const problem = problemOf(thrown);
      expect(problem.status).toBe(500);
      expect(JSON.stringify(problem.body('request-7'))).not.toContain('secret');
    },
  );

  test('as a problem is that problem', () => {
    const problem = new Problem('not-granted', 'No.');
    expect(problemOf(problem)).toBe(problem);
  });
});

describe('a refusal to mint', () => {
  test('without a grant does not say whether the document exists', () => {
    expect(problemOfRefusal({ outcome: 'refused', reason: 'no-grant' })).toMatchObject({
      status: 403,
      slug: 'not-granted',
      message: 'No grant lets this user open this layer of this document.',
    });
  });

  test('of permissions names those that are not granted', () => {
    const problem = problemOfRefusal({
      outcome: 'refused',
      reason: 'permissions-not-granted',
      permissions: ['write', 'download'],
    });
    expect(problem).toMatchObject({ status: 403, slug: 'permissions-not-granted' });
    expect(problem.message).toContain('write, download');
  });

  test.each(['too-many-collaboration-permissions', 'token-too-large'] as const)(
    'for %s says whose grants to merge',
    (reason) => {
      const builtFrom = [user('a "b"'), group('staff')];
      const problem = problemOfRefusal({ outcome: 'refused', reason, builtFrom });
      expect(problem).toMatchObject({ status: 422, slug: 'token-too-large' });
      expect(problem.message).toContain('"USER#a \\"b\\"", "GROUP#staff"');
    },
  );
});
