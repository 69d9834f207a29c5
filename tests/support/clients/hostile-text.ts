import fc from 'fast-check';

/** Texts that end a string, begin code, or are not seen. */
const PIECES = [
  ...["'", '"', '\\', '$', '${x}', '$x', '$(x)', '\\(x)', '`x`', '{', '}', ';', '!', '@-', '%s', '{{'],
  ...['\n', '\r\n', '\u0000', '\u001b[2J', '\u2028', '\u2029', '\u0085', '\u202e', '\u200b', '\ufeff'],
  ...['\u00a0', '\u3000', '//', '/*', '#', '</script>', '\\u{41}', '\\u0041', '\\x41', 'é', '😀', ' ', 'a'],
];

/** Well-formed texts that try to break out of a string of some language. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.array(fc.constantFrom(...PIECES), { maxLength: 8 }).map((pieces) => pieces.join('')),
  fc.string({ unit: 'binary', maxLength: 30 }),
);
