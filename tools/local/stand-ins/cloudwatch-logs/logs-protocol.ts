import { randomUUID } from 'node:crypto';
import { fromJson } from '../../../cli/from-json.ts';
import type { HttpAnswer, HttpRequest } from '../loopback-server.ts';
import { CloudWatchLogsError } from './errors.ts';
import { isLogOperation, logOperations, type LogOperationName, type LogsAccount } from './log-operations.ts';

/** The content type of every answer. */
export const LOGS_CONTENT_TYPE = 'application/x-amz-json-1.1';

/** Reads the operation from `X-Amz-Target`; undefined if this server does not have it. */
export function logOperationOf({ method, headers }: HttpRequest): LogOperationName | undefined {
  const target = headers['x-amz-target'];
  if (method !== 'POST' || typeof target !== 'string') return undefined;
  const [service, name = '', ...rest] = target.split('.');
  return service === 'Logs_20140328' && rest.length === 0 && isLogOperation(name) ? name : undefined;
}

/** Carries out an operation on a request's body and answers in AWS JSON 1.1. */
export function answerLogs(operation: LogOperationName, body: string, account: LogsAccount): HttpAnswer {
  const input = fromJson(body);
  if (input === undefined) return logsError(400, 'SerializationException', 'The request body is not JSON.');
  try {
    return json(200, logOperations[operation](input, account));
  } catch (error) {
    if (error instanceof CloudWatchLogsError) return logsError(400, error.code, error.message);
    throw error;
  }
}

/** Makes an error answer, which the SDK turns into one of its typed errors. */
export function logsError(status: number, code: string, message: string): HttpAnswer {
  return json(status, { __type: code, message });
}

function json(status: number, body: object): HttpAnswer {
  return {
    status,
    headers: { 'content-type': LOGS_CONTENT_TYPE, 'x-amzn-requestid': randomUUID() },
    body: JSON.stringify(body),
  };
}
