import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { faultInJson, lineAndColumn } from '../../../../lib/runtime/json/json-syntax.ts';

const VALUE = 'a value';
const NAME = 'a member name in double quotes';
const ESCAPE = String.raw`one of the escapes \" \\ \/ \b \f \n \r \t \uXXXX`;
const NO_CONTROL = String.raw`an escape such as \n in place of a control character`;
const CLOSING_QUOTE = 'the double quote that ends the string';

/** The fault of a text as its place and the tokens that fit there. */
function faultOf(text: string): readonly [string, string] | undefined {
  const fault = faultInJson(text);
  if (fault === undefined) return undefined;
  return [lineAndColumn(text, fault.at), fault.kind === 'syntax' ? fault.expected : fault.path.join('/')];
}

describe('the first fault of a JSON text', () => {
  test.each([
    // Objects
    ['{', 'line 1, column 2', `${NAME} or "}"`],
    ["{'a': 1}", 'line 1, column 2', `${NAME} or "}"`],
    ['{a: 1}', 'line 1, column 2', `${NAME} or "}"`],
    ['{"a": 1,}', 'line 1, column 9', NAME],
    ['{"a": 1, 7: 2}', 'line 1, column 10', NAME],
    ['{"a" 1}', 'line 1, column 6', '":"'],
    ['{"a"', 'line 1, column 5', '":"'],
    ['{"a": }', 'line 1, column 7', VALUE],
    ['{"a": 1 "b": 2}', 'line 1, column 9', '"," or "}"'],
    ['{"a": 1', 'line 1, column 8', '"," or "}"'],
    ['{"a": 1]', 'line 1, column 8', '"," or "}"'],
    // Arrays
    ['[', 'line 1, column 2', `${VALUE} or "]"`],
    ['[,1]', 'line 1, column 2', `${VALUE} or "]"`],
    ['[1,]', 'line 1, column 4', VALUE],
    ['[1 2]', 'line 1, column 4', '"," or "]"'],
    ['[1}', 'line 1, column 3', '"," or "]"'],
    ['[{"a": [1, {"b": 2]}]', 'line 1, column 19', '"," or "}"'],
    // Scalars
    ['', 'line 1, column 1', VALUE],
    [' \n\t', 'line 2, column 2', VALUE],
    ['NaN', 'line 1, column 1', VALUE],
    ['True', 'line 1, column 1', VALUE],
    ['undefined', 'line 1, column 1', VALUE],
    ['truely', 'line 1, column 5', 'the end'],
    ['01', 'line 1, column 2', 'the end'],
    ['-', 'line 1, column 1', VALUE],
    ['+1', 'line 1, column 1', VALUE],
    ['.5', 'line 1, column 1', VALUE],
    ['[1.]', 'line 1, column 3', '"," or "]"'],
    ['[1e]', 'line 1, column 3', '"," or "]"'],
    ['\u0000', 'line 1, column 1', VALUE],
    // Strings
    ['"a', 'line 1, column 3', CLOSING_QUOTE],
    [String.raw`"a\"`, 'line 1, column 5', CLOSING_QUOTE],
    [String.raw`"\x41"`, 'line 1, column 2', ESCAPE],
    [String.raw`"\u00g0"`, 'line 1, column 2', ESCAPE],
    ['"a\nb"', 'line 1, column 3', NO_CONTROL],
    ['{"a\u001f": 1}', 'line 1, column 4', NO_CONTROL],
    // More than one value, and things that are not JSON at all
    ['{} {}', 'line 1, column 4', 'the end'],
    ['{}]', 'line 1, column 3', 'the end'],
    ['{"a": 1} // done', 'line 1, column 10', 'the end'],
    ['documentId=doc', 'line 1, column 1', VALUE],
    // Places
    ['{\n  "a": 1,\n  "b" 2\n}', 'line 3, column 7', '":"'],
    ['{\r\n  "a": 1,\r\n  b: 2\r\n}', 'line 3, column 3', NAME],
    ['{\r"a" 1}', 'line 2, column 5', '":"'],
    ['["🙂é" 1]', 'line 1, column 7', '"," or "]"'],
    // A repeated member
    ['{"a": 1,\n "a": 2}', 'line 2, column 2', 'a'],
    ['[{"a": {"b": 1, "c": 1, "b": 2}}]', 'line 1, column 25', '0/a/b'],
    // The first of several
    ['{"a": 1, "a": 2', 'line 1, column 10', 'a'],
    ['{"a" 1, "b" 2}', 'line 1, column 6', '":"'],
  ])('%j is at %s, which lacks %s', (text, place, expected) => {
    expect(faultOf(text)).toEqual([place, expected]);
  });

  test('is found exactly if JSON.parse refuses the text', () => {
    const damaged = fc
      .tuple(
        fc.json(),
        fc.nat(),
        fc.nat({ max: 2 }),
        fc.constantFrom(
          ...Array.from('{}[],:"\\0-.eE+u \n\u0000tnx'),
          'null',
          '\\u12',
          '1.5e3',
          '"a":',
          '\ud800',
          '\ufeff',
        ),
      )
      .map(([json, at, cut, inserted]) => {
        const from = at % (json.length + 1);
        return json.slice(0, from) + inserted + json.slice(from + cut);
      });
    fc.assert(
      fc.property(fc.oneof(fc.json(), damaged, fc.string()), (text) => {
        const fault = faultInJson(text);
        // JSON.parse accepts a repeated member.
        if (fault?.kind === 'repeated-member') return;
        expect(fault === undefined).toBe(isParsed(text));
      }),
      { numRuns: 3000 },
    );
  });

  test('lies at the first token that makes the text broken: a text that was only cut is broken at its end', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), (json, at) => {
        const cut = json.slice(0, at % json.length);
        const fault = faultInJson(cut);
        // A cut number or text can be JSON by itself; any other cut lacks its end.
        expect(fault === undefined || fault.kind === 'repeated-member' || isNearEnd(cut, fault.at)).toBe(
          true,
        );
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    ['open arrays', '[', '['],
    ['open objects', '[', '{"a":'],
    ['escapes', '["', String.raw`\"`],
    ['elements', '[', '[],'],
    ['digits', '[', '1'],
    ['line breaks', '[', '\n'],
  ])('of 256 KB of %s is found without exhausting the stack', (_, begin, part) => {
    const text = begin + part.repeat((256 * 1024) / part.length);
    expect(faultInJson(text)).toMatchObject({ kind: 'syntax', at: text.length });
  });
});

function isParsed(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Tells whether a place is the end of a text, or the beginning of a token that the end cuts. */
function isNearEnd(text: string, at: number): boolean {
  return (
    at === text.length ||
    /^(?:t|tr|tru|f|fa|fal|fals|n|nu|nul|-|\.|\.?\d*[eE][+-]?|\\(?:u[\dA-Fa-f]{0,3})?)$/.test(text.slice(at))
  );
}
