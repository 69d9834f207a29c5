import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
  type AttributeValue,
  type DynamoDBClient,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Clock } from '../runtime/clock.ts';
import { inParallel } from '../runtime/parallel.ts';
import { slicesOf } from '../runtime/slices.ts';
import type { Milliseconds } from '../runtime/time.ts';
import { Deadline, DeadlineOverError, withinDeadline } from '../runtime/deadline.ts';
import { listed, plainItem } from './attribute-values.ts';
import { storeError, StoreThrottledError } from './errors.ts';

/** The key of an item of the one table. */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** An item of the table. Only its key is known; the functions of lib/table read its attributes. */
export type Item = Key & Readonly<Record<string, unknown>>;

/** A condition or update, in DynamoDB's expression language. */
export interface Expression {
  readonly text: string;
  readonly values?: Readonly<Record<string, unknown>>;
  /** Stand-ins for attribute names that are reserved words. */
  readonly names?: Readonly<Record<string, string>>;
}

/** The position of a page in a query: the key attributes of the last item before it. */
export type StartKey = Readonly<Record<string, string>>;

/** The outcome of {@link Table.updateOrFind}. */
export interface Updated {
  /** True if the condition held, and the item is changed. */
  readonly updated: boolean;
  /** The item as it is, if the condition did not hold. Absent if there is none, or the database does not tell it, as dynalite. */
  readonly found?: Item;
}

/** The position and the size of a page of a query. */
export interface Page {
  /** The name of an index; absent = the table itself. */
  readonly index?: string;
  /** The most items; at most a megabyte in any case. */
  readonly limit?: number;
  readonly start?: StartKey;
}

/**
 * The longest time after which DynamoDB still carries out a request. A request can be under way for long, because its
 * process or its network stands still. AWS then refuses it by the time of its signature: after 5 minutes, for some
 * services after 15 (AWS General Reference, "Signature Version 4 signing process").
 */
export const LANDS_WITHIN: Milliseconds = 15 * 60_000;

const KEYS_PER_CALL = 100; // BatchGetItem's limit
const CALLS_AT_ONCE = 16; // far below the client's 50 connections, beyond which calls queue
const CALLS_FOR_UNPROCESSED = 5;
const FIRST_PAUSE: Milliseconds = 50; // doubled each time

/**
 * The one DynamoDB table. Reads are strongly consistent, except in an index. Every method throws
 * - {@link StoreUnavailableError} if DynamoDB fails, and {@link StoreThrottledError} if it throttles
 * - {@link StoreRefusedError} if it refuses the request
 * - DeadlineOverError if the current deadline is over; nothing is sent after it
 */
export class Table {
  readonly #client: DynamoDBClient;
  readonly #name: string;
  readonly #clock: Clock;

  constructor(client: DynamoDBClient, name: string, clock: Clock) {
    this.#client = client;
    this.#name = name;
    this.#clock = clock;
  }

  /**
   * Reads items by their keys, in as few BatchGetItem calls as possible (100 keys a call), up to 16 in parallel. This
   * is not a snapshot: each item may be from another moment.
   *
   * @param keys - without repeats, which DynamoDB refuses
   * @returns the items that exist, in any order
   */
  async batchGet(keys: readonly Key[]): Promise<Item[]> {
    const slices = slicesOf(keys, KEYS_PER_CALL);
    return (await inParallel(slices, CALLS_AT_ONCE, (slice) => this.#batchGetAll(slice))).flat();
  }

  async #batchGetAll(keys: readonly Key[]): Promise<Item[]> {
    const items: Item[] = [];
    let wanted: Record<string, AttributeValue>[] = keys.map(({ pk, sk }) => ({
      pk: { S: pk },
      sk: { S: sk },
    }));
    for (let call = 0; call < CALLS_FOR_UNPROCESSED; call += 1) {
      if (call > 0) await this.#pause(FIRST_PAUSE * 2 ** (call - 1));
      const command = new BatchGetItemCommand({
        RequestItems: { [this.#name]: { Keys: wanted, ConsistentRead: true } },
      });
      const answer = await this.#attempt((options) => this.#client.send(command, options));
      for (const item of listed(answer.Responses)[this.#name] ?? []) items.push(plainItem(item) as Item);
      wanted = answer.UnprocessedKeys?.[this.#name]?.Keys ?? [];
      if (wanted.length === 0) return items;
    }
    throw new StoreThrottledError(
      `DynamoDB left keys of a BatchGetItem unprocessed in ${CALLS_FOR_UNPROCESSED} calls; the table is throttled`,
    );
  }

  /**
   * Reads items of one partition of the table (strongly consistent) or of an index (eventually consistent), in the
   * order of their sort key.
   *
   * @param condition - the key condition, in DynamoDB's expression language
   * @returns one page of items, and the position of the next page; without `next` it is the last. A page can be empty
   * and still not be the last.
   */
  async query(
    condition: Expression,
    page: Page = {},
  ): Promise<{ readonly items: Item[]; readonly next?: StartKey }> {
    const command = new QueryCommand({
      TableName: this.#name,
      KeyConditionExpression: condition.text,
      ...substitutes(condition),
      ...(page.index === undefined ? { ConsistentRead: true } : { IndexName: page.index }),
      ...(page.limit !== undefined && { Limit: page.limit }),
      ...(page.start && { ExclusiveStartKey: marshall(page.start) }),
    });
    const answer = await this.#attempt((options) => this.#client.send(command, options));
    return {
      items: listed(answer.Items).map((item) => plainItem(item) as Item),
      ...(answer.LastEvaluatedKey && { next: plainItem(answer.LastEvaluatedKey) as StartKey }),
    };
  }

  /** Deletes an item. @returns true if the condition held, or there is none */
  delete(key: Key, condition?: Expression): Promise<boolean> {
    const command = new DeleteItemCommand({
      TableName: this.#name,
      Key: marshall({ pk: key.pk, sk: key.sk }),
      ...(condition && { ConditionExpression: condition.text, ...substitutes(condition) }),
    });
    return this.#write((options) => this.#client.send(command, options));
  }

  /** Writes a whole item. @returns true if the condition held, or there is none */
  async put(item: Item, condition?: Expression): Promise<boolean> {
    const command = new PutItemCommand({
      TableName: this.#name,
      Item: marshall(item),
      ...(condition && { ConditionExpression: condition.text, ...substitutes(condition) }),
    });
    return this.#write((options) => this.#client.send(command, options));
  }

  /** Changes attributes of an item. @returns true if the condition held */
  async update(key: Key, update: Expression, condition: Expression): Promise<boolean> {
    const command = new UpdateItemCommand(this.#updateInput(key, update, condition));
    return this.#write((options) => this.#client.send(command, options));
  }

  /** Changes attributes of an item, or finds the item if the condition does not hold. The answer costs no read. */
  async updateOrFind(key: Key, update: Expression, condition: Expression): Promise<Updated> {
    const command = new UpdateItemCommand({
      ...this.#updateInput(key, update, condition),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    let found: Item | undefined;
    const updated = await this.#write(
      (options) => this.#client.send(command, options),
      ({ Item: item }) => {
        found = item && (plainItem(item) as Item);
      },
    );
    return { updated, ...(found && { found }) };
  }

  #updateInput(key: Key, update: Expression, condition: Expression): UpdateItemCommandInput {
    return {
      TableName: this.#name,
      Key: marshall({ pk: key.pk, sk: key.sk }),
      UpdateExpression: update.text,
      ConditionExpression: condition.text,
      ...substitutes(update, condition),
    };
  }

  async #write(
    send: (options: SendOptions) => Promise<unknown>,
    failed?: (error: ConditionalCheckFailedException) => void,
  ): Promise<boolean> {
    return this.#attempt(async (options) => {
      try {
        await send(options);
        return true;
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        failed?.(error);
        return false;
      }
    });
  }

  async #attempt<T>(send: (options: SendOptions) => Promise<T>): Promise<T> {
    try {
      return await withinDeadline((signal) => send(signal ? { abortSignal: signal } : {}));
    } catch (error) {
      throw error instanceof DeadlineOverError ? error : storeError(error);
    }
  }

  #pause(milliseconds: Milliseconds): Promise<void> {
    return this.#clock.sleep(milliseconds * (0.5 + Math.random() / 2), Deadline.current()?.signal);
  }
}

interface SendOptions {
  readonly abortSignal?: AbortSignal;
}

function substitutes(...expressions: readonly Expression[]): {
  ExpressionAttributeValues?: Record<string, AttributeValue>;
  ExpressionAttributeNames?: Record<string, string>;
} {
  const values = Object.assign({}, ...expressions.map(({ values }) => values)) as Record<string, unknown>;
  const names = Object.assign({}, ...expressions.map(({ names }) => names)) as Record<string, string>;
  return {
    ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: marshall(values) }),
    ...(Object.keys(names).length > 0 && { ExpressionAttributeNames: names }),
  };
}
