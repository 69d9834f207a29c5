import {
  defaultGroupRemark,
  fieldSchemas,
  OPENS_SOMETHING,
  PRINCIPAL_NAME,
  roleRemarks,
  TOKEN_LIFE,
} from '../../messages/openapi.ts';
import type { DescribedResource, DescribedStage } from '../openapi.ts';
import { BatchAnswer, batchRequestSchema } from './batch-schemas.ts';
import { explainSchemas, explainToken } from '../explanations/openapi.ts';
import { InspectAnswer, InspectBody } from './inspect-schemas.ts';
import { mintRequestSchema, OnBehalfOf, vouchedGrantSchema } from './mint-request.ts';
import { TokenAnswer } from './token-answer.ts';

/** Describes the routes of tokens. */
export function tokensResource({ ttl, grantRules }: DescribedStage): DescribedResource {
  const VouchedGrant = vouchedGrantSchema(grantRules);
  const MintRequest = mintRequestSchema({ ttl, ...grantRules }, VouchedGrant);
  return {
    tag: { name: 'tokens', description: 'Tokens that open a document in Nutrient Instant.' },
    schemas: {
      ...fieldSchemas,
      OnBehalfOf: {
        schema: OnBehalfOf,
        remarks: {
          '': 'The user of the token, if a backend authenticates its own users. It needs the scope `layermint/on-behalf`.',
          userId: { description: "The user's id. It becomes `user_id`.", ...PRINCIPAL_NAME },
          groups: 'The groups that the user is in.',
          'groups[]': { description: 'A group.', ...PRINCIPAL_NAME },
          name: "The user's name for records. It becomes `creator_name`. A name that is empty, has more than 512 bytes, or has control characters or half a surrogate pair is left out.",
        },
      },
      VouchedGrant: {
        schema: VouchedGrant,
        remarks: {
          '': {
            description:
              'A role on some layers, for this one token. Your backend has decided by itself that the user has it. It needs the scope `layermint/vouch`.',
            ...OPENS_SOMETHING,
          },
          ...roleRemarks(grantRules),
          privateLayer: "True: it also opens the user's own private layer.",
        },
      },
      MintRequest: {
        schema: MintRequest,
        remarks: {
          '': {
            description: 'The token to mint.',
            not: {
              anyOf: [
                {
                  properties: { layer: { type: 'string' }, privateLayer: { const: true } },
                  required: ['layer', 'privateLayer'],
                },
                // A grant without a user: `onBehalfOf` is null or left out.
                {
                  properties: { grant: { type: 'object' }, onBehalfOf: { type: 'null' } },
                  required: ['grant'],
                },
              ],
            },
          },
          documentId: 'The document that the token opens.',
          layer: 'The layer that the token opens. Default: the default layer.',
          privateLayer: "The token opens the user's own private layer.",
          permissions: {
            description: 'The permissions of the token. Default: all granted ones.',
            uniqueItems: true,
          },
          ttlSeconds: `The life of the token, in seconds. A stage sets the default and the maximum; here they are ${ttl.default} and ${ttl.max}. The token expires earlier if a grant that it is built from ends earlier.`,
          defaultGroup: defaultGroupRemark(
            'The group of the records that the user creates: one of those that the grants give. Default: the first of them.',
          ),
          onBehalfOf: 'The user of the token. Default: the caller.',
          grant:
            'The grant that decides this token, in place of the grants that Layermint has for the user. It needs `onBehalfOf`.',
        },
      },
      BatchRequest: {
        schema: batchRequestSchema(MintRequest),
        remarks: {
          '': 'The tokens to mint, all for the same user.',
          requests:
            'A fault of one request becomes its own result and does not affect the others. `onBehalfOf` must be the same in each.',
        },
      },
      ...explainSchemas({ ttl, ...grantRules }, VouchedGrant),
      InspectRequest: {
        schema: InspectBody,
        remarks: {
          '': 'The token to inspect.',
          jwt: 'The token. Any string gets a result.',
          documentId: 'The document that it should open.',
          layer: 'The layer that it should open.',
        },
      },
      Token: {
        schema: TokenAnswer,
        remarks: {
          '': 'A token for Document Engine, with the values that the client SDKs need.',
          jwt: 'The token.',
          documentId: 'The document that it opens.',
          layer: 'The layer that it opens; `""` is the default layer.',
          userId: 'The user that it is for.',
          permissions: 'The permissions that it gives.',
          ...TOKEN_LIFE,
          serverUrl: "Document Engine's base URL, which the iOS, Android and Web SDKs take.",
          documentUrl: "The document's URL: the longer form that Nutrient's guide shows for the Flutter SDK.",
        },
      },
      BatchResults: {
        schema: BatchAnswer,
        remarks: {
          '': 'The result of each request, in their order.',
          results: 'As many as there were requests.',
          'results[].status': 'The status that the request would have had by itself.',
          'results[].token': 'The token, if the status is 201.',
          'results[].problem': 'The problem, if it is not. Its pointers begin at the request.',
        },
      },
      Inspection: {
        schema: InspectAnswer,
        remarks: {
          '': 'The checks of a token, rule by rule.',
          accepted:
            'True if Document Engine would accept the token: every check is ok, except checks that are only advice.',
          checks: 'Every rule.',
          'checks[].rule': 'The name of the rule.',
          'checks[].ok': 'True if the token keeps the rule.',
          'checks[].basis':
            '`documented`: Document Engine documents the rule. `undocumented`: Document Engine leaves it open. `advice`: Document Engine accepts the token anyway.',
          'checks[].expected': 'A value that keeps the rule.',
          'checks[].actual': 'The value in the token.',
          'checks[].detail': 'The remedy, if the check failed.',
          header: "The token's header; null if it cannot be read.",
          claims: "The token's claims; null if they cannot be read.",
        },
      },
    },
    operations: {
      mintToken: {
        summary: 'Mint a token',
        description:
          'Mints one token. It opens one document and one layer. An unknown document and one without a grant get the same 403.',
        successes: { 201: 'The token.' },
      },
      mintTokens: {
        summary: 'Mint up to a hundred tokens',
        description:
          'Mints tokens for one user, each with its own result. The answer is 200 even if every result is a problem. A fault of the whole batch gets the same answer as for one token.',
        successes: { 200: 'The result of each request.' },
      },
      inspectToken: {
        summary: 'Inspect a token',
        description:
          'Checks rule by rule whether Document Engine would accept a token, and tells the remedy for each fault. Any string gets a result. The token’s own user, owners of its document, and callers with the scope `layermint/revocations` also learn whether it was revoked.',
        successes: { 200: 'The result of the inspection.' },
      },
      explainToken,
    },
  };
}
