import { expect, test } from '@jest/globals';
import { generateSigningKey } from '../../../../../lib/rotation/index.ts';
import { nextPair, place, signWithNext } from '../../../../../tools/cli/keys/taken-from-environment.ts';
import { ecPem } from '../../../../support/signing-keys/ec-numbers.ts';
import { RotationWorld } from '../../../../support/rotation/rotation-world.ts';

test('A waiting key that must not sign is named with its version, and the next one takes its place', async () => {
  const world = await RotationWorld.create();
  world.enableRotation(false);
  const stuck = world.beginRotation();
  await world.secret.write(stuck, ecPem('ES256', { scalar: 1n }), 'AWSPENDING');

  const signed = signWithNext(world.dependencies, () => Promise.resolve(), 'rotate --stage prod');

  await expect(signed).rejects.toThrow(
    new RegExp(`version ${stuck}, cannot sign\\. .*between 2 and n−2.*"generate" or "import" puts another`),
  );
  expect(await nextPair(world.dependencies)).toBeUndefined();
  const { pair } = await generateSigningKey('ES256', world.clock);
  expect(await place(pair, world.dependencies)).toBe('waits');
  expect((await nextPair(world.dependencies))?.kid).toBe(pair.kid);
  expect(world.labels(stuck)).toEqual([]);
});
