import { expect, test } from '@jest/globals';
import { demoAppRoutes } from '../../../../../../tools/local/stack/routes/demo-apps.ts';

const BASIC = `Basic ${Buffer.from('alice:any').toString('base64')}`;

/** Sends a request that mints, and counts the caller tokens that were signed for it. */
async function send(target: string, headers: Readonly<Record<string, string>>) {
  let signed = 0;
  const tokenFor = async (): Promise<string> => {
    signed++;
    return Promise.reject(new Error('No API in this test'));
  };
  const answer = await demoAppRoutes('http://127.0.0.1:4747', { tokenFor })({
    method: 'GET',
    target,
    protocol: 'HTTP/1.1',
    headers: Object.entries({ authorization: BASIC, ...headers }),
    body: Buffer.alloc(0),
    sourceIp: '127.0.0.1',
  }).catch(() => undefined);
  return { status: answer?.status, signed };
}

const FOREIGN = [
  { host: 'attacker.example:4747' },
  { host: '127.0.0.1:4747', origin: 'https://attacker.example' },
];

test.each([
  ['/api/documents', 403],
  ['/as/alice/api/documents', 403],
  ['/%61pi/documents', undefined],
  ['/%61s/alice/api/documents', undefined],
  ['/a%73/alice/api/document/contract-2026/', undefined],
])('Attack: a page of another site gets no token at %s', async (target, status) => {
  for (const headers of FOREIGN) expect(await send(target, headers)).toEqual({ status, signed: 0 });
  expect((await send(target, { host: 'localhost:4747' })).signed).toBeGreaterThan(0);
});
