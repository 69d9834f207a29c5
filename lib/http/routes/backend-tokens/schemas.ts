import * as z from 'zod/mini';
import { MINUTE, type Seconds } from '../../../runtime/time.ts';
import { ANY, MAX_BACKEND_TOKEN_SECONDS } from '../../../tokens/index.ts';
import { hintOf } from '../../messages/hints.ts';
import {
  DocumentId,
  MIN_TTL_SECONDS,
  objectError,
  optional,
  wellFormed,
  withDefault,
} from '../../messages/fields.ts';

/** The rules of a deployment for its backend tokens. */
export interface BackendTokenRules {
  /** The operations that Document Engine documents. A request can name others: a release of Document Engine can know more. */
  readonly operations: readonly string[];
  /** True if a token can be for any document or any operation. */
  readonly mayBeForAny: boolean;
}

const DEFAULT_TTL_SECONDS: Seconds = 5 * MINUTE;
const MAX_DOCUMENTS = 100;
const MAX_OPERATIONS = 100;
const MAX_OPERATION_CHARACTERS = 64;
const MAX_ORIGINS = 20;
const MAX_ORIGIN_CHARACTERS = 256;

const ttlError = `must be a whole number of seconds from ${MIN_TTL_SECONDS} to ${MAX_BACKEND_TOKEN_SECONDS}`;

const Origin = z.string({ error: 'must be a string: an origin or a regular expression' }).check(
  wellFormed,
  z.minLength(1, { error: 'must be an origin or a regular expression' }),
  z.maxLength(MAX_ORIGIN_CHARACTERS, { error: `must have at most ${MAX_ORIGIN_CHARACTERS} characters` }),
  z.refine(isRegularExpression, {
    error: String.raw`must be an origin such as https://app.example.com, or a regular expression that compiles, such as ^(https://)?([a-z0-9-]+\.)+example\.com$`,
  }),
);

/** Accepts origins too, because each compiles as a regular expression. Document Engine decides how it reads a string. */
function isRegularExpression(text: string): boolean {
  if (/\p{Cc}/u.test(text)) return false;
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}

/** The form of the operations that Document Engine documents. */
const OPERATION_PATTERN = /^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/;

function operationSchema(known: readonly string[]) {
  const right = `must be the name of an operation, of at most ${MAX_OPERATION_CHARACTERS} of a-z, 0-9 and "_", such as "document_editor"`;
  const error = ({ input }: { readonly input?: unknown }) => right + hintOf(input, known);
  return z.string({ error }).check(
    z.maxLength(MAX_OPERATION_CHARACTERS, { error, abort: true }),
    z.regex(OPERATION_PATTERN, { error }),
    z.refine((name) => name !== ANY, {
      error: `must not be "${ANY}", which is not the name of an operation`,
    }),
  );
}

const distinct = (element: string) =>
  z.refine<string[]>((list) => new Set(list).size === list.length, {
    error: `must not name ${element} twice`,
  });

/** The schema of a backend token request's body, for a deployment's rules. Unknown members are refused by name. */
export function backendTokenRequestSchema({ operations, mayBeForAny }: BackendTokenRules) {
  const right = (list: string) => ({
    error: mayBeForAny ? `${list}, or "${ANY}"` : `${list}; this deployment allows no "${ANY}"`,
  });
  const orAny = <List extends z.ZodMiniArray>(list: List, error: { readonly error: string }) =>
    mayBeForAny ? z.union([list, z.literal(ANY)], error) : list;

  const documents = right(`must be an array of 1 to ${MAX_DOCUMENTS} document ids`);
  const names = right(
    `must be an array of 1 to ${MAX_OPERATIONS} names of operations, such as "document_editor"`,
  );
  return z.strictObject(
    {
      allowedDocumentIds: orAny(
        z.array(DocumentId, documents).check(
          z.minLength(1, documents),
          z.maxLength(MAX_DOCUMENTS, documents),
          distinct('a document'),
          z.refine((ids) => !ids.includes(ANY), {
            error: `must not hold "${ANY}", which is not a document id here`,
          }),
        ),
        documents,
      ),
      allowedOperations: orAny(
        z
          .array(operationSchema(operations), names)
          .check(z.minLength(1, names), z.maxLength(MAX_OPERATIONS, names), distinct('an operation')),
        names,
      ),
      allowedOrigins: optional(
        z
          .array(Origin, { error: 'must be an array of origins or regular expressions' })
          .check(
            z.minLength(1, { error: 'must name an origin, or be left out to allow every origin' }),
            z.maxLength(MAX_ORIGINS, { error: `must have at most ${MAX_ORIGINS} origins` }),
            distinct('an origin'),
          ),
      ),
      ttlSeconds: withDefault(
        z
          .int({ error: ttlError })
          .check(
            z.minimum(MIN_TTL_SECONDS, { error: ttlError }),
            z.maximum(MAX_BACKEND_TOKEN_SECONDS, { error: ttlError }),
          ),
        DEFAULT_TTL_SECONDS,
      ),
    },
    {
      error: objectError('{"allowedDocumentIds", "allowedOperations", "allowedOrigins"?, "ttlSeconds"?}'),
    },
  );
}

const listOrAny = z.union([z.array(z.string()), z.literal(ANY)]);

/** A backend token in an answer. Times are in RFC 3339. */
export const BackendTokenAnswer = z.strictObject({
  jwt: z.string(),
  allowedDocumentIds: listOrAny,
  allowedOperations: listOrAny,
  /** Absent = every origin. */
  allowedOrigins: z.optional(z.array(z.string())),
  issuedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  /** The time to ask for the next one: at random between 70 and 85 % of the life. */
  refreshAt: z.iso.datetime(),
  /** Document Engine's base URL. */
  serverUrl: z.string(),
  /** The values of the request with a doubtful effect; absent = none. */
  warnings: z.optional(z.array(z.strictObject({ pointer: z.string(), detail: z.string() }))),
});
