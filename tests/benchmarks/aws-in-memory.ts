import {
  BatchGetItemCommand,
  DynamoDBClient,
  PutItemCommand,
  type AttributeValue,
} from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

type Attributes = Record<string, AttributeValue>;

/**
 * The part of AWS that minting uses, answered in memory. Items are kept and answered as the SDK has them, in DynamoDB's attribute
 * values, so that what the service makes of them is part of what is measured.
 */
export class AwsInMemory {
  /** How often each operation was called, by its name. */
  readonly calls = new Map<string, number>();
  readonly #items = new Map<string, Attributes>();
  readonly #secret: string;

  /** @param secret - the value of every secret */
  constructor(secret: string) {
    this.#secret = secret;
  }

  /** Clients of the SDK whose `send` answers at once: nothing is serialized or sent. */
  dynamoDB(): DynamoDBClient {
    return Object.assign(new DynamoDBClient({ region: 'eu-central-1' }), {
      send: (command: unknown) => Promise.resolve(this.#answerDynamoDB(command)),
    });
  }

  secretsManager(): SecretsManagerClient {
    return Object.assign(new SecretsManagerClient({ region: 'eu-central-1' }), {
      send: (command: unknown) => {
        if (!(command instanceof GetSecretValueCommand)) throw unforeseen(command);
        return Promise.resolve(this.getSecretValue());
      },
    });
  }

  #answerDynamoDB(command: unknown): object {
    if (command instanceof BatchGetItemCommand) return this.batchGetItem(command.input.RequestItems ?? {});
    if (command instanceof PutItemCommand) return this.#putItem(command.input.Item ?? {});
    throw unforeseen(command);
  }

  /** BatchGetItem; the items of all tables are kept together. */
  batchGetItem(requested: Readonly<Record<string, { readonly Keys: readonly Attributes[] | undefined }>>): {
    readonly Responses: Readonly<Record<string, readonly Attributes[]>>;
  } {
    this.#count('BatchGetItem');
    const Responses: Record<string, Attributes[]> = {};
    for (const [table, { Keys = [] }] of Object.entries(requested)) {
      Responses[table] = Keys.map((key) => this.#items.get(pathOf(key))).filter((item) => item !== undefined);
    }
    return { Responses };
  }

  /** GetSecretValue. */
  getSecretValue(): { readonly SecretString: string; readonly VersionId: string } {
    this.#count('GetSecretValue');
    return { SecretString: this.#secret, VersionId: 'version-1' };
  }

  #putItem(item: Attributes): object {
    this.#count('PutItem');
    this.#items.set(pathOf(item), item);
    return {};
  }

  #count(operation: string): void {
    this.calls.set(operation, (this.calls.get(operation) ?? 0) + 1);
  }
}

function pathOf({ pk, sk }: Attributes): string {
  return `${pk?.S ?? ''} ${sk?.S ?? ''}`;
}

function unforeseen(command: unknown): Error {
  const name = command instanceof Object ? command.constructor.name : typeof command;
  return new TypeError(`Minting is not expected to call AWS with ${name}`);
}
