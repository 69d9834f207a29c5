import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { size } from '../support/jest/suites.ts';
import {
  decide,
  grantToItem,
  listDocuments,
  type DocumentsDependencies,
  type Grant,
  type OpenableDocument,
} from '../../lib/grants/index.ts';
import { NOON } from '../support/runtime/clock.ts';
import { EVERYONE, grant, group, pageOf, subject, user } from '../support/grants/grants.ts';
import { MemoryTable } from '../support/table/memory-table.ts';
import { world } from '../support/world/world.ts';
import { type Expression, type Item, type Page, type StartKey } from '../../lib/table/index.ts';

/**
 * The index by principal, with pages of the sizes that a test sets. Some are empty, whatever the limit of the query.
 */
class IndexInMemory extends MemoryTable {
  readonly #pageSizes: readonly number[];
  #queries = 0;

  /** @param pageSizes - one for each query, repeated from the beginning */
  constructor(items: readonly Item[], pageSizes: readonly number[]) {
    super(...items);
    this.#pageSizes = pageSizes;
  }

  override query({ values }: Expression, page: Page = {}): Promise<{ items: Item[]; next?: StartKey }> {
    const [principal, after] = [values?.[':principal'], String(values?.[':after'])];
    const behind = page.start?.['pk'] ?? after;
    const left = this.everything()
      .filter((item) => item['principal'] === principal && item.pk > behind)
      .sort((one, other) => (one.pk < other.pk ? -1 : 1));
    const size = this.#pageSizes[this.#queries % this.#pageSizes.length] ?? 1;
    this.#queries += 1;
    const items = left.slice(0, Math.min(size, page.limit ?? Infinity));
    const next = { pk: items.at(-1)?.pk ?? behind };
    return Promise.resolve({ items, ...(items.length < left.length && { next }) });
  }
}

const SUBJECT = subject('alice', ['one', 'two', 'three']);
const PRINCIPALS = [user('alice'), user('bob'), EVERYONE, ...['one', 'two', 'three', 'four'].map(group)];
const DOCUMENTS = ['a', 'a-', 'a.b', 'aa', 'B', 'b', '~'];
const WORLD = world();

const anyGrant = fc
  .record({
    documentId: fc.constantFrom(...DOCUMENTS),
    principal: fc.constantFrom(...PRINCIPALS),
    role: fc.constantFrom(...WORLD.roles.keys(), 'gone'),
    layers: fc.uniqueArray(fc.constantFrom('', 'x', 'y', '*', 'user:bob', 'user:alice'), { maxLength: 3 }),
    privateLayer: fc.boolean(),
    expiresAt: fc.constantFrom(undefined, NOON, NOON + 1, NOON + 60),
  })
  .map(({ documentId, principal, role, expiresAt, ...rest }) => ({
    documentId,
    grant: grant(principal, role, { ...rest, ...(expiresAt !== undefined && { expiresAt }) }),
  }));

test('the list has every document once that a token can be minted for, in order, with exactly the rights of that token', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(anyGrant, {
        selector: ({ documentId, grant: { principal } }) => JSON.stringify([documentId, principal]),
        maxLength: 40,
      }),
      fc.integer({ min: 1, max: 4 }),
      fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 20 }),
      async (granted, limit, sizes) => {
        const items = granted.map(({ documentId, grant: one }) => grantToItem(documentId, one));
        const listed = await listAll(new IndexInMemory(items, [...sizes, 1]), limit);
        const expected = DOCUMENTS.toSorted().flatMap((documentId) => {
          const ofDocument = granted.flatMap((one) => (one.documentId === documentId ? [one.grant] : []));
          const layers = mintable(ofDocument);
          return layers.length === 0 ? [] : [{ documentId, layers }];
        });
        const found = listed.map(({ documentId, layers }) => ({
          documentId,
          layers: layers.map(({ layer, permissions, expiresAt }) => ({ layer, permissions, expiresAt })),
        }));
        expect(found).toEqual(expected);
      },
    ),
    { numRuns: size(60, 300) },
  );
});

test('a long run of documents that cannot be opened ends a page early, and the next page continues after it', async () => {
  const expired = Array.from({ length: 2500 }, (_, number) =>
    grantToItem(
      `doc-${String(number).padStart(4, '0')}`,
      grant(user('alice'), 'viewer', { expiresAt: NOON }),
    ),
  );
  const table = new IndexInMemory(
    [...expired, grantToItem('last', grant(user('alice'), 'viewer'))],
    [Infinity],
  );
  const first = await listDocuments(SUBJECT, pageOf(50), undefined, dependenciesOf(table));
  expect(first).toEqual({ entries: [], next: 'doc-0999' });
  expect((await listAll(table, 50)).map(({ documentId }) => documentId)).toEqual(['last']);
});

async function listAll(table: MemoryTable, limit: number): Promise<OpenableDocument[]> {
  const listed: OpenableDocument[] = [];
  let after: string | undefined;
  do {
    const page = await listDocuments(SUBJECT, pageOf(limit), after, dependenciesOf(table));
    expect(page.entries.length).toBeLessThanOrEqual(limit);
    listed.push(...page.entries);
    after = page.next;
  } while (after !== undefined);
  return listed;
}

function dependenciesOf(table: MemoryTable): DocumentsDependencies {
  return { ...WORLD, table, policy: WORLD };
}

/** Lists the results of a mint on each layer. "another" represents every shared layer that no grant names. */
function mintable(
  grants: readonly Grant[],
): { layer: string; permissions: readonly string[]; expiresAt?: number }[] {
  const own = grants.filter(
    ({ principal }) =>
      principal.kind === 'everyone' ||
      (principal.kind === 'user' ? principal.id === 'alice' : SUBJECT.groups.includes(principal.name)),
  );
  return ['another', '', 'user:alice', 'user:bob', 'x', 'y'].flatMap((layer) => {
    const isNamed = own.some(({ layers, privateLayer, expiresAt = Infinity }) => {
      const named = layer === 'another' ? layers.includes('*') : layers.includes(layer);
      return expiresAt > NOON && (named || (layer === 'user:alice' && privateLayer));
    });
    const question = { subject: SUBJECT, layer, at: NOON, notAfter: Infinity };
    const decision = decide(question, own, WORLD);
    if (!isNamed || decision.outcome === 'refused') return [];
    const { permissions, expiresAt } = decision;
    const name = layer === 'another' ? '*' : layer;
    return [{ layer: name, permissions, ...(expiresAt !== Infinity && { expiresAt }) }];
  });
}
