import { expect, test } from '@jest/globals';
import { visible } from '../../../../clients/console/src/visible-text.ts';

test.each([
  ['bob\u202Eecila', 'bob[U+202E]ecila'],
  ['\u2066\u2069', '[U+2066][U+2069]'],
  ['alice\u200B', 'alice[U+200B]'],
  ['a\u00ADb\u2028c\uFEFF', 'a[U+00AD]b[U+2028]c[U+FEFF]'],
  ['\u3164', '[U+3164]'],
  ['\u{E0041}', '[U+E0041]'],
  ['a\u0000\u007F\u0085', 'a[U+0000][U+007F][U+0085]'],
  ['\uD800', '[U+D800]'],
])('%j is shown as %s, so that no name looks like another', (text, shown) => {
  expect(visible(text)).toBe(shown);
});

test.each(['', 'a b\tc\r\nd', 'ä漢字אבג', 'saved.\u00A0', '<b>&amp;</b>', '😀'])(
  '%j is shown as it is',
  (text) => {
    expect(visible(text)).toBe(text);
  },
);
