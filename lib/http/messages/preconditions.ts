import { headerOf } from './headers.ts';
import { Problem } from '../problems/problem.ts';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/** Tells whether a request can be carried out on a grant with this etag; undefined = there is no grant. */
type Precondition = (etag: string | undefined) => boolean;

interface EntityTag {
  readonly weak: boolean;
  readonly tag: string;
}

/**
 * Reads the headers `If-Match` and `If-None-Match` (RFC 9110 sections 13.1.1 and 13.1.2). A request with neither is unconditional.
 * Quotes around a tag are optional, because a grant's `etag` in a body has none.
 *
 * @throws Problem 400 if a header is neither `*` nor a list of tags. Ignoring such a header could overwrite another caller's change.
 */
export function preconditionOf(event: APIGatewayProxyEventV2): Precondition {
  const ifMatch = tagsIn(event, 'if-match', 'If-Match');
  const ifNoneMatch = tagsIn(event, 'if-none-match', 'If-None-Match');
  return (etag) =>
    (ifMatch === undefined || isAmong(etag, ifMatch, 'strong')) &&
    (ifNoneMatch === undefined || !isAmong(etag, ifNoneMatch, 'weak'));
}

function isAmong(
  etag: string | undefined,
  tags: '*' | readonly EntityTag[],
  comparison: 'strong' | 'weak',
): boolean {
  if (etag === undefined) return false;
  return tags === '*' || tags.some(({ weak, tag }) => tag === etag && (comparison === 'weak' || !weak));
}

const TAG = /^\s*(?:(W\/)?"([\x21\x23-\x7e]*)"|([\w-]+))\s*$/;

function tagsIn(event: APIGatewayProxyEventV2, header: string, name: string): '*' | EntityTag[] | undefined {
  const value = headerOf(event, header);
  if (value === undefined) return undefined;
  if (value.trim() === '*') return '*';
  return value.split(',').map((text) => {
    const [matched, weak, quoted, bare] = TAG.exec(text) ?? [];
    if (matched === undefined) {
      throw new Problem(
        'invalid-request',
        `The header ${name} must be "*" or the ETag of the grant, in quotes.`,
      );
    }
    return { weak: weak !== undefined, tag: quoted ?? bare ?? '' };
  });
}
