import * as z from 'zod/mini';
import { NoSigningKeyError, SigningKeyUnavailableError } from '../../signing-keys/index.ts';
import { StoreUnavailableError } from '../../table/index.ts';
import type { OperationId, Route } from '../routes/catalogue.ts';
import type { DescribedSchema } from '../routes/openapi.ts';
import { ProblemDetails } from './problem-details.ts';
import { problemOfRefusal } from '../routes/tokens/mint-problems.ts';
import { problemOf } from './problem-of.ts';
import { Problem, type ProblemSlug } from './problem.ts';

/** What is answered in place of a success: by a function, or by API Gateway alone. */
export const problemSchemas = {
  Problem: {
    schema: ProblemDetails,
    remarks: {
      '': 'Problem details (RFC 9457). Decide by `status` or `type`; the other texts are for people.',
      type: {
        description: '`urn:layermint:problem:<slug>`; docs/problems.md describes each.',
        format: 'uri',
      },
      title: 'What kind of problem it is.',
      status: 'The status of the answer.',
      detail: 'What was wrong here, and what would be right.',
      requestId: 'Finds the request in the log.',
      errors: 'What is wrong with the body, fault by fault.',
      'errors[].pointer': 'Where: a JSON pointer in URI fragment form (RFC 6901 section 6).',
      'errors[].detail': 'What is wrong there.',
    },
  },
  GatewayMessage: {
    schema: z.strictObject({ message: z.string() }),
    remarks: { '': 'What API Gateway answers before any function is asked.', message: 'A few words.' },
  },
} satisfies Record<string, DescribedSchema>;

/** Examples of what a stack that works does not answer, or only to requests that are not JSON. */
const EXAMPLES: Partial<Record<ProblemSlug, Problem>> = {
  unauthenticated: new Problem(
    'unauthenticated',
    'The Authorization header must hold exactly one bearer token, a signed JWT of three parts.',
  ),
  'too-many-groups': new Problem(
    'too-many-groups',
    'The caller is in 612 groups; at most 500 are considered.',
  ),
  'unsupported-media-type': new Problem(
    'unsupported-media-type',
    'The body must be sent as Content-Type: application/json, in UTF-8.',
  ),
  'no-signing-key': problemOf(new NoSigningKeyError()),
  'signing-key-unavailable': problemOf(new SigningKeyUnavailableError('')),
  'store-unavailable': problemOf(new StoreUnavailableError('')),
  'timed-out': problemOf(new DOMException('', 'TimeoutError')),
  'internal-error': problemOf(undefined),
  'route-not-found': new Problem(
    'route-not-found',
    'There is no such path. The API documentation lists those there are.',
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

/** An example of a problem that no recorded answer shows; absent if there is none, so that one must be recorded. */
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
