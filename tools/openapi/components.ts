import * as z from 'zod';
import { ANY_LAYER } from '../../lib/grants/index.ts';
import {
  BackendTokenAnswer,
  backendTokenRequestSchema,
} from '../../lib/http/routes/backend-tokens/schemas.ts';
import { BatchAnswer, batchRequestSchema } from '../../lib/http/routes/tokens/batch-schemas.ts';
import { DocumentsAnswer, LayerAnswer } from '../../lib/http/routes/documents/schemas.ts';
import {
  GrantAnswer,
  grantBodySchema,
  GrantPrincipal,
  GrantsAnswer,
} from '../../lib/http/routes/grants/schemas.ts';
import { HealthAnswer } from '../../lib/http/routes/health/schemas.ts';
import { InspectAnswer, InspectBody } from '../../lib/http/routes/tokens/inspect-schemas.ts';
import { Jwks } from '../../lib/http/routes/keys/schemas.ts';
import { mintRequestSchema, OnBehalfOf } from '../../lib/http/routes/tokens/mint-request.ts';
import { ProblemDetails } from '../../lib/http/problems/problem-details.ts';
import { RevocationAnswer, RevocationBody } from '../../lib/http/routes/revocations/schemas.ts';
import { TokenAnswer } from '../../lib/http/routes/tokens/token-answer.ts';
import { type Component, type JsonObject, jsonSchemasOf } from './json-schema.ts';
import { backendTokenRules, grantRules, ttl } from './service.ts';
import { DocumentId, LayerName } from '../../lib/http/messages/fields.ts';

const CONTROL_CHARACTERS = String.raw`\u0000-\u001f\u007f-\u009f`;

/** Comes close to the rules of user ids and group names, which count bytes. */
export const PRINCIPAL_NAME = { minLength: 1, maxLength: 512, pattern: `^[^${CONTROL_CHARACTERS}]+$` };

const LAYER = { maxLength: 256, pattern: `^[^*${CONTROL_CHARACTERS}]*$` };

// Not RegExp.escape, which writes letters as codes.
const prefix = grantRules.privateLayerPrefix.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);

const GRANT_LAYER = { maxLength: 256, pattern: String.raw`^(?:\*|(?!${prefix})[^*${CONTROL_CHARACTERS}]*)$` };

const NOT_BESIDE_ANY_LAYER = {
  if: { contains: { const: ANY_LAYER } },
  then: { maxItems: 1 },
};

const OPENS_SOMETHING = {
  if: { properties: { layers: { maxItems: 0 } }, required: ['layers'] },
  then: { properties: { privateLayer: { const: true } }, required: ['privateLayer'] },
};

const mintRequest = mintRequestSchema(ttl);

const life = {
  issuedAt: 'When it was signed, in UTC.',
  expiresAt: 'When it expires, in UTC.',
  refreshAt: 'When to ask for the next one, in UTC: at 80 % of the life.',
};

const page = 'Pass it as `cursor` to get the next page. Absent on the last page.';

/** What goes in. */
const REQUESTS = {
  DocumentId: {
    schema: DocumentId,
    remarks: { '': 'The id of a document, as Document Engine gave it at upload.' },
  },
  LayerName: {
    schema: LayerName,
    remarks: { '': { description: 'The name of an Instant layer; `""` is the default layer.', ...LAYER } },
  },
  OnBehalfOf: {
    schema: OnBehalfOf,
    remarks: {
      '': 'Who the token is for, where a backend authenticates its own users. Needs the scope `layermint/on-behalf`.',
      userId: { description: "The user's id; becomes `user_id`.", ...PRINCIPAL_NAME },
      groups: 'The groups that the user is in.',
      'groups[]': { description: 'A group.', ...PRINCIPAL_NAME },
      name: { description: "The user's name as records show it; becomes `creator_name`.", ...PRINCIPAL_NAME },
    },
  },
  MintRequest: {
    schema: mintRequest,
    remarks: {
      '': { description: 'Which token to mint.', not: { required: ['layer', 'privateLayer'] } },
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
    schema: batchRequestSchema(mintRequest),
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
  BackendTokenRequest: {
    schema: backendTokenRequestSchema(backendTokenRules),
    remarks: {
      '': 'Which backend token to mint. `"any"` is taken only where the stage parameter `backendTokensForAny` allows it.',
      allowedDocumentIds: {
        description: 'The documents that it is for.',
        if: { type: 'array' },
        then: { uniqueItems: true, items: { not: { const: 'any' } } },
      },
      allowedOperations: {
        description: "The operations that it allows, by Document Engine's names.",
        if: { type: 'array' },
        then: { uniqueItems: true },
      },
      allowedOrigins: {
        description: 'The origins that may use it: every one unless given.',
        uniqueItems: true,
      },
      'allowedOrigins[]': {
        description: 'An origin or a regular expression.',
        format: 'regex',
        pattern: `^[^${CONTROL_CHARACTERS}]+$`,
      },
      ttlSeconds: 'How long the token lives, in seconds.',
    },
  },
  GrantRequest: {
    schema: grantBodySchema(grantRules),
    remarks: {
      '': { description: 'What the principal may do.', ...OPENS_SOMETHING },
      role: "The role, from the deployment's role file; here, the roles that are shipped.",
      layers: {
        description: 'The shared layers it is for: the default layer unless given, `["*"]` for every one.',
        uniqueItems: true,
        ...NOT_BESIDE_ANY_LAYER,
      },
      'layers[]': { description: 'A layer, or `"*"`.', ...GRANT_LAYER },
      privateLayer: "Whether it also opens the private layer of whoever has it, and nobody else's.",
      defaultGroup: {
        description: 'The group that records created with it belong to: that of the role unless given.',
        ...PRINCIPAL_NAME,
        pattern: `^[^:=*${CONTROL_CHARACTERS}]+$`,
      },
      expiresAt: 'When it ends: never unless given. Digits of a fraction of a second are cut off.',
    },
  },
  RevocationRequest: {
    schema: RevocationBody,
    remarks: {
      '': "Whose live tokens end: a user's, those for a document, or a user's for a document. With neither, the caller's own.",
      userId: { description: 'Whose tokens end.', ...PRINCIPAL_NAME },
      documentId: 'The document that they are for.',
      reason: 'Why; it is shown with the revocation.',
    },
  },
} satisfies Record<string, Component>;

const principal: Component = {
  schema: GrantPrincipal,
  remarks: {
    '': 'Who has a grant: a user, a group, or everyone.',
    user: { description: 'The user id.', ...PRINCIPAL_NAME },
    group: { description: 'The name of the group.', ...PRINCIPAL_NAME },
    everyone: 'Everyone whose caller token the API accepts.',
  },
};

/** What API Gateway answers by itself. */
const GatewayMessage = z.strictObject({ message: z.string() });

/** What comes out. */
const ANSWERS = {
  Token: {
    schema: TokenAnswer,
    remarks: {
      '': 'A token for Document Engine, and what the client SDKs take with it.',
      jwt: 'The token.',
      documentId: 'The document that it opens.',
      layer: 'The layer that it opens; `""` is the default layer.',
      userId: 'Who it is for.',
      permissions: 'What it allows.',
      ...life,
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
  BackendToken: {
    schema: BackendTokenAnswer,
    remarks: {
      '': "A token for Document Engine's backend routes.",
      jwt: 'The token.',
      allowedDocumentIds: 'The documents that it is for.',
      allowedOperations: 'The operations that it allows.',
      allowedOrigins: 'The origins that may use it. Absent: every one.',
      ...life,
      serverUrl: "Document Engine's base URL.",
    },
  },
  Principal: principal,
  Grant: {
    schema: GrantAnswer,
    remarks: {
      '': 'That a principal has a role on a document, on some layers, for some time.',
      principal: 'Who has it.',
      role: 'The role.',
      layers: 'The shared layers it is for; `["*"]` is every one.',
      privateLayer: 'Whether it also opens the private layer of whoever has it.',
      defaultGroup: 'The group that records created with it belong to.',
      expiresAt: 'When it ends, in UTC. Absent: never.',
      grantedBy: 'The user id of whoever made it what it is.',
      grantedAt: 'When that was, in UTC.',
      etag: 'What `If-Match` takes.',
    },
  },
  GrantPage: {
    schema: GrantsAnswer,
    remarks: {
      '': "A page of a document's grants.",
      grants: 'Those that have not expired. There can be fewer than `limit`, and still a next page.',
      nextCursor: page,
    },
  },
  OpenableLayer: {
    schema: LayerAnswer,
    remarks: {
      '': 'A layer that the caller can open, or every shared layer that is not named beside it.',
      layer: 'The name of the layer; `""` is the default layer.',
      anyLayer: 'In place of a name: every shared layer that is not named beside it.',
      roles: 'The roles of all grants that apply.',
      permissions: 'What a token allows when no permissions are asked for.',
      expiresAt: 'When the grants that a token is built from begin to run out, in UTC. Absent: never.',
    },
  },
  DocumentPage: {
    schema: DocumentsAnswer,
    remarks: {
      '': 'A page of the documents that the caller can open.',
      documents: 'Each document once, in the order of their ids.',
      'documents[].documentId': 'The document.',
      'documents[].layers': 'The layers that the caller can open.',
      nextCursor: page,
    },
  },
  JwkSet: {
    schema: Jwks,
    remarks: {
      '': 'The public keys that now verify: a JWK Set (RFC 7517 section 5).',
      keys: 'The key that signs, then others that verify.',
      'keys[].kty': 'The type of the key.',
      'keys[].crv': 'The curve.',
      'keys[].x': 'The x coordinate.',
      'keys[].y': 'The y coordinate.',
      'keys[].n': 'The modulus.',
      'keys[].e': 'The exponent.',
      'keys[].use': 'It verifies signatures.',
      'keys[].alg': 'The algorithm.',
      'keys[].kid': 'What the header of its tokens names it by.',
    },
  },
  Revocation: {
    schema: RevocationAnswer,
    remarks: {
      '': 'How far a revocation is.',
      id: 'Where to ask again: `/v1/revocations/{id}`.',
      state:
        '`confirmed`: Document Engine has confirmed everything that was found to revoke. Without a `documentId`, it can be `pending` again when the service looks again, a minute and ten minutes after the request.',
      userId: 'Whose tokens end.',
      documentId: 'The document that they are for.',
      reason: 'Why.',
      holders: 'How many holders of tokens have been revoked so far.',
      waiting: 'How many families of tokens were found unconfirmed when they were last counted.',
      requestedAt: 'When it was asked for, in UTC.',
    },
  },
  Health: {
    schema: HealthAnswer,
    remarks: {
      '': 'That the service is alive.',
      status: 'Always `ok`.',
      version: 'The version that is deployed.',
    },
  },
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
    schema: GatewayMessage,
    remarks: { '': 'What API Gateway answers before any function is asked.', message: 'A few words.' },
  },
} satisfies Record<string, Component>;

/** The schema of a request's body, by name. */
export type RequestName = keyof typeof REQUESTS;

/** The schema of an answer's body, by name. */
export type AnswerName = keyof typeof ANSWERS;

/** What parses the bodies of requests, by the name of their schema. */
export const requestSchema = (name: RequestName): z.core.$ZodType => REQUESTS[name].schema;

/** `components.schemas`. */
export function schemas(): JsonObject {
  return { ...jsonSchemasOf(REQUESTS, 'input'), ...jsonSchemasOf(ANSWERS, 'output') };
}
