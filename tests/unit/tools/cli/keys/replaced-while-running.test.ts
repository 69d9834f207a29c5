import { describe, expect, test } from '@jest/globals';
import { generateSigningKey } from '../../../../../lib/rotation/index.ts';
import { rotateTo } from '../../../../../tools/cli/keys/replaced-while-running.ts';
import { UsageError } from '../../../../../tools/cli/errors.ts';
import { ecPem } from '../../../../support/signing-keys/ec-numbers.ts';
import { RotationWorld } from '../../../../support/rotation/rotation-world.ts';

const AGAIN = 'import key.pem --stage prod';

async function signing() {
  const world = await RotationWorld.create({ checked: 'first and last second' });
  await world.process().mint();
  const { pair } = await generateSigningKey('ES256', world.clock);
  const lines: string[] = [];
  const importPair = () => rotateTo(pair, world.dependencies, AGAIN, (line) => lines.push(line));
  return { world, pair, lines, importPair };
}

describe('An import beside a version that waits', () => {
  test.each([
    ['with a key that must not sign', ecPem('ES256', { scalar: 1n }), /It is dropped\. The private number/],
    ['with {"state": "none"}', '{"state": "none"}', /It is dropped\. It holds \{"state": "none"\}\./],
    ['without a value', undefined, /It is dropped\. It has no value\./],
  ])('%s drops that version, says so, and no token is refused', async (_, text, line) => {
    const { world, pair, lines, importPair } = await signing();
    const stuck = world.beginRotation();
    if (text !== undefined) await world.secret.write(stuck, text, 'AWSPENDING');
    // Secrets Manager has tried it, and its function has failed a moment ago.
    if (text !== undefined) await expect(world.rotation.run('createSecret', stuck, 120)).rejects.toThrow();

    await importPair();

    expect((await world.process().mint()).kid).toBe(pair.kid);
    expect(lines).toEqual([expect.stringMatching(line)]);
    expect(lines[0]).toContain(`version ${stuck} waited`);
    expect(world.labels(stuck)).toEqual([]);
    expect(world.refusals).toEqual([]);
  });

  test('with another key that can sign is refused, and leaves it', async () => {
    const { world, importPair } = await signing();
    const other = world.beginRotation();
    await world.rotation.run('createSecret', other, 120);

    await expect(importPair()).rejects.toThrow(UsageError);

    expect(world.labels(other)).toEqual(['AWSPENDING']);
  });
});
