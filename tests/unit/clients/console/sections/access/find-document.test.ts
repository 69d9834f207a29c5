import { describe, expect, test } from '@jest/globals';
import {
  captionOf,
  documentsWith,
  emptyOf,
} from '../../../../../../clients/console/src/sections/access/find-document.ts';

const documents = ['contract-2026', 'Contract-2027', 'floor-plan'].map((documentId) => ({
  ...{ documentId, layers: [] },
}));

test.each([
  ['', ['contract-2026', 'Contract-2027', 'floor-plan']],
  [' CONTRACT ', ['contract-2026', 'Contract-2027']],
  ['plan', ['floor-plan']],
  ['.*', []],
])('The text %j finds %j', (text, found) => {
  expect(documentsWith(documents, text).map(({ documentId }) => documentId)).toEqual(found);
});

test.each([
  [1, 1, false, '1 document, by id'],
  [3, 3, false, '3 documents, by id'],
  [50, 50, true, '50 documents loaded so far, by id'],
  [2, 50, true, '2 of 50 documents loaded so far'],
  [1, 3, false, '1 of 3 documents'],
])('The caption counts %j of %j, more: %j', (shown, loaded, hasMore, caption) => {
  expect(captionOf(shown, loaded, hasMore)).toBe(caption);
});

describe('An empty list', () => {
  test('says whom to ask for a grant, and for which user id', () => {
    expect(emptyOf('', 0, false, 'mallory')).toContain('a grant to your user id, mallory, or to one of');
    expect(emptyOf('', 0, false, undefined)).toContain('a grant to your user id or to one of');
  });

  test('says if documents that were not loaded could match', () => {
    expect(emptyOf('x', 50, true, 'alice')).toContain('Show more documents');
    expect(emptyOf('x', 50, false, 'alice')).toBe('None of your documents has “x” in its id.');
  });
});
