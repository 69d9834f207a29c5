import { expect, test } from '@jest/globals';
import { headerOf } from '../../../../lib/http/messages/headers.ts';
import { apiEvent } from '../../../support/http/events.ts';

const event = (headers: Readonly<Record<string, string>>) => ({ ...apiEvent(), headers });

test.each(['if-match', 'If-Match', 'IF-MATCH'])('A header is found as %s', (name) => {
  expect(headerOf(event({ accept: '*/*', [name]: '"a"' }), 'if-match')).toBe('"a"');
});

test('Spellings of one header are a repetition, and are joined', () => {
  expect(headerOf(event({ 'if-match': '"a"', 'If-Match': '"b"' }), 'if-match')).toBe('"a","b"');
});

test('No other header counts, also not one of the same length', () => {
  const others = { 'if-matcx': '"a"', 'if-matches': '"b"', 'x-if-match': '"c"' };
  expect(headerOf(event(others), 'if-match')).toBeUndefined();
});

test('An empty header is there', () => {
  expect(headerOf(event({ 'if-match': '' }), 'if-match')).toBe('');
});
