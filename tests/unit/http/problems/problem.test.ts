import { describe, expect, test } from '@jest/globals';
import { pointerTo, Problem, PROBLEMS } from '../../../../lib/http/problems/problem.ts';

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

  test('has no member "errors" if the body is not at fault', () => {
    expect(new Problem('not-granted', 'No.').body('request-7')).not.toHaveProperty('errors');
  });
});
