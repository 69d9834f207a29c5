import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
  type AttributeValue,
  type PutItemCommandInput,
  type QueryCommandInput,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { holds, updated } from '../support/table/expressions.ts';
import { type Expression, type Key } from '../../lib/table/index.ts';
import { bytesOf, unitsOfBatchGet, unitsOfQuery, unitsOfWrite } from './capacity.ts';
import { GeneratedItems } from './scale/generated-items.ts';

type Attributes = Record<string, AttributeValue>;

/** Observes each call: the name of the operation, and the key of the item that it writes, if any. */
export type Note = (operation: string, written?: Key) => void;

/**
 * The part of AWS that minting and an idle sweeper use, answered in memory. Items are kept as the SDK has them, in
 * DynamoDB's attribute values, so that their conversion is part of the measurement.
 */
export class AwsInMemory {
  /** The number of calls of each operation, by its name. */
  readonly calls = new Map<string, number>();
  /** The read units of all strongly consistent reads. */
  readUnits = 0;
  /** The read units of all queries of indexes: eventually consistent reads, which cost half as much. */
  indexReadUnits = 0;
  /** The keys asked for, found or not, and the items that queries returned. */
  itemsRead = 0;
  /** The write units of all writes, also of the indexes. */
  writeUnits = 0;
  /** The part of the write units that the indexes take. */
  indexWriteUnits = 0;
  readonly #items = new Map<string, Attributes>();
  /** The paths of the items in each partition of the table and of its indexes. */
  readonly #partitions = new Map<string, Set<string>>();
  readonly #secret: string;
  readonly #generated: GeneratedItems;

  /**
   * @param secret - the value of every secret
   * @param generated - items beside the written ones
   */
  constructor(secret: string, generated = new GeneratedItems([])) {
    this.#secret = secret;
    this.#generated = generated;
  }

  /**
   * Makes a client of the SDK. Its `send` answers at once: nothing is serialized or sent.
   *
   * @param note - observes the client's calls; unless given, they are counted in `calls`
   */
  dynamoDB(note: Note = this.#count): DynamoDBClient {
    return Object.assign(new DynamoDBClient({ region: 'eu-central-1' }), {
      send: (command: unknown) => Promise.try(() => this.#answerDynamoDB(command, note)),
    });
  }

  /** Counts a query that a server has answered by itself. */
  countQuery(): void {
    this.#count('Query');
  }

  /** Computes the size of the items whose sort key begins like this, in bytes. */
  bytesOfItems(beginning: string): number[] {
    return [...this.#items.values()].filter((item) => keyOf(item).sk.startsWith(beginning)).map(bytesOf);
  }

  secretsManager(): SecretsManagerClient {
    return Object.assign(new SecretsManagerClient({ region: 'eu-central-1' }), {
      send: (command: unknown) => {
        if (!(command instanceof GetSecretValueCommand)) throw unforeseen(command);
        return Promise.resolve(this.getSecretValue());
      },
    });
  }

  #answerDynamoDB(command: unknown, note: Note): object {
    if (command instanceof BatchGetItemCommand)
      return this.batchGetItem(command.input.RequestItems ?? {}, note);
    if (command instanceof PutItemCommand) return this.#putItem(command.input, note);
    if (command instanceof UpdateItemCommand) return this.#updateItem(command.input, note);
    if (command instanceof QueryCommand) return this.#query(command.input, note);
    throw unforeseen(command);
  }

  /** Answers BatchGetItem. The items of all tables are kept together. */
  batchGetItem(
    requested: Readonly<Record<string, { readonly Keys: readonly Attributes[] | undefined }>>,
    note: Note = this.#count,
  ): { readonly Responses: Readonly<Record<string, readonly Attributes[]>> } {
    note('BatchGetItem');
    const Responses: Record<string, Attributes[]> = {};
    for (const [table, { Keys = [] }] of Object.entries(requested)) {
      const items = Keys.map((key) => this.#items.get(pathOf(key)) ?? this.#generated.get(keyOf(key)));
      this.itemsRead += Keys.length;
      this.readUnits += unitsOfBatchGet(items);
      Responses[table] = items.filter((item) => item !== undefined);
    }
    return { Responses };
  }

  /** Answers GetSecretValue. */
  getSecretValue(): { readonly SecretString: string; readonly VersionId: string } {
    this.#count('GetSecretValue');
    return { SecretString: this.#secret, VersionId: 'version-1' };
  }

  #putItem({ Item: item = {}, ...input }: PutItemCommandInput, note: Note): object {
    note('PutItem', keyOf(item));
    this.#check(item, input);
    this.#write(item);
    return {};
  }

  #updateItem(
    { Key: key = {}, UpdateExpression: text = '', ...input }: UpdateItemCommandInput,
    note: Note,
  ): object {
    note('UpdateItem', keyOf(key));
    this.#check(key, input);
    const item = unmarshall(this.#items.get(pathOf(key)) ?? key);
    this.#write(marshall(updated({ text, ...substitutesOf(input) }, item)));
    return {};
  }

  #write(item: Attributes): void {
    const { table, indexes } = unitsOfWrite(this.#items.get(pathOf(item)), item);
    this.writeUnits += table + indexes;
    this.indexWriteUnits += indexes;
    this.#keep(item);
  }

  #keep(item: Attributes): void {
    const path = pathOf(item);
    for (const name of partitionsOf(this.#items.get(path) ?? {})) this.#partitions.get(name)?.delete(path);
    for (const name of partitionsOf(item))
      this.#partitions.set(name, (this.#partitions.get(name) ?? new Set()).add(path));
    this.#items.set(path, item);
  }

  /** @throws ConditionalCheckFailedException unless the condition of a write holds for the current item */
  #check(key: Attributes, { ConditionExpression: text, ...input }: Conditional): void {
    const item = this.#items.get(pathOf(key));
    if (text === undefined || holds({ text, ...substitutesOf(input) }, item && unmarshall(item))) return;
    throw new ConditionalCheckFailedException({ message: 'The conditional request failed', $metadata: {} });
  }

  /** Answers a Query of a partition of the table or an index, in the order of the table's keys. */
  #query(
    {
      KeyConditionExpression: text = '',
      ExclusiveStartKey: start,
      Limit: limit,
      ...input
    }: QueryCommandInput,
    note: Note,
  ): object {
    note('Query');
    const [ofPartition = '', beginning] = text.split(BEGINNING);
    const substitutes = substitutesOf(input);
    const begin = beginning === undefined ? '' : String(substitutes.values?.[beginning]);
    const startsAfter = start === undefined ? '' : pathOf(start);
    const written = this.#writtenIn(ofPartition, substitutes.values)
      .filter((item) => keyOf(item).sk.startsWith(begin) && pathOf(item) > startsAfter)
      .filter((item) => holds({ text: ofPartition, ...substitutes }, unmarshall(item)));
    const { items, more } = this.#generated.query(text, substitutes.values, start && keyOf(start), limit);
    const found = [...written, ...items].sort((one, other) => (pathOf(one) < pathOf(other) ? -1 : 1));
    const Items = found.slice(0, limit);
    this.itemsRead += Items.length;
    if (input.ConsistentRead) this.readUnits += unitsOfQuery(Items);
    else this.indexReadUnits += unitsOfQuery(Items) / 2;
    const last = Items.at(-1);
    if (last === undefined || (Items.length === found.length && !more)) return { Items };
    return { Items, LastEvaluatedKey: { pk: last['pk'], sk: last['sk'] } };
  }

  /** Finds the written items of a partition of the table or an index. */
  #writtenIn(condition: string, values: Expression['values'] = {}): Attributes[] {
    const [, attribute = '', placeholder = ''] = /^(\w+) = (:\w+)/.exec(condition) ?? [];
    const paths = this.#partitions.get(`${attribute} ${String(values[placeholder])}`) ?? [];
    return [...paths].map((path) => this.#items.get(path)).filter((item) => item !== undefined);
  }

  readonly #count: Note = (operation) => {
    this.calls.set(operation, (this.calls.get(operation) ?? 0) + 1);
  };
}

/** The part of a key condition on the beginning of the sort key. */
const BEGINNING = / AND begins_with\(sk, (:\w+)\)/;

type Conditional = Pick<
  UpdateItemCommandInput,
  'ConditionExpression' | 'ExpressionAttributeValues' | 'ExpressionAttributeNames'
>;

function substitutesOf({
  ExpressionAttributeValues: values = {},
  ExpressionAttributeNames: names = {},
}: Omit<Conditional, 'ConditionExpression'>): Pick<Expression, 'values' | 'names'> {
  return { values: unmarshall(values), names };
}

function keyOf({ pk, sk }: Attributes): Key {
  return { pk: pk?.S ?? '', sk: sk?.S ?? '' };
}

/** Names the partitions of the table and of its indexes that an item is in. */
function partitionsOf(item: Attributes): string[] {
  return ['pk', 'principal', 'dueShard'].flatMap((attribute) => {
    const value = item[attribute]?.S;
    return value === undefined ? [] : [`${attribute} ${value}`];
  });
}

function pathOf(attributes: Attributes): string {
  const { pk, sk } = keyOf(attributes);
  return `${pk} ${sk}`;
}

function unforeseen(command: unknown): Error {
  const name = command instanceof Object ? command.constructor.name : typeof command;
  return new TypeError(`No measured code is expected to call AWS with ${name}`);
}
