import { fieldSchemas, PRINCIPAL_NAME, TOKEN_LIFE } from '../../messages/openapi.ts';
import type { DescribedResource, DescribedStage } from '../openapi.ts';
import { BatchAnswer, batchRequestSchema } from './batch-schemas.ts';
import { InspectAnswer, InspectBody } from './inspect-schemas.ts';
import { mintRequestSchema, OnBehalfOf } from './mint-request.ts';
import { TokenAnswer } from './token-answer.ts';

/** Describes the routes of tokens. */
export function tokensResource({ ttl }: DescribedStage): DescribedResource {
  const MintRequest = mintRequestSchema(ttl);
  return {
    tag: { name: 'tokens', description: 'Tokens that open a document in Nutrient Instant.' },
    schemas: {
      ...fieldSchemas,
      OnBehalfOf: {
        schema: OnBehalfOf,
        remarks: {
          '': 'Who the token is for, where a backend authenticates its own users. Needs the scope `layermint/on-behalf`.',
          userId: { description: "The user's id; becomes `user_id`.", ...PRINCIPAL_NAME },
          groups: 'The groups that the user is in.',
          'groups[]': { description: 'A group.', ...PRINCIPAL_NAME },
          name: {
            description: "The user's name as records show it; becomes `creator_name`.",
            ...PRINCIPAL_NAME,
          },
        },
      },
      MintRequest: {
        schema: MintRequest,
        remarks: {
          '': {
            description: 'Which token to mint.',
            not: { properties: { layer: {}, privateLayer: {} }, required: ['layer', 'privateLayer'] },
          },
          documentId: 'The document that the token opens.',
          layer: 'The layer that the token opens: the default layer unless given.',
          privateLayer: "To open the user's own private layer.",
          permissions: {
            description: 'What the token is to allow: all that is granted unless given.',
            uniqueItems: true,
          },
          ttlSeconds: `How long the token lives, in seconds. A stage sets what it is unless given, and at most; here they are ${ttl.default} and ${ttl.max}. It ends earlier where a grant that it is built from does.`,
          onBehalfOf: 'Who the token is for: the caller unless given.',
        },
      },
      BatchRequest: {
        schema: batchRequestSchema(MintRequest),
        remarks: {
          '': 'Which tokens to mint, all for the same user.',
          requests:
            'What is wrong with one of them becomes its result and spoils no other; but `onBehalfOf` must be the same in each.',
        },
      },
      InspectRequest: {
        schema: InspectBody,
        remarks: {
          '': 'Which token to inspect.',
          jwt: 'Anything that is taken for a token.',
          documentId: 'The document that it should open.',
          layer: 'The layer that it should open.',
        },
      },
      Token: {
        schema: TokenAnswer,
        remarks: {
          '': 'A token for Document Engine, and what the client SDKs take with it.',
          jwt: 'The token.',
          documentId: 'The document that it opens.',
          layer: 'The layer that it opens; `""` is the default layer.',
          userId: 'Who it is for.',
          permissions: 'What it allows.',
          ...TOKEN_LIFE,
          serverUrl: "Document Engine's base URL, which the iOS, Android and Web SDKs take.",
          documentUrl: "The document's URL, which the Flutter SDK takes.",
        },
      },
      BatchResults: {
        schema: BatchAnswer,
        remarks: {
          '': 'What became of each request, in their order.',
          results: 'As many as there were requests.',
          'results[].status': 'The status that the request would have had by itself.',
          'results[].token': 'The token, where the status is 201.',
          'results[].problem': 'The problem, where it is not. Its pointers begin at the request.',
        },
      },
      Inspection: {
        schema: InspectAnswer,
        remarks: {
          '': 'Whether Document Engine would accept a token, rule by rule.',
          accepted: 'Whether every check is ok, apart from those that are mere advice.',
          checks: 'Every rule.',
          'checks[].rule': 'The name of the rule.',
          'checks[].ok': 'Whether the token keeps it.',
          'checks[].basis':
            'Document Engine documents the rule, or leaves it `undocumented`, or takes the token all the same: `advice`.',
          'checks[].expected': 'What is right.',
          'checks[].actual': 'What is there.',
          'checks[].detail': 'What to do, where the check failed.',
          header: "The token's header, null where it cannot be read.",
          claims: "The token's claims, null where they cannot be read.",
        },
      },
    },
    operations: {
      mintToken: {
        summary: 'Mint a token',
        description:
          'Mints one token, which opens one document and one layer. An unknown document and one without a grant get the same 403.',
        successes: { 201: 'The token.' },
      },
      mintTokens: {
        summary: 'Mint up to a hundred tokens',
        description:
          'Mints tokens for one user, each with its own result. The answer is 200 even where every result is a problem; what fails the whole batch is answered as for one token.',
        successes: { 200: 'What became of each request.' },
      },
      inspectToken: {
        summary: 'Find out why a token is refused',
        description:
          'Says rule by rule whether Document Engine would accept a token. Whatever is sent as a token gets a result. Whether it was revoked is said to the token’s own user, to owners of its document, and to callers with the scope `layermint/revocations`.',
        successes: { 200: 'What inspecting found.' },
      },
    },
  };
}
