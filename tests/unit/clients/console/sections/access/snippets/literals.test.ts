import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  inDart,
  inJavaScript,
  inJson,
  inKotlin,
  inShell,
  inSwift,
  membersIn,
} from '../../../../../../../clients/console/src/sections/access/snippets/literals.ts';
import { hostileText } from '../../../../../../support/clients/hostile-text.ts';
import { stringLiterals } from '../../../../../../support/clients/string-literals.ts';
import { typeScriptStrings } from '../../../../../../support/clients/typescript-strings.ts';

const LANGUAGES = [
  { name: 'JavaScript', write: inJavaScript, read: typeScriptStrings },
  { name: 'Dart', write: inDart, read: (code: string) => stringLiterals('dart', code) },
  { name: 'Swift', write: inSwift, read: (code: string) => stringLiterals('swift', code) },
  { name: 'Kotlin', write: inKotlin, read: (code: string) => stringLiterals('kotlin', code) },
  { name: 'JSON', write: inJson, read: (code: string): unknown[] => [JSON.parse(code)] },
];

describe.each(LANGUAGES)('A string in $name', ({ write, read }) => {
  test('has the value of a hostile text, and ends at its end', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(read(write(text))).toEqual([text]);
      }),
    );
  });

  test('shows no character that is invisible or turns the text around', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(write(text)).not.toMatch(/[\p{C}\p{Zl}\p{Zp}\u00a0\u3000]/u);
      }),
    );
  });

  test('leaves letters of any language as they are', () => {
    expect(write('Prüfung 契約 😀')).toContain('Prüfung 契約 😀');
  });
});

test('A text for the shell is one argument with the value of a hostile text', () => {
  fc.assert(
    fc.property(
      fc.array(
        hostileText.map((text) => text.replaceAll('\0', '')),
        { minLength: 1, maxLength: 5 },
      ),
      (texts) => {
        const printed = execFileSync('sh', ['-c', `printf '%s\\0' ${texts.map(inShell).join(' ')}`]);
        expect(printed.toString().split('\0').slice(0, -1)).toEqual(texts);
      },
    ),
  );
});

test('The members of a request are written with their names', () => {
  expect(
    membersIn(
      { layer: "a'b", privateLayer: true, permissions: ['write', 'download'], ttlSeconds: 60 },
      inDart,
    ),
  ).toEqual(["layer: 'a\\'b'", 'privateLayer: true', "permissions: ['write', 'download']", 'ttlSeconds: 60']);
});
