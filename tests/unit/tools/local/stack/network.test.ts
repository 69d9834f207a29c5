import { expect, test } from '@jest/globals';
import { networkAddressOf, type Interfaces } from '../../../../../tools/local/stack/network.ts';

const v4 = (address: string, internal = false) => [{ address, family: 'IPv4' as const, internal }];

const LAPTOP: Interfaces = {
  lo: v4('127.0.0.1', true),
  en0: [...v4('192.168.1.20'), { address: 'fe80::1', family: 'IPv6', internal: false }],
  docker0: v4('172.17.0.1'),
};

test('--host lan is the address in the local network, and not that of a container', () => {
  expect(networkAddressOf('lan', LAPTOP)).toBe('192.168.1.20');
});

test('--host takes every private address of this machine', () => {
  for (const address of ['192.168.1.20', '172.17.0.1'])
    expect(networkAddressOf(address, LAPTOP)).toBe(address);
});

test.each([
  [
    'lan',
    { ...LAPTOP, en1: v4('10.1.2.3') },
    'several addresses in a private network. This machine has 192.168.1.20 (en0), 172.17.0.1 (docker0), 10.1.2.3 (en1). Choose one',
  ],
  [
    'lan',
    { lo: v4('127.0.0.1', true) },
    'no address in a private network. This machine has no IPv4 address in a network. Connect it to one',
  ],
  [
    'lan',
    { docker0: v4('172.17.0.1') },
    'only virtual addresses in a private network. This machine has 172.17.0.1 (docker0). Choose one',
  ],
  [
    'lan',
    { eth0: v4('203.0.113.5') },
    'no address in a private network. This machine has 203.0.113.5 (eth0). Connect it to one',
  ],
  [
    '192.168.1.99',
    LAPTOP,
    'must be lan or an IPv4 address of this machine, not "192.168.1.99". This machine has 192.168.1.20 (en0)',
  ],
  ['my-laptop.local', LAPTOP, 'must be lan or an IPv4 address of this machine, not "my-laptop.local"'],
  ['0.0.0.0', LAPTOP, 'must be lan or an IPv4 address of this machine, not "0.0.0.0"'],
  ['', LAPTOP, 'must be lan or an IPv4 address of this machine, not ""'],
  ['10.0.2.2', LAPTOP, 'The emulator reaches this machine as 10.0.2.2 without --host'],
  ['localhost', LAPTOP, 'listens on 127.0.0.1 in any case'],
  ['127.0.0.1', LAPTOP, 'listens on 127.0.0.1 in any case'],
])('--host %s is refused, with the remedy', (host, interfaces, message) => {
  expect(() => networkAddressOf(host, interfaces)).toThrow(message);
});

test.each(['203.0.113.5', '172.32.0.1', '100.128.0.1', '193.168.1.1'])(
  'the internet cannot sign in as a demo user: --host %s is refused',
  (address) => {
    expect(() => networkAddressOf(address, { eth0: v4(address) })).toThrow(
      'can be reached from the internet',
    );
    expect(() => networkAddressOf('lan', { eth0: v4(address) })).toThrow('no address in a private network');
  },
);

test.each(['10.1.2.3', '172.31.0.1', '100.64.0.1', '169.254.1.1'])('--host %s is private', (address) => {
  expect(networkAddressOf('lan', { eth0: v4(address) })).toBe(address);
});
