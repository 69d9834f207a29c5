import { UsageError } from '../errors.ts';

/** The options that describe the token to explain. */
export interface RequestOptions {
  readonly user?: string | undefined;
  readonly group?: readonly string[] | undefined;
  readonly document?: string | undefined;
  readonly layer?: string | undefined;
  readonly 'private-layer'?: boolean | undefined;
  readonly permission?: readonly string[] | undefined;
  readonly ttl?: string | undefined;
  readonly 'default-group'?: string | undefined;
}

/**
 * Makes the body of an explain request. The service checks the values.
 *
 * @throws UsageError if the user or the document is missing, or if the options exclude each other
 */
export function explainRequest(options: RequestOptions): Readonly<Record<string, unknown>> {
  const { user, group, document, layer, permission, ttl } = options;
  if (user === undefined) throw new UsageError('--user is required: the user id of the person (see --help).');
  if (document === undefined) throw new UsageError('--document is required (see --help).');
  const isPrivate = options['private-layer'] === true;
  if (isPrivate && layer !== undefined)
    throw new UsageError('Give --layer or --private-layer, not both: a token opens one layer.');
  if (ttl !== undefined && !/^\d{1,6}$/.test(ttl)) throw new UsageError('--ttl must be a number of seconds.');
  const defaultGroup = options['default-group'];
  return {
    userId: user,
    documentId: document,
    ...(group && { groups: group }),
    ...(layer !== undefined && { layer }),
    ...(isPrivate && { privateLayer: true }),
    ...(permission && { permissions: permission }),
    ...(ttl !== undefined && { ttlSeconds: Number(ttl) }),
    ...(defaultGroup !== undefined && { defaultGroup }),
  };
}
