import * as z from 'zod';
import { CONTENT_TYPES, EVERY_ACTION, PERMISSIONS } from '../../lib/document-engine/index.ts';

/** A string with placeholders for the caller's values. */
const template = z
  .string()
  .regex(/^([^{}\u0000-\u001f\u007f-\u009f]|\{(userId|group)\})*$/)
  .meta({
    id: 'template',
    description: 'No control characters, and no placeholders but {userId} and {group}.',
  });

const NAME = '[^:=*]+';

/** Document Engine cannot scope form fields by their creator. */
const scopesOf = (contentType: string): string =>
  contentType === 'form-fields' ? `all|group=${NAME}` : `all|self|createdBy=${NAME}|group=${NAME}`;

const permissionPattern = (contentType: string): RegExp => {
  const actions = EVERY_ACTION.flatMap((it) => (it.contentType === contentType ? [it.action] : []));
  return new RegExp(`^${contentType}:(${actions.join('|')}):(${scopesOf(contentType)})$`);
};

const collaborationPermission = template
  .and(z.union(CONTENT_TYPES.map((contentType) => z.string().regex(permissionPattern(contentType)))))
  .meta({ id: 'collaborationPermission' });

const role = z
  .strictObject({
    permissions: z.array(z.enum(PERMISSIONS)).min(1).meta({
      uniqueItems: true,
      description:
        'read-document opens the document; write creates, updates and deletes records; download downloads and prints; cover-image shows a thumbnail only.',
    }),
    collaborationPermissions: z.array(collaborationPermission).min(1).optional().meta({
      description:
        'The actions that are allowed on existing records, at least one. Absent = unrestricted. Scopes may contain the placeholders {userId} and {group}.',
    }),
    defaultGroup: template
      .and(z.string().regex(new RegExp(`^${NAME}$`)))
      .optional()
      .meta({
        description:
          'The group of newly created records. It may contain the placeholder {userId} or {group}.',
      }),
  })
  // Without `write`, only `view` counts.
  .meta({
    id: 'role',
    if: { properties: { permissions: { not: { contains: { const: 'write' } } } } },
    then: { properties: { collaborationPermissions: { items: { pattern: '^[a-z-]+:view:' } } } },
  });

const file = z
  .strictObject({
    $schema: z.string().optional(),
    roles: z.record(z.string().regex(/^[a-z][a-z0-9-]{0,63}$/), role).meta({ minProperties: 1 }),
  })
  .meta({
    title: 'Layermint roles',
    description:
      'Named sets of Document Engine permissions and collaboration permissions. Packaging checks the same rules (lib/grants/roles.ts).',
  });

/** Makes the JSON Schema of infra/roles/roles.json. Editors check the file against it while you type. */
export function rolesJsonSchema(): object {
  return z.toJSONSchema(file);
}
