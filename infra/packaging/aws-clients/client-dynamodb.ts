import type * as sdk from '@aws-sdk/client-dynamodb';
import { ServiceError } from './service-answer.ts';
import { Command, ServiceClient, type Service, type Settings } from './service-client.ts';

/** {@link sdk.ConditionalCheckFailedException} */
export class ConditionalCheckFailedException extends ServiceError {}

/** {@link sdk.ReplicatedWriteConflictException}: another region of a global table changes the item. By its mark it is tried again. */
class ReplicatedWriteConflictException extends ServiceError {
  readonly $retryable = {};
}

const DYNAMODB: Service = {
  name: 'dynamodb',
  variable: 'DYNAMODB',
  target: 'DynamoDB_20120810',
  json: '1.0',
  // The SDK's own for DynamoDB.
  retryDelay: 25,
  exceptions: { ConditionalCheckFailedException, ReplicatedWriteConflictException },
  // A binary attribute. In a map, a member of that name has an object as its value.
  unreadable: /"(?:B":\s*"|BS":\s*\[)/,
};

/** {@link ServiceClient} */
export class DynamoDBClient extends ServiceClient {
  constructor(settings: Settings) {
    super(DYNAMODB, settings);
  }
}

// The SDK's attribute values are those of JSON, except for binary ones. The table has none, and request-body.ts refuses them.

/** {@link sdk.BatchGetItemCommand} */
export class BatchGetItemCommand extends Command<sdk.BatchGetItemCommandInput> {
  readonly operation = 'BatchGetItem';
}

/** {@link sdk.DeleteItemCommand} */
export class DeleteItemCommand extends Command<sdk.DeleteItemCommandInput> {
  readonly operation = 'DeleteItem';
}

/** {@link sdk.PutItemCommand} */
export class PutItemCommand extends Command<sdk.PutItemCommandInput> {
  readonly operation = 'PutItem';
}

/** {@link sdk.QueryCommand} */
export class QueryCommand extends Command<sdk.QueryCommandInput> {
  readonly operation = 'Query';
}

/** {@link sdk.UpdateItemCommand} */
export class UpdateItemCommand extends Command<sdk.UpdateItemCommandInput> {
  readonly operation = 'UpdateItem';
}
