import { beforeEach, describe, expect, test } from '@jest/globals';
import { createLogger } from '../../../../../../lib/runtime/log.ts';
import { KeyRotation } from '../../../../../../tools/local/stack/console-data/key-rotation.ts';
import {
  signingKeyRoutes,
  type KeysState,
} from '../../../../../../tools/local/stack/console-data/signing-key-routes.ts';
import type { HttpRequest } from '../../../../../../tools/local/stand-ins/api-gateway/index.ts';
import { ManualClock, NOON } from '../../../../../support/runtime/clock.ts';
import { publishedKey } from '../../../../../support/signing-keys/published-keys.ts';

const STATE: KeysState = {
  status: {
    keys: [
      {
        kid: 'new',
        labels: ['AWSCURRENT'],
        accepted: true,
        published: publishedKey({ kid: 'new', createdAt: NOON }),
      },
      {
        ...{ kid: 'old', labels: ['AWSPREVIOUS'], accepted: true },
        published: publishedKey({ kid: 'old', state: 'previous', verifiesUntil: NOON + 60 }),
      },
    ],
    faults: [],
    entries: [{ id: 7, expiresAt: NOON + 60, owner: { kid: 'old' } }],
    emergencyUnfinished: false,
  },
  rotationEnabled: true,
  interval: 7_776_000,
  table: 'key (kid)  new',
};

let rotations: number;

beforeEach(() => {
  rotations = 0;
});

const OWN: HttpRequest['headers'] = [
  ['Host', '127.0.0.1:4747'],
  ['Origin', 'http://127.0.0.1:4747'],
  ['X-Layermint-Page', 'console'],
];

async function call(
  method: string,
  target: string,
  headers: HttpRequest['headers'] = OWN,
  sourceIp = '127.0.0.1',
) {
  const rotate = (): Promise<void> => Promise.resolve(void (rotations += 1));
  const rotation = new KeyRotation(
    rotate,
    new ManualClock(),
    createLogger('error', () => undefined),
  );
  const route = signingKeyRoutes(() => Promise.resolve(STATE), rotation);
  return route({ method, target, protocol: 'HTTP/1.1', headers, body: undefined, sourceIp });
}

const asking = (headers: HttpRequest['headers']): HttpRequest['headers'] => [
  ...headers,
  ['Accept', 'application/json'],
];

test('A program gets the state of each key, and no key', async () => {
  const answer = await call('GET', '/local/signing-key', asking(OWN));
  expect(answer).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } });
  expect(JSON.parse(String(answer?.body))).toEqual({
    rotationEnabled: true,
    intervalSeconds: 7_776_000,
    keys: [
      {
        ...{ kid: 'new', labels: ['AWSCURRENT'], accepted: true, state: 'current', longestLifeSeconds: 3600 },
        createdAt: '2026-01-31T12:00:00.000Z',
      },
      {
        ...{
          kid: 'old',
          labels: ['AWSPREVIOUS'],
          accepted: true,
          state: 'previous',
          longestLifeSeconds: 3600,
        },
        verifiesUntil: '2026-01-31T12:01:00.000Z',
      },
    ],
    entries: [{ id: 7, expiresAt: '2026-01-31T12:01:00.000Z', owner: { kid: 'old' } }],
    faults: [],
    emergencyUnfinished: false,
  });
  expect(String(answer?.body)).not.toMatch(/BEGIN|privateKey/);
});

test('A terminal gets the table of npm run keys', async () => {
  expect((await call('GET', '/local/signing-key'))?.body).toBe('key (kid)  new\n');
});

test('The stack’s own page starts a rotation', async () => {
  const answer = await call('POST', '/local/rotate');
  expect(answer?.status).toBe(202);
  expect(JSON.parse(String(answer?.body))).toMatchObject({ started: true, rotation: { state: 'running' } });
  expect(rotations).toBe(1);
});

describe('no foreign page rotates the key', () => {
  const without = (name: string): HttpRequest['headers'] => OWN.filter(([given]) => given !== name);
  test.each<readonly [string, HttpRequest['headers'], string]>([
    ['a form, which cannot send the header', without('X-Layermint-Page'), '127.0.0.1'],
    ['a request without an origin', without('Origin'), '127.0.0.1'],
    ['a page of another port', [...without('Origin'), ['Origin', 'http://127.0.0.1:3000']], '127.0.0.1'],
    [
      'a page of this port under another name',
      [...without('Origin'), ['Origin', 'http://localhost:4747']],
      '127.0.0.1',
    ],
    ['a page of another site', [...without('Origin'), ['Origin', 'https://evil.example']], '127.0.0.1'],
    [
      'a page whose name was pointed at this machine',
      [
        ['Host', 'evil.example'],
        ['Origin', 'http://evil.example'],
        ['X-Layermint-Page', 'console'],
      ],
      '127.0.0.1',
    ],
    ['a sandboxed page', [...without('Origin'), ['Origin', 'null']], '127.0.0.1'],
    ['another machine', OWN, '192.168.1.7'],
  ])('not %s', async (_name, headers, sourceIp) => {
    expect((await call('POST', '/local/rotate', headers, sourceIp))?.status).toBe(403);
    expect(rotations).toBe(0);
  });
});

test('The state is for this machine alone', async () => {
  expect((await call('GET', '/local/signing-key', OWN, '192.168.1.7'))?.status).toBe(403);
  const evil: HttpRequest['headers'] = [['Host', 'evil.example']];
  expect((await call('GET', '/local/signing-key', evil))?.status).toBe(403);
});

test('Other paths and methods are left to the next route', async () => {
  expect(await call('GET', '/local/rotate')).toBeUndefined();
  expect(await call('POST', '/local/signing-key')).toBeUndefined();
});

test('An answer shows no rotation as done with the keys from before it', async () => {
  const rotated = Promise.withResolvers<undefined>();
  const rotation = new KeyRotation(
    () => rotated.promise,
    new ManualClock(),
    createLogger('error', () => undefined),
  );
  rotation.start();
  const former = async (): Promise<KeysState> => {
    rotated.resolve(undefined);
    while (rotation.last?.state === 'running') await Promise.resolve();
    return STATE; // It was read before the rotation ended.
  };
  const request = { method: 'GET', target: '/local/signing-key', protocol: 'HTTP/1.1', body: undefined };
  const answer = await signingKeyRoutes(
    former,
    rotation,
  )({ ...request, headers: asking(OWN), sourceIp: '127.0.0.1' });
  expect(JSON.parse(String(answer?.body))).toMatchObject({ lastRotation: { state: 'running' } });
});
