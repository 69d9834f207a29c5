import { expect, test } from '@jest/globals';
import { documentFault } from '../../../../clients/console/src/document-id.ts';

test.each(['a', 'contract-2026', 'A.b_c~d:e@f-9', '...', 'x'.repeat(256)])('%s can be a document', (id) => {
  expect(documentFault(id)).toBeUndefined();
});

test.each(['.', '..', 'a/b', '../grants', 'a?all', 'a#b', '%2e%2e', 'ä', ' a', 'x'.repeat(257)])(
  'an id cannot lead a request to another route: %s',
  (id) => {
    expect(documentFault(id)).toMatch(/^A document id has 1 to 256 characters/);
  },
);

test('an empty id is told apart', () => {
  expect(documentFault('')).toBe('Enter the id of a document.');
});
