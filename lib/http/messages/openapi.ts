import { ANY_LAYER } from '../../grants/index.ts';
import {
  type DescribedParameter,
  type DescribedSchema,
  referenceTo,
  type Remark,
} from '../routes/openapi.ts';
import { DocumentId, LayerName } from './fields.ts';
import { DEFAULT_LIMIT, MAX_LIMIT } from './paging.ts';
import type { RoleRules } from './role-members.ts';

/** The control characters, within the brackets of a pattern. */
export const CONTROL_CHARACTERS = String.raw`\u0000-\u001f\u007f-\u009f`;

/** The rules of user ids and group names, as closely as JSON Schema can say them: it counts characters, and the rules count bytes. */
export const PRINCIPAL_NAME = { minLength: 1, maxLength: 512, pattern: `^[^${CONTROL_CHARACTERS}]+$` };

/** The schemas that the requests of several resources share. */
export const fieldSchemas = {
  DocumentId: {
    schema: DocumentId,
    remarks: {
      '': 'The id of a document, as Document Engine gave it at upload. `.` and `..` are refused: a URL path cannot carry them.',
    },
  },
  LayerName: {
    schema: LayerName,
    remarks: {
      '': {
        description: 'The name of an Instant layer; `""` is the default layer.',
        maxLength: 256,
        pattern: `^[^*${CONTROL_CHARACTERS}]*$`,
      },
    },
  },
} satisfies Record<string, DescribedSchema>;

/** The document in a path. */
export const documentIdParameter: DescribedParameter = {
  name: 'documentId',
  in: 'path',
  description: 'The id of the document, as Document Engine gave it at upload.',
  schema: { $ref: referenceTo('DocumentId') },
};

/** The parameters of every list. */
export const PAGING: readonly DescribedParameter[] = [
  {
    name: 'limit',
    in: 'query',
    description:
      'The most entries of the page. A page can have fewer and still not be the last one. The last page has no `nextCursor`.',
    schema: { type: 'integer', minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT },
  },
  {
    name: 'cursor',
    in: 'query',
    description: '`nextCursor` of the previous page. Leave it out to get the first page.',
    schema: { type: 'string' },
  },
];

/** The remark on `nextCursor` of every page. */
export const NEXT_CURSOR = 'Pass it as `cursor` to get the next page. Absent on the last page.';

/** The remarks on the times of every token. */
export const TOKEN_LIFE = {
  issuedAt: 'The time at which it was signed, in UTC.',
  expiresAt: 'The time at which it expires, in UTC.',
  refreshAt:
    'The time to ask for the next one, in UTC: at random between 70 and 85 % of the life, so that clients do not ask all at once.',
};

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
