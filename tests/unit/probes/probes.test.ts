import { expect, test } from '@jest/globals';
import { PROBE_CASES, PROBE_WORDS, Probes, sendBy, type Probed } from '../../../lib/probes/index.ts';
import { ManualClock, NOON } from '../../support/runtime/clock.ts';

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const expiring = (exp: number): string => `${part({ alg: 'ES256' })}.${part({ exp })}.c2lnbmF0dXJl`;

/** The probes of a service that gives every answer with this status, and the bodies that they have sent. */
function probesOf(status: number, probed: Partial<Probed> = {}): { probes: Probes; sent: object[] } {
  const sent: object[] = [];
  const send = sendBy((_url, { body }) => {
    sent.push(JSON.parse(typeof body === 'string' ? body : '{}') as object);
    return Promise.resolve(Response.json({}, { status }));
  });
  const documentId = 'contract-7';
  const target = { api: 'https://tokens.example.com', callerToken: expiring(NOON), documentId };
  return { probes: new Probes({ ...target, send, clock: new ManualClock(), ...probed }), sent };
}

test('each probe has words of its own', () => {
  expect(Object.keys(PROBE_WORDS)).toEqual([...PROBE_CASES]);
  expect(new Set(Object.values(PROBE_WORDS)).size).toBe(PROBE_CASES.length);
});

test('the default layer is opened unless another is given', async () => {
  for (const [probed, layer] of [
    [{}, {}],
    [{ layer: 'review' }, { layer: 'review' }],
  ] as const) {
    const { probes, sent } = probesOf(401, probed);
    await probes.mint();
    await probes.forgedSignature();
    const opened = { documentId: 'contract-7', ...layer, ttlSeconds: 300 };
    expect(sent).toEqual([{ ...opened, permissions: ['cover-image'] }, opened, opened]);
  }
});

test('the private layer of another user begins with the prefix of the stage', async () => {
  const { probes, sent } = probesOf(401, { layer: 'review' });
  await probes.privateLayer('own/');
  expect(sent).toMatchObject([{ layer: expect.stringMatching(/^own\/./) }]);
});

test.each([
  ['five minutes and a second ago', NOON - 301, 'failed', 1],
  ['five minutes ago', NOON - 300, 'not judged', 0],
  ['not yet', NOON + 1, 'not judged', 0],
])(
  'a caller token that has expired %s is sent only if each clock agrees',
  async (_when, exp, outcome, count) => {
    const { probes, sent } = probesOf(201);
    expect(await probes.expiredCallerToken(expiring(exp))).toMatchObject({ outcome });
    expect(sent).toHaveLength(count);
  },
);

test('a caller token without an expiry is not sent as an expired one', async () => {
  const { probes, sent } = probesOf(201);
  for (const token of [`${part({})}.${part({})}.c2ln`, 'a.b.c', ''])
    expect(await probes.expiredCallerToken(token)).toMatchObject({ outcome: 'not judged' });
  expect(sent).toEqual([]);
});
