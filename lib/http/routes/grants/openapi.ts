import { ANY_LAYER } from '../../../grants/index.ts';
import {
  CONTROL_CHARACTERS,
  documentIdParameter,
  NEXT_CURSOR,
  PAGING,
  PRINCIPAL_NAME,
} from '../../messages/openapi.ts';
import type {
  DescribedParameter,
  DescribedResource,
  DescribedSchema,
  DescribedStage,
  Remark,
} from '../openapi.ts';
import type { RoleRules } from './role-members.ts';
import { GrantAnswer, grantBodySchema, GrantPrincipal, GrantsAnswer, type GrantRules } from './schemas.ts';

const flag = { type: 'string', maxLength: 0 };

const PRINCIPAL: readonly DescribedParameter[] = [
  {
    name: 'user',
    in: 'query',
    description: 'The user with the grant: 1 to 512 bytes. Write a space as `%20` and a plus as `%2B`.',
    schema: { type: 'string', ...PRINCIPAL_NAME },
  },
  {
    name: 'group',
    in: 'query',
    description: 'The group with the grant: 1 to 512 bytes. Write a space as `%20` and a plus as `%2B`.',
    schema: { type: 'string', ...PRINCIPAL_NAME },
  },
  {
    name: 'everyone',
    in: 'query',
    description: 'Selects the grant for everyone. It has no value.',
    schema: flag,
  },
];

const all: DescribedParameter = {
  name: 'all',
  in: 'query',
  description:
    'Selects every grant of the document. It has no value, and needs the scope `layermint/grants`.',
  schema: flag,
};

const allowNoOwner: DescribedParameter = {
  name: 'allowNoOwner',
  in: 'query',
  description: 'Lets the change leave the document without an owner. It has no value.',
  schema: flag,
};

const PRECONDITIONS: readonly DescribedParameter[] = [
  {
    name: 'If-Match',
    in: 'header',
    description: 'Changes the grant only if it has this ETag; `*`: only if there is a grant.',
    schema: { type: 'string' },
  },
  {
    name: 'If-None-Match',
    in: 'header',
    description: 'Changes the grant only if it has another ETag; `*`: only if there is no grant yet.',
    schema: { type: 'string' },
  },
];

const NOT_BESIDE_ANY_LAYER = { if: { contains: { const: ANY_LAYER } }, then: { maxItems: 1 } };

/** The rule of `opensSomething`. */
export const OPENS_SOMETHING = {
  if: { properties: { layers: { type: 'array', items: {}, maxItems: 0 } }, required: ['layers'] },
  then: { properties: { privateLayer: { const: true } }, required: ['privateLayer'] },
};

/** Describes the members of `roleMembers`. */
export function roleRemarks({ privateLayerPrefix }: RoleRules): Readonly<Record<string, Remark>> {
  // Not RegExp.escape, which writes letters as codes.
  const prefix = privateLayerPrefix.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
  return {
    role: {
      description: "A role of the deployment's role file. This document lists the roles of the shipped file.",
      pattern: '^[a-z][a-z0-9-]{0,63}$',
    },
    layers: {
      description:
        'The shared layers to open, together at most 4,096 bytes in UTF-8; `["*"]` is every one. Default: the default layer.',
      uniqueItems: true,
      ...NOT_BESIDE_ANY_LAYER,
    },
    'layers[]': {
      description: 'A layer, or `"*"`.',
      maxLength: 256,
      pattern: String.raw`^(?:\*|(?!${prefix})[^*${CONTROL_CHARACTERS}]*)$`,
    },
    privateLayer:
      'True: the grant also opens the private layer. For a group or everyone, each user gets their own one only.',
    defaultGroup: defaultGroupRemark(
      'The group of records that are created with this grant. Default: the default group of the role.',
    ),
  };
}

/** Describes a default group in a request. */
export function defaultGroupRemark(description: string): Remark {
  return { description, ...PRINCIPAL_NAME, pattern: `^[^:=*${CONTROL_CHARACTERS}]+$` };
}

function grantRequest(rules: GrantRules): DescribedSchema {
  return {
    schema: grantBodySchema(rules),
    remarks: {
      '': { description: 'A role on some layers of the document, for some time.', ...OPENS_SOMETHING },
      ...roleRemarks(rules),
      expiresAt: 'The time at which the grant ends. Default: never. A fraction of a second is dropped.',
    },
  };
}

const answers: Readonly<Record<string, DescribedSchema>> = {
  Principal: {
    schema: GrantPrincipal,
    remarks: {
      '': 'The receiver of a grant: a user, a group, or everyone.',
      user: { description: 'The user id.', ...PRINCIPAL_NAME },
      group: { description: 'The name of the group.', ...PRINCIPAL_NAME },
      everyone: 'Everyone with a caller token that the API accepts.',
    },
  },
  Grant: {
    schema: GrantAnswer,
    remarks: {
      '': 'A grant: it gives a user, a group or everyone a role on some layers of a document, for some time.',
      principal: 'The receiver of the grant.',
      role: 'The role.',
      layers: 'The shared layers that it opens; `["*"]` is every one.',
      privateLayer: 'True: it also opens the private layer of each user that it applies to.',
      defaultGroup: 'The group of records that are created with it.',
      expiresAt: 'The time at which it ends, in UTC. Absent: never.',
      grantedBy: 'The user id of the caller who last changed it.',
      grantedAt: 'The time of that change, in UTC.',
      etag: 'The value for `If-Match`.',
    },
  },
  GrantPage: {
    schema: GrantsAnswer,
    remarks: {
      '': "A page of a document's grants.",
      grants:
        'The grants that have not expired. A page can have fewer than `limit`, and there can still be a next one.',
      nextCursor: NEXT_CURSOR,
    },
  },
};

/** Describes the routes of grants. */
export const grantsResource = ({ grantRules }: DescribedStage): DescribedResource => ({
  tag: { name: 'grants', description: 'The rights of users and groups on documents.' },
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
        'Sets the grant of a user, a group or everyone: the query string has exactly one of `user`, `group` and `everyone`. Setting the same grant again changes nothing. For owners of the document within their own owner grants, and callers with the scope `layermint/grants`. The first grant of a document needs that scope. A change that narrows a grant ends the live tokens that were built from it.',
      parameters: [documentIdParameter, ...PRINCIPAL, allowNoOwner, ...PRECONDITIONS],
      successes: { 200: 'The changed grant.', 201: 'The new grant.' },
    },
    removeGrants: {
      summary: 'Remove a grant, or all of a document',
      description:
        'Removes the grant of a user, a group or everyone, or every grant: the query string has exactly one of `user`, `group`, `everyone` and `all`. This ends the live tokens that were built from the removed grants. For owners of the document within their own owner grants, and callers with the scope `layermint/grants`. `all` needs that scope.',
      parameters: [documentIdParameter, ...PRINCIPAL, all, allowNoOwner, ...PRECONDITIONS],
      successes: { 204: 'The grant is removed, or all of them.' },
    },
  },
});
