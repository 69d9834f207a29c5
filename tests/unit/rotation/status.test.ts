import { describe, expect, test } from '@jest/globals';
import { DocumentEngineClient } from '../../../lib/document-engine/index.ts';
import { generateSigningKey, permitReplacing, signingKeysStatus } from '../../../lib/rotation/index.ts';
import { spkiOf } from '../../../lib/signing-keys/index.ts';
import { ecPem } from '../../support/signing-keys/ec-numbers.ts';
import { RotationWorld } from '../../support/rotation/rotation-world.ts';

/** A world after one rotation, and the ids of its keys. */
async function rotated(behaviour: { readonly revocationVerifies?: boolean } = {}) {
  const world = await RotationWorld.create({ checked: 'first and last second', behaviour });
  const former = (await world.process().mint()).kid;
  await world.rotate();
  const current = (await world.process().mint()).kid;
  return { world, former, current };
}

test('each key is shown with its labels, its published state and its acceptance', async () => {
  const { world, former, current } = await rotated();

  expect(await signingKeysStatus(world.dependencies)).toMatchObject({
    keys: expect.arrayContaining([
      expect.objectContaining({
        kid: current,
        labels: expect.arrayContaining(['AWSCURRENT']),
        accepted: true,
        published: expect.objectContaining({ state: 'current' }),
      }),
      expect.objectContaining({
        kid: former,
        labels: ['AWSPREVIOUS'],
        accepted: true,
        published: expect.objectContaining({ state: 'previous' }),
      }),
    ]),
    faults: [],
    entries: [expect.anything(), expect.anything()],
  });
});

test('if Document Engine does not answer, the rest is shown, with the reason among the faults', async () => {
  const { world, former, current } = await rotated();
  const documentEngine = new DocumentEngineClient({
    url: 'https://document-engine.example',
    apiToken: { current: () => Promise.resolve('token'), forget: () => undefined },
    clock: world.dependencies.clock,
    fetch: () => Promise.reject(new TypeError('fetch failed')),
  });

  const status = await signingKeysStatus({ ...world.dependencies, documentEngine });

  expect(
    status.keys
      .map(({ kid, labels, published, accepted }) => [kid, labels[0], published?.state, accepted])
      .sort(),
  ).toEqual(
    [
      [current, 'AWSCURRENT', 'current', undefined],
      [former, 'AWSPREVIOUS', 'previous', undefined],
    ].sort(),
  );
  expect(status).toMatchObject({
    entries: undefined,
    faults: [expect.stringMatching(/^Document Engine did not serve GET \/api\/secrets\/jwt: /)],
  });
});

test('if a probe proves nothing, the list of entries is shown, and the fault names the cure', async () => {
  const { world } = await rotated({ revocationVerifies: false });
  const { probeDocumentId: _, ...dependencies } = world.dependencies;

  const status = await signingKeysStatus(dependencies);

  expect(status.entries).toHaveLength(2);
  expect(status.keys.map(({ accepted }) => accepted)).toEqual([undefined, undefined]);
  expect(status.faults).toEqual([expect.stringContaining('Set the stage parameter "probeDocumentId"')]);
});

test.each(['key', 'none'] as const)(
  'a version without a key yet is not a fault, whether pending or {"state": "none"} (the secret begins with: %s)',
  async (begins) => {
    const world = await RotationWorld.create({ begins });
    const version = world.beginRotation();

    const { keys, faults, begun } = await signingKeysStatus(world.dependencies);

    expect(begun).toBe(version);
    expect(faults).toHaveLength(0);
    expect(keys.map(({ labels }) => labels)).toEqual(begins === 'key' ? [['AWSCURRENT']] : []);
  },
);

test.each([
  ['a text that is no key', 'correct horse battery staple', /PEM/],
  ['{"state": "none"}', '{"state": "none"}', /no signing key has been made yet/],
  ['a key that everybody can know', ecPem('ES256', { scalar: 1n }), /between 2 and n−2/],
])(
  'a version that waits with %s is named by label and id, with the cure, and the other keys are shown',
  async (_, text, fault) => {
    const { world, former, current } = await rotated();
    const broken = world.beginRotation();
    await world.secret.write(broken, text, 'AWSPENDING');

    const { keys, faults } = await signingKeysStatus(world.dependencies);

    expect(faults).toEqual([expect.stringMatching(fault)]);
    expect(faults[0]).toMatch(
      new RegExp(
        `^AWSPENDING, version ${broken}: .*The next "rotate" or "import" drops it; tokens of users stay valid$`,
      ),
    );
    expect(keys.map(({ kid }) => kid).toSorted()).toEqual([current, former].toSorted());
    world.enableRotation(false);
    expect((await signingKeysStatus(world.dependencies)).faults[0]).toContain(
      'The next "generate" or "import" drops it',
    );
  },
);

test('a current version with an unusable key is named without that cure', async () => {
  const { world, former } = await rotated();
  const current = (await world.secret.labels()).versionWith('AWSCURRENT') ?? '';
  const broken = world.beginRotation();
  await world.secret.write(broken, 'correct horse battery staple', 'AWSPENDING');
  await world.secret.makeCurrent(broken, current);

  const { faults } = await signingKeysStatus(world.dependencies);

  expect(former).not.toBe('');
  expect(faults).toEqual(
    ['AWSCURRENT', 'AWSPENDING'].map((label) =>
      expect.stringMatching(new RegExp(`^${label}, version ${broken}: `)),
    ),
  );
  expect(faults.join()).not.toContain('drops it');
});

test('an outage of Secrets Manager or of the table is not reported as a fault of a key', async () => {
  const { world } = await rotated();
  for (const call of [0, 1, 4]) {
    world.calls.begin(call, 'fails');

    await expect(signingKeysStatus(world.dependencies)).rejects.toThrow();
  }
  expect(world.calls.made.at(-1)).toBe('DynamoDB: Query');
});

describe('the list of Document Engine', () => {
  test('shows whose each entry is: this stage’s, the predecessor’s, or not known', async () => {
    const world = await RotationWorld.create({ begins: 'none', predecessor: true });
    await world.rotate();
    await world.rotate();
    const { pair } = await generateSigningKey('ES256', world.clock);
    await world.documentEngine.addSecret(spkiOf(pair.publicKey), world.clock.now() / 1000 + 60);

    const { entries, foreign } = await signingKeysStatus(world.dependencies);

    const owners = entries?.map(({ id, owner }) => [id, typeof owner === 'object' ? owner.kid : owner]);
    const { kid: predecessor } = world.predecessorToken ?? {};
    expect(owners).toEqual(
      world
        .entries()
        .map(({ id, thumbprint }) => [
          id,
          thumbprint === predecessor ? 'predecessor' : thumbprint === pair.kid ? undefined : thumbprint,
        ]),
    );
    expect(foreign).toBeUndefined();
  });

  test('whose current key is another stage’s is told with the cure, unless an operator lets it be replaced', async () => {
    const { world } = await rotated();
    const other = await RotationWorld.create({ begins: 'none', beside: world });
    await other.rotate();
    const current = world.entries().find(({ expiresAt }) => expiresAt === undefined);

    const { foreign } = await signingKeysStatus(world.dependencies);

    expect(foreign).toContain(`rotate --replace-entry ${current?.id}`);
    await permitReplacing(world, current?.id ?? 0);
    expect((await signingKeysStatus(world.dependencies)).foreign).toBeUndefined();
  });

  test('before the first rotation is no matter, because the stage says whose key that is', async () => {
    const world = await RotationWorld.create({ begins: 'none' });

    expect((await signingKeysStatus(world.dependencies)).foreign).toBeUndefined();
  });
});
