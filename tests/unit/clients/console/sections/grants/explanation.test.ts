import { expect, test } from '@jest/globals';
import { questionBody } from '../../../../../../clients/console/src/sections/grants/explanation.ts';

const question = { userId: 'bob', groups: '', which: 'default', layer: 'old' } as const;

test.each([
  [question, {}],
  [{ ...question, groups: 'a\n\nb\r\na' }, { groups: ['a', 'b'] }],
  [{ ...question, which: 'named' as const, layer: 'review' }, { layer: 'review' }],
  [{ ...question, which: 'private' as const }, { privateLayer: true }],
])('The question %j asks for the layer that was chosen', (asked, body) => {
  expect(questionBody('contract-2026', asked)).toEqual({
    documentId: 'contract-2026',
    userId: 'bob',
    ...body,
  });
});
