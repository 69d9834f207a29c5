import { randomUUID } from 'node:crypto';
import type { HttpAnswer, HttpRequest } from '../loopback-server.ts';
import { SecretsManagerError } from './errors.ts';
import { isOperationName, operations, type Account, type OperationName } from './secret-operations.ts';

/** Reads the operation from `X-Amz-Target`; undefined if this server does not have it. */
export function operationOf(request: HttpRequest): OperationName | undefined {
  const target = request.headers['x-amz-target'];
  if (request.method !== 'POST' || typeof target !== 'string') return undefined;
  const [service, operation, ...rest] = target.split('.');
  if (service !== 'secretsmanager' || operation === undefined || rest.length > 0) return undefined;
  return isOperationName(operation) ? operation : undefined;
}

/** Carries out an operation on a request's body and answers in AWS JSON 1.1. */
export async function answer(operation: OperationName, body: string, account: Account): Promise<HttpAnswer> {
  try {
    return json(200, await operations[operation](parse(body), account));
  } catch (error) {
    if (error instanceof SecretsManagerError) return errorAnswer(400, error.code, error.message);
    throw error;
  }
}

/** Makes an error answer, which the SDK turns into one of its typed errors. */
export function errorAnswer(status: number, code: string, message: string): HttpAnswer {
  return json(status, { __type: code, message });
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new SecretsManagerError('SerializationException', 'The request body is not JSON.');
  }
}

function json(status: number, body: object): HttpAnswer {
  return {
    status,
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': randomUUID() },
    body: JSON.stringify(body),
  };
}
