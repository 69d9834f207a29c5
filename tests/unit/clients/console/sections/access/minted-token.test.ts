import { describe, expect, test } from '@jest/globals';
import {
  claimsIn,
  onThisDevice,
  type Minted,
} from '../../../../../../clients/console/src/sections/access/minted-token.ts';

const jwtOf = (claims: unknown): string =>
  `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;

describe('The claims of a token', () => {
  test.each([{ user_id: 'zoë 😀 ~~~???' }, { permissions: ['write'] }, {}])('are read: %j', (claims) => {
    expect(claimsIn(jwtOf(claims))).toEqual(claims);
  });

  test.each(['', 'no token', 'a.%%%.c', jwtOf('text'), jwtOf([1]), jwtOf(null)])('are none of %j', (text) => {
    expect(claimsIn(text)).toBeUndefined();
  });
});

test('The life of a token counts from its receipt, also if the clock of the device is wrong', () => {
  const minted: Minted = {
    request: { documentId: 'contract-2026' },
    token: {
      ...{ jwt: 'a.b.c', documentId: 'contract-2026', layer: '', userId: 'alice', permissions: [] },
      ...{ issuedAt: '2026-01-31T12:00:00Z', expiresAt: '2026-01-31T13:00:00Z' },
      ...{ refreshAt: '2026-01-31T12:48:00Z', serverUrl: 'https://engine.example.com' },
    },
    receivedAt: Date.parse('2031-05-05T00:00:00Z'),
  };
  expect(onThisDevice(minted, 'expiresAt')).toBe('2031-05-05T01:00:00.000Z');
  expect(onThisDevice(minted, 'refreshAt')).toBe('2031-05-05T00:48:00.000Z');
});
