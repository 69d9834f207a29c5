import { expect, test } from '@jest/globals';
import { replacePart } from '../../../../tools/generate/marked-part.ts';

const MARKERS = { begin: '<!-- it -->', end: '<!-- end of it -->' };

test('The part between the markers is replaced, and the rest of the page stays', () => {
  const page = 'Before.\n\n<!-- it -->\n\nold\n\n<!-- end of it -->\n\nAfter.\n';
  expect(replacePart(page, MARKERS, '$& new')).toBe(
    'Before.\n\n<!-- it -->\n\n$& new\n\n<!-- end of it -->\n\nAfter.\n',
  );
});

test.each([
  ['has no marker', 'text'],
  ['has only the first marker', '<!-- it -->'],
  ['has only the last marker', '<!-- end of it -->'],
  ['has them in the wrong order', '<!-- end of it --> <!-- it -->'],
  ['begins the part twice', '<!-- it --> <!-- it --> <!-- end of it -->'],
  ['ends the part twice', '<!-- it --> <!-- end of it --> <!-- end of it -->'],
  ['ends another part before it', '<!-- end of it --> <!-- it --> <!-- end of it -->'],
])('A page that %s is refused, with both markers', (_, page) => {
  expect(() => replacePart(page, MARKERS, 'new')).toThrow(
    'The page must have the markers "<!-- it -->" and "<!-- end of it -->", each once and in this order.',
  );
});
