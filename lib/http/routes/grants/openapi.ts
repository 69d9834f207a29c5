import { ANY_LAYER } from '../../../grants/index.ts';
import {
  CONTROL_CHARACTERS,
  documentIdParameter,
  NEXT_CURSOR,
  PAGING,
  PRINCIPAL_NAME,
} from '../../messages/openapi.ts';
import type { DescribedParameter, DescribedResource, DescribedSchema, DescribedStage } from '../openapi.ts';
import { GrantAnswer, grantBodySchema, GrantPrincipal, GrantsAnswer, type GrantRules } from './schemas.ts';

const flag = { type: 'string', maxLength: 0 };

const PRINCIPAL: readonly DescribedParameter[] = [
  {
    name: 'user',
    in: 'query',
    description: 'The user whose grant is meant: 1 to 512 bytes. A space is `%20`, a plus `%2B`.',
    schema: { type: 'string', ...PRINCIPAL_NAME },
  },
  {
    name: 'group',
    in: 'query',
    description: 'The group whose grant is meant: 1 to 512 bytes. A space is `%20`, a plus `%2B`.',
    schema: { type: 'string', ...PRINCIPAL_NAME },
  },
  {
    name: 'everyone',
    in: 'query',
    description: 'The grant for everyone is meant. It has no value.',
    schema: flag,
  },
];

const all: DescribedParameter = {
  name: 'all',
  in: 'query',
  description:
    'Every grant of the document is meant. It has no value, and needs the scope `layermint/grants`.',
  schema: flag,
};

const allowNoOwner: DescribedParameter = {
  name: 'allowNoOwner',
  in: 'query',
  description: 'The document may be left without an owner. It has no value.',
  schema: flag,
};

const PRECONDITIONS: readonly DescribedParameter[] = [
  {
    name: 'If-Match',
    in: 'header',
    description: 'Only if the grant has this ETag; `*`: only if there is one.',
    schema: { type: 'string' },
  },
  {
    name: 'If-None-Match',
    in: 'header',
    description: 'Only if the grant has another ETag; `*`: only if there is none yet.',
    schema: { type: 'string' },
  },
];

const NOT_BESIDE_ANY_LAYER = { if: { contains: { const: ANY_LAYER } }, then: { maxItems: 1 } };

const OPENS_SOMETHING = {
  if: { properties: { layers: { maxItems: 0 } }, required: ['layers'] },
  then: { properties: { privateLayer: { const: true } }, required: ['privateLayer'] },
};

function grantRequest(rules: GrantRules): DescribedSchema {
  // Not RegExp.escape, which writes letters as codes.
  const prefix = rules.privateLayerPrefix.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
  return {
    schema: grantBodySchema(rules),
    remarks: {
      '': { description: 'What the principal may do.', ...OPENS_SOMETHING },
      role: {
        description: "The role, from the deployment's role file; here, the roles that are shipped.",
        pattern: '^[a-z][a-z0-9-]{0,63}$',
      },
      layers: {
        description: 'The shared layers it is for: the default layer unless given, `["*"]` for every one.',
        uniqueItems: true,
        ...NOT_BESIDE_ANY_LAYER,
      },
      'layers[]': {
        description: 'A layer, or `"*"`.',
        maxLength: 256,
        pattern: String.raw`^(?:\*|(?!${prefix})[^*${CONTROL_CHARACTERS}]*)$`,
      },
      privateLayer: "Whether it also opens the private layer of whoever has it, and nobody else's.",
      defaultGroup: {
        description: 'The group that records created with it belong to: that of the role unless given.',
        ...PRINCIPAL_NAME,
        pattern: `^[^:=*${CONTROL_CHARACTERS}]+$`,
      },
      expiresAt: 'When it ends: never unless given. Digits of a fraction of a second are cut off.',
    },
  };
}

const answers: Readonly<Record<string, DescribedSchema>> = {
  Principal: {
    schema: GrantPrincipal,
    remarks: {
      '': 'Who has a grant: a user, a group, or everyone.',
      user: { description: 'The user id.', ...PRINCIPAL_NAME },
      group: { description: 'The name of the group.', ...PRINCIPAL_NAME },
      everyone: 'Everyone whose caller token the API accepts.',
    },
  },
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
      nextCursor: NEXT_CURSOR,
    },
  },
};

/** Describes the routes of grants. */
export const grantsResource = ({ grantRules }: DescribedStage): DescribedResource => ({
  tag: { name: 'grants', description: 'Who may do what on a document.' },
  schemas: { GrantRequest: grantRequest(grantRules), ...answers },
  operations: {
    listGrants: {
      summary: 'List the grants of a document',
      description: 'For owners of the document, and callers with the scope `layermint/grants`.',
      parameters: [documentIdParameter, ...PAGING],
      successes: { 200: 'A page.' },
    },
    setGrant: {
      summary: 'Set a grant',
      description:
        'Sets the grant of the one principal that the query string names: exactly one of `user`, `group` and `everyone`. To set what is there already changes nothing. For owners of the document within their own owner grants, and callers with the scope `layermint/grants`, which the first grant of a document needs. What narrows a grant ends the live tokens that were built from it.',
      parameters: [documentIdParameter, ...PRINCIPAL, allowNoOwner, ...PRECONDITIONS],
      successes: { 200: 'The grant that was there, as it is now.', 201: 'The new grant.' },
    },
    removeGrants: {
      summary: 'Remove a grant, or all of a document',
      description:
        'Removes the grant of the one principal that the query string names, or with `all` every grant: exactly one of `user`, `group`, `everyone` and `all`. Ends the live tokens that were built from what is removed. For owners of the document within their own owner grants, and callers with the scope `layermint/grants`, which `all` needs.',
      parameters: [documentIdParameter, ...PRINCIPAL, all, allowNoOwner, ...PRECONDITIONS],
      successes: { 204: 'It is gone.' },
    },
  },
});
