import * as z from 'zod/mini';
import { TooManyItemsError } from '../../grants/index.ts';
import { NoSigningKeyError, SigningKeyUnavailableError } from '../../signing-keys/index.ts';
import { lackingGrant } from '../authentication/lacking-grant.ts';
import { StoreUnavailableError } from '../../table/index.ts';
import { RevocationsPendingError } from '../../tokens/index.ts';
import type { OperationId, Route } from '../routes/catalogue.ts';
import type { DescribedSchema } from '../routes/openapi.ts';
import { ProblemDetails } from './problem-details.ts';
import { problemOfRefusal } from '../routes/tokens/mint-problems.ts';
import { problemOf } from './problem-of.ts';
import { Problem, type ProblemSlug } from './problem.ts';

/** The schemas of error answers, by a function or by API Gateway alone. */
export const problemSchemas = {
  Problem: {
    schema: ProblemDetails,
    remarks: {
      '': 'Problem details (RFC 9457). Decide by `status` or `type`; the other texts are for people.',
      type: {
        description: '`urn:layermint:problem:<slug>`; docs/problems.md describes each.',
        format: 'uri',
      },
      title: 'The kind of problem.',
      status: 'The status of the answer.',
      detail: 'The fault and its remedy.',
      requestId: 'The id that finds the request in the log.',
      errors: 'The faults of the body, one by one; at most 20.',
      'errors[].pointer': 'The place of the fault: a JSON pointer in URI fragment form (RFC 6901 section 6).',
      'errors[].detail': 'The fault.',
    },
  },
  GatewayMessage: {
    schema: z.strictObject({ message: z.string() }),
    remarks: { '': "API Gateway's own answer, before it calls a function.", message: 'A few words.' },
  },
} satisfies Record<string, DescribedSchema>;

/** Examples of problems that a working stack does not answer, or only to requests that are not JSON. */
const EXAMPLES: Partial<Record<ProblemSlug, Problem>> = {
  unauthenticated: new Problem(
    'unauthenticated',
    'The Authorization header must hold exactly one bearer token, a signed JWT of three parts.',
  ),
  'caller-not-identified': new Problem(
    'caller-not-identified',
    'The caller token has no claim "oid", which must hold the user id.',
  ),
  'groups-not-in-token': lackingGrant(
    'not-granted',
    'No grant lets this user open this layer of this document.',
    { unreadGroups: { reason: 'left-out', claim: 'groups' } },
  ),
  'too-many-groups': new Problem(
    'too-many-groups',
    'The caller is in 612 groups; at most 500 are considered.',
  ),
  'unsupported-media-type': new Problem(
    'unsupported-media-type',
    'The header Content-Type is missing: send application/json, in UTF-8.',
  ),
  'too-many-items': problemOf(new TooManyItemsError()),
  'too-many-requests': new Problem(
    'too-many-requests',
    'Too many tokens were requested for this user. Try again in 2 seconds.',
  ),
  'no-signing-key': problemOf(new NoSigningKeyError()),
  'signing-key-unavailable': problemOf(new SigningKeyUnavailableError('')),
  'store-unavailable': problemOf(new StoreUnavailableError('')),
  'revocations-pending': problemOf(new RevocationsPendingError('')),
  'timed-out': problemOf(new DOMException('', 'TimeoutError')),
  'internal-error': problemOf(undefined),
  'route-not-found': new Problem(
    'route-not-found',
    'There is no such path. The API documentation lists all paths.',
  ),
  'method-not-allowed': new Problem('method-not-allowed', 'This path serves GET, PUT, DELETE only.'),
};

const MERGE = problemOfRefusal({
  outcome: 'refused',
  reason: 'token-too-large',
  builtFrom: [
    { kind: 'user', id: 'bob' },
    { kind: 'group', name: 'editors' },
  ],
});

/** Returns an example of a problem that no recorded answer shows; undefined if the example must be recorded. */
export function exampleProblem(slug: ProblemSlug, id?: OperationId, route?: Route): Problem | undefined {
  if (slug === 'body-too-large' && route?.maxBodyBytes !== undefined) {
    const most = route.maxBodyBytes;
    return new Problem(slug, `The body has ${most + 1} bytes; at most ${most} are read.`);
  }
  if (slug === 'token-too-large') {
    if (id !== 'mintBackendToken') return MERGE;
    return new Problem(slug, 'The token would be longer than 8 KB. Name fewer documents.');
  }
  return EXAMPLES[slug];
}
