import { type OperationId } from '../../lib/http/routes/catalogue.ts';
import { type JsonObject } from './schemas.ts';

/** A request to a newly started local stack (`npm start`). Its answer is recorded. */
export interface ExampleRequest {
  readonly operation: OperationId;
  /** Distinct within the operation. */
  readonly name: string;
  /** The expected status. */
  readonly status: number;
  readonly summary: string;
  /** A demo caller; absent for a request without a token. */
  readonly caller?: string;
  /** By name. Strings here and in the body can hold {@link answered} values. */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly body?: JsonObject;
  /** The rules to show in the list of checks, which is long. */
  readonly shows?: readonly string[];
}

/** Makes a request. Operation, name, status and summary are positional, as every request has them. */
export const ask = (
  operation: OperationId,
  name: string,
  status: number,
  summary: string,
  rest: Pick<ExampleRequest, 'caller' | 'parameters' | 'body' | 'shows'> = {},
): ExampleRequest => ({ operation, name, status, summary, ...rest });

/** Refers to a member or a header of the answer to an earlier request, `operation.name`. */
export const answered = (request: string, member: string): string => `«${request}.${member}»`;

/** Documents of the local stack. */
export const DOCUMENT = 'contract-2026';
export const OTHER_DOCUMENT = 'floor-plan';
