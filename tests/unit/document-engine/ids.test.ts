import { expect, test } from '@jest/globals';
import { DOCUMENT_ID_PATTERN } from '../../../lib/document-engine/index.ts';

test.each(['.', '..'])('a document id %j, which every URL parser removes from a path, is refused', (id) => {
  expect(new URL(`https://engine.example.com/documents/${encodeURIComponent(id)}/cover`).pathname).not.toBe(
    `/documents/${id}/cover`,
  );
  expect(DOCUMENT_ID_PATTERN.test(id)).toBe(false);
});

test.each(['...', '.a', 'a.', 'a..b', '..a', '.-', '7KPSA689RP53HB64GKKZX64XFV', '~:@_'])(
  'a document id %j keeps its place in a path, and is accepted',
  (id) => {
    const { pathname } = new URL(`https://engine.example.com/documents/${encodeURIComponent(id)}/cover`);
    expect(decodeURIComponent(pathname)).toBe(`/documents/${id}/cover`);
    expect(DOCUMENT_ID_PATTERN.test(id)).toBe(true);
  },
);
