const contentTypes = new Set(['annotations', 'comments', 'form-fields']);

/** The actions, each with the content types that have it. */
const actions = new Map([
  ['view', contentTypes],
  ['edit', contentTypes],
  ['delete', contentTypes],
  ['set-group', contentTypes],
  ['fill', new Set(['form-fields'])],
  ['reply', new Set(['comments'])],
]);

/**
 * Explains why a string is not a collaboration permission `<content-type>:<action>:<scope>`; undefined if it is one.
 * (Guide "Collaboration permissions" of Document Engine.)
 *
 * A user id or group name with a colon is refused: the documentation does not say how Document Engine reads one.
 */
export function collaborationPermissionProblem(text: string): string | undefined {
  const [contentType = '', action = '', scope = '', ...rest] = text.split(':');
  if (rest.length > 0 || scope === '') return 'must have the form <content-type>:<action>:<scope>';
  if (!contentTypes.has(contentType)) return `has no content type ${[...contentTypes].join(', ')}`;
  const allowedOn = actions.get(action);
  if (allowedOn === undefined) return `has no action ${[...actions.keys()].join(', ')}`;
  if (!allowedOn.has(contentType)) return `has an action that ${contentType} do not have`;
  if (!/^(all|self|createdBy=.+|group=.+)$/s.test(scope))
    return 'has no scope all, self, createdBy=<user_id>, group=<name>';
  return undefined;
}

/** Tells whether the permission is about records that the token's own user created. */
export function isAboutSelf(collaborationPermission: string): boolean {
  return collaborationPermission.endsWith(':self');
}
