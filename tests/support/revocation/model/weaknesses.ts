import { type Weakness } from './situation.ts';
import {
  LANDS_WITHIN,
  type Expression,
  type Item,
  type Key,
  type MarkWalk,
} from '../../../../lib/table/index.ts';

type Attributes = Readonly<Record<string, unknown>>;

/** A selection of writes, by the item and by the update. */
type Which = (key: Key, update?: Expression) => boolean;

const ofHolder: Which = ({ sk }) => sk.startsWith('HOLDER#');
const ofGrant: Which = ({ sk }) => sk.startsWith('GRANT#');
const ofJob: Which = ({ pk }) => pk.startsWith('JOB#');

/** Selects the update that ends a family. */
export const raising: Which = (key, update) =>
  ofHolder(key) && update?.text.includes('epoch = :raised') === true;

/** Selects the update by which a mint extends a family. */
export const growing: Which = (key, update) =>
  ofHolder(key) && update?.text.startsWith('SET holdsUntil') === true;

/** Selects the write by which a mint makes a holder item. */
export const making: Which = (key, update) => ofHolder(key) && update === undefined;

/** Selects the update that removes confirmed families. */
export const settling: Which = (key, update) => ofHolder(key) && update?.text.startsWith('REMOVE') === true;

/** Selects the write that changes a grant. */
export const changing: Which = (key, update) => ofGrant(key) && update === undefined;

/** Selects the update that clears a mark. */
export const clearing: Which = (key, update) => ofGrant(key) && update !== undefined;

/** Selects the update that records the progress of a mark's walk. */
export const keeping: Which = (key, update) =>
  ofGrant(key) && update?.text.startsWith('SET underWay') === true;

/** Selects the update that records a job's progress. */
export const goingOn: Which = (key, update) => ofJob(key) && update !== undefined;

/** Removes terms from the condition of some writes. */
export function withoutCondition(which: Which, ...terms: readonly string[]): Weakness {
  const rest = (condition: Expression | undefined): Expression | undefined => {
    const text = condition?.text
      .split(' AND ')
      .filter((term) => !terms.includes(term))
      .join(' AND ');
    return condition && text ? { ...condition, text } : undefined;
  };
  return {
    table: (table) => ({
      put: (item, condition) => table.put(item, which(item) ? rest(condition) : condition),
      update: (key, update, condition) =>
        which(key, update)
          ? table.update(key, update, rest(condition) ?? { text: 'attribute_exists(pk)' })
          : table.update(key, update, condition),
    }),
  };
}

/** Replaces some updates. */
export function withUpdate(which: Which, other: (update: Expression) => Expression): Weakness {
  return {
    table: (table) => ({
      update: (key, update, condition) =>
        table.update(key, which(key, update) ? other(update) : update, condition),
    }),
  };
}

/** Removes attributes from some written items. */
export function withoutAttributes(which: Which, ...names: readonly string[]): Weakness {
  return {
    table: (table) => ({
      put: ({ pk, sk, ...attributes }, condition) =>
        table.put({ pk, sk, ...(which({ pk, sk }) ? lacking(attributes, names) : attributes) }, condition),
    }),
  };
}

function lacking(attributes: Attributes, names: readonly string[]): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => !names.includes(name)));
}

/** A service that does not write new jobs. */
export const jobsNotWritten: Weakness = {
  table: (table) => ({
    put: (item, condition) => (ofJob(item) ? Promise.resolve(true) : table.put(item, condition)),
  }),
};

/** A mint that signs without a holder item. */
export const holdersNotWritten: Weakness = {
  table: (table) => ({
    put: (item, condition) => (making(item) ? Promise.resolve(true) : table.put(item, condition)),
  }),
};

/** A service that gives holder items a time to live that is already past. */
export const holdersSoonDeleted: Weakness = {
  table: (table) => ({
    put: (item, condition) => table.put(making(item) ? { ...item, ttl: 0 } : item, condition),
    update: (key, update, condition) =>
      table.update(
        key,
        ofHolder(key) ? { ...update, values: { ...update.values, ':ttl': 0 } } : update,
        condition,
      ),
  }),
};

/** A service that names the moment at which a write of the holder item began, as if it landed at once. */
export const holdersNamedOnSending: Weakness = {
  table: (table) => ({
    put: (item, condition) => table.put(making(item) ? { ...item, namedAt: item['epoch'] } : item, condition),
    update: (key, update, condition) =>
      table.update(key, growing(key, update) ? namedOnSending(update) : update, condition),
  }),
};

function namedOnSending({ values, ...update }: Expression): Expression {
  const namedAt = Number(values?.[':namedAt']) - LANDS_WITHIN;
  return { ...update, values: { ...values, ...(':namedAt' in (values ?? {}) && { ':namedAt': namedAt }) } };
}

/** A service that forgets the holders that a walk has passed over so far. */
export const passedOverForgotten: Weakness = withUpdate(keeping, ({ values, ...update }) => ({
  ...update,
  values: { ...values, ':underWay': { ...(values?.[':underWay'] as MarkWalk), passedOver: 0 } },
}));

/** A service whose calls do not look at the deadline. */
export const deadlineIgnored: Weakness = { ignoresDeadline: true };

/** A mint that decides from its first read of the grants, even after a second one. */
export const grantsNotReadAgain: Weakness = {
  table: (table) => {
    let first: readonly Item[] | undefined;
    return {
      batchGet: async (keys) => {
        const items = await table.batchGet(keys);
        if (!isReadOfMint(keys)) return items;
        first ??= items.filter((item) => ofGrant(item));
        return [...first, ...items.filter((item) => !ofGrant(item))];
      },
    };
  },
};

/** A mint that takes every holder item for one that has not changed for long. */
export const holderItemsTakenForOld: Weakness = {
  table: (table) => ({
    batchGet: async (keys) => {
      const items = await table.batchGet(keys);
      return items.map((item) => (ofHolder(item) ? { ...item, namedAt: 0 } : item));
    },
  }),
};

/** Tells whether a mint reads: only a mint reads grants and a holder item in one call. */
function isReadOfMint(keys: readonly Key[]): boolean {
  return keys.some((key) => ofGrant(key)) && keys.some((key) => ofHolder(key));
}

/** A service that takes every JWT for revoked without reading the answer. */
export const answersNotRead: Weakness = {
  documentEngine: (documentEngine) => ({
    revoke: async (jwts) => {
      await documentEngine.revoke(jwts);
      return { data: jwts };
    },
  }),
};
