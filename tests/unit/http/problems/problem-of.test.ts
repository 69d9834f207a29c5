import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { globSync, readFileSync } from 'node:fs';
import { problemOf } from '../../../../lib/http/problems/problem-of.ts';
import { Problem, type ProblemSlug } from '../../../../lib/http/problems/problem.ts';
import { DeadlineOverError } from '../../../../lib/runtime/deadline.ts';
import { LayermintError } from '../../../../lib/runtime/errors.ts';
import {
  NoSigningKeyError,
  SigningKeyUnavailableError,
  UnusableSigningKeyError,
} from '../../../../lib/signing-keys/index.ts';
import {
  StoreRefusedError,
  StoreThrottledError,
  StoreUnavailableError,
} from '../../../../lib/table/index.ts';
import { RevocationsPendingError } from '../../../../lib/tokens/index.ts';

/** The codes of all errors that lib defines. */
const CODES = globSync('lib/**/*.ts').flatMap((file) =>
  [...readFileSync(file, 'utf8').matchAll(/^  readonly code = '(\w+)';$/gm)].map(([, code = '']) => code),
);

describe('a thrown value', () => {
  let random: number;

  beforeEach(() => {
    random = 0;
    jest.spyOn(Math, 'random').mockImplementation(() => random);
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });

  test.each([
    [new NoSigningKeyError(), 503, 'no-signing-key', '10'],
    [new UnusableSigningKeyError('halves differ'), 503, 'signing-key-unavailable', '10'],
    [new SigningKeyUnavailableError('no answer'), 503, 'signing-key-unavailable', '10'],
    [new StoreUnavailableError('no answer'), 503, 'store-unavailable', '1'],
    [new StoreThrottledError('too many'), 503, 'store-unavailable', '1'],
    [new RevocationsPendingError('too many'), 503, 'revocations-pending', '30'],
    [new DeadlineOverError(), 503, 'timed-out', '1'],
    [Object.assign(new Error('early'), { name: 'TimeoutError' }), 503, 'timed-out', '1'],
  ])('such as %s is answered with %i, %s, and a time to try again', (error, status, slug, seconds) => {
    const problem = problemOf(error);
    expect(problem).toMatchObject({ status, slug, headers: { 'retry-after': seconds } });
    expect(problem.message).not.toContain(error.message);
  });

  test.each([new Error('secret of the house'), 'secret of the house', undefined, null, { secret: 1 }])(
    'that no caller can act on, such as %p, is a 500 without details',
    (thrown) => {
      const problem = problemOf(thrown);
      expect(problem.status).toBe(500);
      expect(JSON.stringify(problem.body('request-7'))).not.toContain('secret');
    },
  );

  test('that DynamoDB would refuse again is a 500 and not a 503, so that no client repeats the request', () => {
    const problem = problemOf(new StoreRefusedError('DynamoDB refused a request (ValidationException)'));
    expect(problem).toMatchObject({ status: 500, slug: 'internal-error', headers: {} });
  });

  test('has clients come back after one to three times its time, so that not all come at once', () => {
    const waits = [0, 0.34, 0.67, 0.999].map((chosen) => {
      random = chosen;
      return problemOf(new StoreUnavailableError('no answer')).headers['retry-after'];
    });
    expect(waits).toEqual(['1', '2', '3', '3']);
    expect(problemOf(new NoSigningKeyError()).headers).toEqual({ 'retry-after': '30' });
  });

  test('that is a problem is answered as it is', () => {
    const problem = new Problem('not-granted', 'No.');
    expect(problemOf(problem)).toBe(problem);
  });

  test('with a time to try again is answered with that time', () => {
    const error = Object.assign(new NoSigningKeyError(), { retryAfterSeconds: 77 });
    expect(problemOf(error).headers).toEqual({ 'retry-after': '77' });
  });

  test('with an unmapped code is a 500 without details', () => {
    class NewError extends LayermintError {
      readonly code = 'NEW_CODE';
    }
    const problem = problemOf(new NewError('secret of the house'));
    expect(problem).toMatchObject({ status: 500, slug: 'internal-error' });
    expect(JSON.stringify(problem.body('request-7'))).not.toContain('secret');
  });
});

describe('each code of a Layermint error', () => {
  /** The codes with a specific problem. Any other is an `internal-error`, which a caller can do nothing about. */
  const PROBLEM_OF_CODE: Readonly<Record<string, ProblemSlug>> = {
    NO_SIGNING_KEY: 'no-signing-key',
    SIGNING_KEY_UNUSABLE: 'signing-key-unavailable',
    SIGNING_KEY_UNAVAILABLE: 'signing-key-unavailable',
    STORE_UNAVAILABLE: 'store-unavailable',
    REVOCATIONS_PENDING: 'revocations-pending',
    DEADLINE_OVER: 'timed-out',
  };

  test('that the service can throw is one of these', () => {
    const codes = new Set(CODES);
    expect(codes.size).toBeGreaterThan(10);
    expect(Object.keys(PROBLEM_OF_CODE).filter((code) => !codes.has(code))).toEqual([]);
  });

  test.each(CODES)('%s has its problem', (code) => {
    class OwnError extends LayermintError {
      readonly code = code;
    }
    expect(problemOf(new OwnError('')).slug).toBe(PROBLEM_OF_CODE[code] ?? 'internal-error');
  });
});
