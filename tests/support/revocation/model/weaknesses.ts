import { type Weakness } from './situation.ts';
import { type Expression, type Item, type Key } from '../../../../lib/table/index.ts';

type Attributes = Readonly<Record<string, unknown>>;

/** Which writes are meant: of which items, and with which update where it is one. */
type Which = (key: Key, update?: Expression) => boolean;

const ofHolder: Which = ({ sk }) => sk.startsWith('HOLDER#');
const ofGrant: Which = ({ sk }) => sk.startsWith('GRANT#');
const ofJob: Which = ({ pk }) => pk.startsWith('JOB#');

/** The update that ends a family. */
export const raising: Which = (key, update) =>
  ofHolder(key) && update?.text.includes('epoch = :raised') === true;

/** The update by which a mint extends a family. */
export const growing: Which = (key, update) =>
  ofHolder(key) && update?.text.startsWith('SET holdsUntil') === true;

/** The write by which a mint makes a holder item. */
export const making: Which = (key, update) => ofHolder(key) && update === undefined;

/** The update that takes off what Document Engine confirmed. */
export const settling: Which = (key, update) => ofHolder(key) && update?.text.startsWith('REMOVE') === true;

/** The write that changes a grant. */
export const changing: Which = (key, update) => ofGrant(key) && update === undefined;

/** The update that clears a mark. */
export const clearing: Which = (key, update) => ofGrant(key) && update !== undefined;

/** The update that says how far a job is. */
export const goingOn: Which = (key, update) => ofJob(key) && update !== undefined;

/** Some writes are made whether or not a term of their condition holds. */
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

/** Some updates are others. */
export function withUpdate(which: Which, other: (update: Expression) => Expression): Weakness {
  return {
    table: (table) => ({
      update: (key, update, condition) =>
        table.update(key, which(key, update) ? other(update) : update, condition),
    }),
  };
}

/** Some items that are written lack attributes. */
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

/** Jobs are not written down when they begin. */
export const jobsNotWritten: Weakness = {
  table: (table) => ({
    put: (item, condition) => (ofJob(item) ? Promise.resolve(true) : table.put(item, condition)),
  }),
};

/** Holder items have a time to live that is past, from the beginning. */
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

/** A mint decides from the grants that it read first, whatever it reads again. */
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

/** A mint takes what a holder item says for something that it has said for long. */
export const holderItemsTakenForOld: Weakness = {
  table: (table) => ({
    batchGet: async (keys) => {
      const items = await table.batchGet(keys);
      if (!isReadOfMint(keys)) return items;
      return items.map((item) => (ofHolder(item) ? { ...item, namedAt: 0 } : item));
    },
  }),
};

/** Only a mint reads grants and a holder item in one call. */
function isReadOfMint(keys: readonly Key[]): boolean {
  return keys.some((key) => ofGrant(key)) && keys.some((key) => ofHolder(key));
}

/** Document Engine is taken to have done whatever it was asked. */
export const answersNotRead: Weakness = {
  documentEngine: (documentEngine) => ({
    revoke: async (jwts) => {
      await documentEngine.revoke(jwts);
      return { data: jwts };
    },
  }),
};
