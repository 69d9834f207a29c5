import { type DescribedParameter, type DescribedSchema, referenceTo } from '../routes/openapi.ts';
import { DocumentId, LayerName } from './fields.ts';
import { DEFAULT_LIMIT, MAX_LIMIT } from './paging.ts';

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
