import { beforeAll, expect, jest, test } from '@jest/globals';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import { createDynamoDBClient, createSecretsManagerClient } from '../../lib/wiring/parts/aws.ts';
import { mintTokenHandler } from '../../lib/http/routes/tokens/mint-token.ts';
import { type ApiHandler } from '../../lib/http/routes/route.ts';
import { FRESH, STALE } from '../../lib/signing-keys/cache.ts';
import { SigningKeyCache, signingKeyFetcher } from '../../lib/signing-keys/index.ts';
import { ManualClock } from '../support/runtime/clock.ts';
import { apiEvent, lambdaContext, problemIn, tokenIn } from '../support/http/events.ts';
import { EVERYONE, grant } from '../support/grants/grants.ts';
import { ecPair, pkcs8, secretJson } from '../support/signing-keys/keys.ts';
import { minting } from '../support/tokens/minting.ts';
import { putGrants, startMoto, type Moto } from '../support/aws/moto.ts';
import { resourcesOfFile } from '../support/runtime/resources.ts';
import { Table } from '../../lib/table/index.ts';

// Moto takes seconds to start.
jest.setTimeout(120_000);

let moto: Moto;
let clock: ManualClock;
let handler: ApiHandler;

const resources = resourcesOfFile();
beforeAll(async () => {
  moto = resources.adopt(await startMoto(), (it) => it.stop());
  Object.assign(process.env, moto.environment);
  await putGrants(moto, 'contract', grant(EVERYONE, 'viewer'));
  clock = new ManualClock(Date.now());
  const dependencies = minting({ clock });
  // Wired like functions/mint-token.ts, but with a clock that the test moves.
  const fetchSigningKey = signingKeyFetcher(
    createSecretsManagerClient(),
    moto.environment['SIGNING_KEY_SECRET_ARN'] ?? '',
    'ES256',
    () => Promise.resolve(),
  );
  handler = mintTokenHandler({
    ...dependencies,
    table: new Table(createDynamoDBClient(), moto.environment['TABLE_NAME'] ?? '', clock),
    signingKeys: new SigningKeyCache(fetchSigningKey, clock, dependencies.log),
  });
});

const mint = () => handler(apiEvent({ body: { documentId: 'contract' } }), lambdaContext());

/** Reads the kid of the key that signs now. */
const signer = async () => decodeProtectedHeader(tokenIn(await mint()).jwt).kid;

test('A changed key in the secret signs after five minutes, without a restart; a broken one never signs', async () => {
  const [first, second] = [ecPair(), ecPair()];
  await moto.storeSigningKey(JSON.stringify(secretJson(first, 'ES256', 'first')));
  expect(await signer()).toBe('first');

  await moto.storeSigningKey(JSON.stringify(secretJson(second, 'ES256', 'second')));
  clock.advance(FRESH - 1);
  expect(await signer()).toBe('first');
  clock.advance(1);
  const { jwt } = tokenIn(await mint());
  const { protectedHeader } = await jwtVerify(jwt, second.publicKey, { currentDate: new Date(clock.now()) });
  expect(protectedHeader.kid).toBe('second');

  await moto.storeSigningKey(pkcs8(ecPair('secp384r1').privateKey));
  clock.advance(FRESH);
  expect(await signer()).toBe('second');
  clock.advance(STALE);
  const refused = await mint();
  expect(refused).toMatchObject({
    statusCode: 503,
    headers: { 'retry-after': expect.stringMatching(/^(1\d|2\d|30)$/) },
  });
  expect(problemIn(refused).type).toBe('urn:layermint:problem:signing-key-unavailable');

  await moto.storeSigningKey(JSON.stringify(secretJson(first, 'ES256', 'third')));
  expect(await signer()).toBe('third');
});
