import fc from 'fast-check';
import { type Permission } from '../../../../lib/document-engine/index.ts';
import { EVERYONE, group, user } from '../../grants/grants.ts';
import { type Wish } from './asking.ts';
import { type Death } from './function-process.ts';
import { ALICE, BOB, CAROL, PRIVATE, type Place } from './places.ts';
import {
  emergency,
  everyoneRefreshes,
  grant,
  mint,
  outage,
  ownRevocation,
  recovery,
  removal,
  removalOfAll,
  revocation,
  rotation,
  sweep,
  timeToLive,
  wait,
  type GrantWish,
  type Step,
  type Target,
} from './steps.ts';
import { type Outage } from './systems.ts';
import { type Principal, type Subject } from '../../../../lib/identity/index.ts';
import { DAY, HOUR, MINUTE } from '../../../../lib/runtime/time.ts';

/** The people, principals, documents and layers of a sequence. */
interface Cast {
  readonly people: readonly Subject[];
  readonly principals: readonly Principal[];
  readonly documentIds: readonly string[];
  readonly layers: readonly Place['layer'][];
}

/** A cast so small that most steps concern the same things. */
const FEW: Cast = {
  people: [ALICE, BOB],
  principals: [user('alice'), group('staff'), EVERYONE],
  documentIds: ['contract'],
  layers: ['', '', PRIVATE],
};

const MANY: Cast = {
  people: [ALICE, BOB, CAROL],
  principals: [user('alice'), group('staff'), EVERYONE, user('bob'), group('guests')],
  documentIds: ['contract', 'plan'],
  layers: ['', 'review', PRIVATE],
};

/** Makes a value once in `times` cases, else undefined. */
const onceIn = <Value>(times: number, arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.oneof(
    { withCrossShrink: true },
    { weight: times - 1, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary },
  );

/** Kills a process once in `times` cases, at one of its first `calls` calls. */
const death = (times: number, calls: number): fc.Arbitrary<Death | undefined> =>
  onceIn(times, fc.record({ call: fc.nat({ max: calls - 1 }), takesEffect: fc.boolean() }));

const wish: fc.Arbitrary<Wish> = fc.record({
  ttlSeconds: fc.constantFrom(DAY, 3 * HOUR, HOUR, MINUTE),
  permissions: onceIn(8, fc.constantFrom<Permission[][]>(['read-document'], ['write', 'download'])),
});

const role = fc.constantFrom('editor', 'annotator', 'form-filler', 'commenter', 'viewer');
const grantLayers = fc.constantFrom(['*'], ['', 'review'], ['review'], ['']);
const privateLayer = fc.boolean();
const expires = fc.constantFrom<(number | 'never')[]>('never', 2 * DAY, 5 * HOUR, HOUR, 5 * MINUTE);

/** A change of a grant. Often only one part changes, as a second change could hide the effect of the first. */
const grantWish: fc.Arbitrary<GrantWish> = fc.oneof(
  fc.record({ role }),
  fc.record({ layers: grantLayers }),
  fc.record({ privateLayer }),
  fc.record({ expires }),
  fc.record({ role, layers: grantLayers, privateLayer, expires }),
);

const outages = fc.constantFrom<Outage[]>(
  'server-error',
  'leaves out the last',
  'answer-lost',
  'garbage',
  'throttled',
);

const period = fc.constantFrom(61, 5 * MINUTE, 11 * MINUTE, 61 * MINUTE, 3 * HOUR, 13 * HOUR, 2 * DAY);

/** Makes any step; the numbers are the weights. */
function anyStep({ people, principals, documentIds, layers }: Cast): fc.Arbitrary<Step> {
  const documentId = fc.constantFrom(...documentIds);
  const principal = fc.constantFrom(...principals);
  const place = fc.record({
    subject: fc.constantFrom(...people),
    documentId,
    layer: fc.constantFrom(...layers),
  });
  const userId = fc.constantFrom(...people.map((person) => person.userId));
  const target = fc.oneof<fc.Arbitrary<Target>[]>(
    fc.record({ userId }),
    fc.record({ documentId }),
    fc.record({ userId, documentId }),
  );
  const steps: readonly (readonly [number, fc.Arbitrary<Step>])[] = [
    [18, fc.tuple(place, wish, death(10, 6)).map((parts) => mint(...parts))],
    [9, fc.tuple(documentId, principal, grantWish, death(3, 12)).map((parts) => grant(...parts))],
    [3, fc.tuple(documentId, principal, death(3, 12)).map((parts) => removal(...parts))],
    [1, fc.tuple(documentId, death(3, 20)).map((parts) => removalOfAll(...parts))],
    [3, fc.tuple(target, death(4, 14)).map((parts) => revocation(...parts))],
    [2, fc.tuple(userId, death(4, 14)).map((parts) => ownRevocation(...parts))],
    [3, fc.tuple(fc.uuid(), death(3, 70)).map((parts) => rotation(...parts))],
    [1, death(3, 50).map(emergency)],
    [3, outages.map(outage)],
    [4, fc.constant(recovery)],
    [6, period.map(wait)],
    [1, fc.constant(timeToLive)],
    [3, fc.constant(everyoneRefreshes)],
    [4, death(5, 30).map(sweep)],
  ];
  return fc.oneof(...steps.map(([weight, arbitrary]) => ({ weight, arbitrary })));
}

const MOST_STEPS = 40;

const sequence = (cast: Cast): fc.Arbitrary<Step[]> =>
  fc.array(anyStep(cast), { minLength: 1, maxLength: MOST_STEPS, size: 'max' });

/** Makes any sequence of steps. */
export const anySequence: fc.Arbitrary<Step[]> = fc.oneof(sequence(FEW), sequence(MANY));
