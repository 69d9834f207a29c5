import { describe, expect, test } from '@jest/globals';
import {
  asReachedBy,
  isFromThisMachine,
  isOfForeignPage,
  isOriginHere,
} from '../../../../../tools/local/stand-ins/web-pages.ts';

describe('The address by which a client reaches a server of this machine', () => {
  const url = 'http://127.0.0.1:4749/api/1/documents/a';
  test.each([
    ['the Android emulator', '10.0.2.2:4747', 'http://10.0.2.2:4749/api/1/documents/a'],
    ['a phone in the network', '192.168.1.20:4747', 'http://192.168.1.20:4749/api/1/documents/a'],
    ['an IPv6 address', '[fd00::5]:4747', 'http://[fd00::5]:4749/api/1/documents/a'],
    ['this machine', '127.0.0.1:4747', url],
    ['this machine by name', 'localhost:4747', url],
    ['no Host', undefined, url],
    ['a Host that is no address', 'evil.example', url],
    ['the unspecified address', '0.0.0.0:4747', url],
  ])('%s', (_client, host, expected) => {
    expect(asReachedBy(host, url)).toBe(expected);
  });

  test('a server of another machine keeps its address', () => {
    const other = 'https://documents.example.com';
    expect(asReachedBy('10.0.2.2:4747', other)).toBe(other);
  });

  test('no path and no slash are added', () => {
    expect(asReachedBy('10.0.2.2', 'http://localhost:5000')).toBe('http://10.0.2.2:5000');
  });
});

test('A page that a phone opened from this machine may call it under the same address', () => {
  expect(isOfForeignPage({ host: '192.168.1.20:4747', origin: 'http://192.168.1.20:5173' })).toBe(false);
  expect(isOriginHere('http://10.0.2.2:5173', '10.0.2.2:4747')).toBe(true);
});

test.each([
  { host: '127.0.0.1:4747', origin: 'http://192.168.1.66' },
  { host: 'localhost:4747', origin: 'http://10.0.2.2:5173' },
  { host: '192.168.1.20:4747', origin: 'http://192.168.1.66' },
  { host: 'evil.example', origin: 'http://evil.example' },
  { host: '0.0.0.0:4747', origin: 'http://0.0.0.0:4747' },
  { host: '0.0.0.0:4747' },
  { host: '[::]:4747' },
  { host: 'evil.example@192.168.1.20.evil.example' },
])('a page of another machine in the same network is foreign: %j', (addressed) => {
  expect(isOfForeignPage(addressed)).toBe(true);
});

test('A connection is from this machine if its other end is a loopback address', () => {
  for (const here of ['127.0.0.1', '127.0.0.53', '::1', '::ffff:127.0.0.1'])
    expect(isFromThisMachine(here)).toBe(true);
  for (const elsewhere of ['192.168.1.66', '::ffff:192.168.1.66', 'fe80::1', '', '127.evil.example'])
    expect(isFromThisMachine(elsewhere)).toBe(false);
});
