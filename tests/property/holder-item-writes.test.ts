import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { holderFromItem } from '../../lib/revocation/index.ts';
import { createMinting } from '../../lib/tokens/index.ts';
import { grant, subject, user } from '../support/grants/grants.ts';
import { minting, tableOf } from '../support/tokens/minting.ts';
import { holderKey } from '../../lib/table/index.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;

/**
 * The seconds since the last mint, and the requested life. It is often the holder's longest, which extends the item.
 */
const mints = fc.integer({ min: 60, max: DAY }).chain((longest) =>
  fc.array(
    fc.record({
      pause: fc.integer({ min: 0, max: HOUR }),
      ttlSeconds: fc.oneof(fc.constant(longest), fc.integer({ min: 60, max: longest })),
    }),
    { minLength: 1, maxLength: 40 },
  ),
);

test('with any mints of a holder, the item is written at most once for each hour by which it is extended', async () => {
  await fc.assert(
    fc.asyncProperty(mints, async (asked) => {
      const table = await tableOf({ doc: [grant(user('alice'), 'viewer')] });
      const world = minting({ table });
      const holdsUntil: number[] = [];
      for (const { pause, ttlSeconds } of asked) {
        world.clock.advance(pause * 1000);
        const request = { documentId: 'doc', layer: '', ttlSeconds };
        const outcome = await createMinting(world).mintToken(subject(), request);
        const item = table.stored(holderKey('doc', 'alice'));
        if (outcome.outcome !== 'minted' || item === undefined)
          throw new TypeError('every mint must be allowed');
        holdsUntil.push(holderFromItem(item).holdsUntil);
        expect(outcome.expiresAt).toBeLessThanOrEqual(holdsUntil.at(-1) ?? 0);
      }
      const grown = ((holdsUntil.at(-1) ?? 0) - (holdsUntil[0] ?? 0)) / HOUR;
      const writes = table.calls.filter((call) => call !== 'batchGet');
      expect(writes[0]).toBe('put');
      expect(writes.length - 1).toBeLessThanOrEqual(grown);
    }),
  );
});
