import { KeyObject } from 'node:crypto';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { createAuditLog } from '../../../../../lib/audit/index.ts';
import { mintTokenHandler } from '../../../../../lib/http/routes/tokens/mint-token.ts';
import { mintTokensHandler } from '../../../../../lib/http/routes/tokens/mint-tokens.ts';
import { FRESH } from '../../../../../lib/signing-keys/cache.ts';
import { SigningKeyCache, signingKeyFetcher } from '../../../../../lib/signing-keys/index.ts';
import { grant, user } from '../../../../support/grants/grants.ts';
import { apiEvent, lambdaContext, tokenIn } from '../../../../support/http/events.ts';
import { ecPair, secretJson } from '../../../../support/signing-keys/keys.ts';
import { signaturesUnderWay } from '../../../../support/signing-keys/signatures-under-way.ts';
import { minting, tableOf, type Minting } from '../../../../support/tokens/minting.ts';

afterEach(() => {
  jest.restoreAllMocks();
});

const CLAIMS = { sub: 'alice', 'cognito:groups': ['reviewers'], name: 'Alice Archer' };

const DOCUMENT_IDS = Array.from({ length: 100 }, (_, index) => `doc-${index}`);

const GRANTS = Object.fromEntries(DOCUMENT_IDS.map((id) => [id, [grant(user('alice'), 'annotator')]]));

const single = apiEvent({ claims: CLAIMS, body: { documentId: 'doc-0' } });

const batch = apiEvent({
  route: 'POST /v1/tokens/batch',
  claims: CLAIMS,
  body: { requests: DOCUMENT_IDS.map((documentId) => ({ documentId })) },
});

/** Makes a world in which the holder items of all documents have settled. */
async function warm(): Promise<Minting & { readonly audited: readonly string[] }> {
  const audited: string[] = [];
  const audit = createAuditLog('/layermint/test', { write: (line) => audited.push(line) });
  const world = minting({ table: await tableOf(GRANTS), audit });
  await mintTokensHandler(world)(batch, lambdaContext());
  world.clock.advance(3_600_000);
  await mintTokensHandler(world)(batch, lambdaContext());
  for (const seen of [world.table.calls, world.lines as string[], audited]) seen.length = 0;
  return { ...world, audited };
}

/** Counts the calls with a text that includes this one, or a value whose JSON does. */
const times = (calls: readonly (readonly unknown[])[], text: string): number =>
  calls.filter(([given]) =>
    (typeof given === 'string' ? given : Object.keys(given ?? {}).join()).includes(text),
  ).length;

describe('the work of a warm mint', () => {
  test('is one read of the table', async () => {
    const world = await warm();
    await mintTokenHandler(world)(single, lambdaContext());
    expect(world.table.calls).toEqual(['batchGet']);
  });

  test('writes one line to the log and one to the audit log', async () => {
    const world = await warm();
    await mintTokenHandler(world)(single, lambdaContext());
    expect([world.lines.length, world.audited.length]).toEqual([1, 1]);
  });

  test('parses the bearer once', async () => {
    const world = await warm();
    const parse = jest.spyOn(JSON, 'parse');
    await mintTokenHandler(world)(single, lambdaContext());
    expect(times(parse.mock.calls, 'Alice Archer')).toBe(1);
  });

  test('writes the claims as JSON once, and the answer once', async () => {
    const world = await warm();
    const stringify = jest.spyOn(JSON, 'stringify');
    await mintTokenHandler(world)(single, lambdaContext());
    expect(times(stringify.mock.calls, 'document_id')).toBe(1);
    expect(times(stringify.mock.calls, 'jwt')).toBe(1);
  });
});

describe('the work of a warm batch of 100', () => {
  test('is one pass of reads, one parse of the bearer, and one line in the log', async () => {
    const world = await warm();
    const parse = jest.spyOn(JSON, 'parse');
    await mintTokensHandler(world)(batch, lambdaContext());
    expect(world.table.calls).toEqual(['batchGet']);
    expect(times(parse.mock.calls, 'Alice Archer')).toBe(1);
    expect(world.lines).toHaveLength(1);
  });

  test('begins all signatures before the first is made', async () => {
    const world = await warm();
    const most = signaturesUnderWay();
    await mintTokensHandler(world)(batch, lambdaContext());
    expect(most()).toBe(DOCUMENT_IDS.length);
  });
});

test('The signing key is imported once for any number of mints, and fetched once in five minutes', async () => {
  const world = await warm();
  const secret = { SecretString: JSON.stringify(secretJson(ecPair(), 'ES256')), VersionId: 'version-1' };
  const send = jest.fn(() => Promise.resolve(secret));
  const client = Object.assign(new SecretsManagerClient({ region: 'eu-central-1' }), { send });
  const fetchKey = signingKeyFetcher(client, 'key', 'ES256', () => Promise.resolve());
  const importing = jest.spyOn(prototypeWith('toCryptoKey'), 'toCryptoKey');
  const mint = mintTokenHandler({
    ...world,
    signingKeys: new SigningKeyCache(fetchKey, world.clock, world.log),
  });
  const side = await Promise.all([mint(single, lambdaContext()), mint(single, lambdaContext())]);
  for (const answer of side) expect(tokenIn(answer).documentId).toBe('doc-0');
  expect([send.mock.calls.length, importing.mock.calls.length]).toEqual([1, 1]);
  // The key is asked for again, and is the same version.
  world.clock.advance(FRESH);
  expect(tokenIn(await mint(single, lambdaContext())).documentId).toBe('doc-0');
  expect([send.mock.calls.length, importing.mock.calls.length]).toEqual([2, 1]);
});

/** Finds the prototype of Node's private keys that has a method itself. */
function prototypeWith(method: 'toCryptoKey'): KeyObject {
  let found: unknown = ecPair().privateKey;
  while (found instanceof KeyObject && !Object.hasOwn(found, method)) found = Object.getPrototypeOf(found);
  return found as KeyObject;
}
