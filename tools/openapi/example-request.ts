import { type OperationId } from '../../lib/http/routes/catalogue.ts';
import { type JsonObject } from './schemas.ts';

/** A request to the local stack (`npm start`) as it comes up; its answer is recorded. */
export interface ExampleRequest {
  readonly operation: OperationId;
  /** Distinct within the operation. */
  readonly name: string;
  /** What must be answered. */
  readonly status: number;
  readonly summary: string;
  /** A demo caller; absent: nobody. */
  readonly caller?: string;
  /** By name. Texts here and in the body can hold {@link answered} values. */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly body?: JsonObject;
  /** The rules whose checks are shown, of many. */
  readonly shows?: readonly string[];
}

/** A request, in the order of what is said of each. */
export const ask = (
  operation: OperationId,
  name: string,
  status: number,
  summary: string,
  rest: Pick<ExampleRequest, 'caller' | 'parameters' | 'body' | 'shows'> = {},
): ExampleRequest => ({ operation, name, status, summary, ...rest });

/** What an earlier request, `operation.name`, was answered in a member or a header. */
export const answered = (request: string, member: string): string => `«${request}.${member}»`;

/** Documents of the local stack. */
export const DOCUMENT = 'contract-2026';
export const OTHER_DOCUMENT = 'floor-plan';
