import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { jwtVerify } from 'jose';
import { type ApiHandler } from '../../lib/http/routes/route.ts';
import { apiEvent, lambdaContext, problemIn, tokenIn } from '../support/http/events.ts';
import { EVERYONE, grant } from '../support/grants/grants.ts';
import { ecPair, secretJson } from '../support/signing-keys/keys.ts';
import { putGrants, startMoto, type Moto } from '../support/aws/moto.ts';

// Moto takes seconds to start.
jest.setTimeout(120_000);

const pair = ecPair();

let moto: Moto;
let handler: ApiHandler;

beforeAll(async () => {
  moto = await startMoto();
  // By its name, because the secret's ARN changes with a restart.
  Object.assign(process.env, moto.environment, { SIGNING_KEY_SECRET_ARN: 'layermint-signing-key' });
  ({ handler } = await import('../../functions/mint-token.ts'));
});

afterAll(async () => {
  await moto.stop();
});

const mint = () => handler(apiEvent({ body: { documentId: 'contract' } }), lambdaContext());

/** Restarts an empty moto at the same address. */
async function restart(): Promise<void> {
  moto = await startMoto(moto.port);
  await putGrants(moto, 'contract', grant(EVERYONE, 'viewer'));
}

const storeKey = () => moto.storeSigningKey(JSON.stringify(secretJson(pair, 'ES256')));

test('While AWS is away a mint is a 503 with a time to try again, and afterwards the same process mints', async () => {
  await moto.stop();
  const cold = await mint();
  expect(cold).toMatchObject({
    statusCode: 503,
    headers: { 'retry-after': expect.stringMatching(/^[123]$/) },
  });
  expect(problemIn(cold).type).toBe('urn:layermint:problem:store-unavailable');

  // The table is back before the key.
  await restart();
  const keyless = await mint();
  expect(keyless).toMatchObject({
    statusCode: 503,
    headers: { 'retry-after': expect.stringMatching(/^(1\d|2\d|30)$/) },
  });
  expect(problemIn(keyless).type).toBe('urn:layermint:problem:no-signing-key');

  await storeKey();
  const { payload } = await jwtVerify(tokenIn(await mint()).jwt, pair.publicKey);
  expect(payload).toMatchObject({ document_id: 'contract', user_id: 'alice' });

  await moto.stop();
  const warm = await Promise.all(Array.from({ length: 5 }, mint));
  expect(warm.map(({ statusCode }) => statusCode)).toEqual([503, 503, 503, 503, 503]);
  expect(warm.map((result) => problemIn(result).type)).toEqual(
    warm.map(() => 'urn:layermint:problem:store-unavailable'),
  );
  expect(warm.every(({ headers }) => /^[123]$/.test(String(headers?.['retry-after'])))).toBe(true);

  // The key is still held, so the empty secret does not matter yet.
  await restart();
  const { payload: again } = await jwtVerify(tokenIn(await mint()).jwt, pair.publicKey);
  expect(again).toMatchObject({ document_id: 'contract', user_id: 'alice' });
});
