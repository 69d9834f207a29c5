import * as z from 'zod/mini';
import { secondsOf, type Clock } from '../../../runtime/clock.ts';
import { toSeconds } from '../../../runtime/time.ts';
import type { Grant, GrantContent } from '../../../grants/index.ts';
import { rfc3339 } from '../../messages/rfc3339.ts';
import type { Principal } from '../../../identity/index.ts';
import { objectError, optional, principalName } from '../../messages/fields.ts';
import { opensSomething, roleMembers, roleOn, type RoleRules } from '../../messages/role-members.ts';

/** The rules for grants in requests. */
export interface GrantRules extends RoleRules {
  readonly clock: Clock;
}

const TIME_ERROR = 'must be a string: a time in RFC 3339, such as 2026-12-31T23:59:59Z';

/** The last second that RFC 3339 can write in UTC: its years have four digits. */
const LAST_TIME = '9999-12-31T23:59:59Z';

/** A time in a request. A fraction of a second is dropped. */
const Time = z
  .pipe(
    z.iso
      .datetime({ offset: true, error: TIME_ERROR, abort: true })
      .check(z.regex(/T\d\d:\d\d:\d\d/, { error: TIME_ERROR })),
    z.transform((text) => toSeconds(Date.parse(text))),
  )
  .check(
    z.refine((seconds) => seconds <= toSeconds(Date.parse(LAST_TIME)), {
      error: `must be no later than ${LAST_TIME}, in UTC`,
    }),
  );

/** The members of a grant in a request, beside its principal. */
function grantMembers(rules: GrantRules) {
  return {
    ...roleMembers(rules),
    expiresAt: optional(
      Time.check(z.refine((seconds) => seconds > secondsOf(rules.clock), { error: 'must be in the future' })),
    ),
  };
}

const MEMBERS = '"role", "layers"?, "privateLayer"?, "defaultGroup"?, "expiresAt"?';

/** The body of a request that sets a grant. */
export function grantBodySchema(rules: GrantRules) {
  return z.strictObject(grantMembers(rules), { error: objectError(`{${MEMBERS}}`) }).check(opensSomething);
}

/** The principal of a grant: a user, a group or everyone. */
export const GrantPrincipal = z.union(
  [
    z.strictObject({ user: principalName('a user id') }),
    z.strictObject({ group: principalName('a group name') }),
    z.strictObject({ everyone: z.literal(true) }),
  ],
  {
    error:
      'must be {"user": id}, {"group": name} or {"everyone": true}; an id or name has 1 to 512 bytes and no control characters',
  },
);

/** A grant with its document and principal, in the form of import and export. */
export function wholeGrantSchema(rules: GrantRules, documentId: z.ZodMiniType<string, string>) {
  return z
    .strictObject(
      { documentId, principal: GrantPrincipal, ...grantMembers(rules) },
      { error: objectError(`{"documentId", "principal", ${MEMBERS}}`) },
    )
    .check(opensSomething);
}

/** Reads the members of a grant in a request. */
export function grantContentOf({
  expiresAt,
  ...members
}: z.output<ReturnType<typeof grantBodySchema>>): GrantContent {
  return { ...roleOn(members), ...(expiresAt !== undefined && { expiresAt }) };
}

/** A grant in an answer. */
export const GrantAnswer = z.strictObject({
  principal: GrantPrincipal,
  role: z.string(),
  layers: z.array(z.string()),
  privateLayer: z.boolean(),
  defaultGroup: z.optional(z.string()),
  expiresAt: z.optional(z.iso.datetime()),
  /** The user id of the caller who last changed it. */
  grantedBy: z.string(),
  grantedAt: z.iso.datetime(),
  /** The value for `If-Match`. */
  etag: z.string(),
});

/** A page of a document's grants in an answer. */
export const GrantsAnswer = z.strictObject({
  grants: z.array(GrantAnswer),
  /** The position of the next page; absent on the last. */
  nextCursor: z.optional(z.string()),
});

/** Writes a grant as {@link GrantAnswer}. */
export function grantAnswer(grant: Grant): z.output<typeof GrantAnswer> {
  return {
    principal: principalAnswer(grant.principal),
    role: grant.role,
    layers: [...grant.layers],
    privateLayer: grant.privateLayer,
    ...(grant.defaultGroup !== undefined && { defaultGroup: grant.defaultGroup }),
    ...(grant.expiresAt !== undefined && { expiresAt: rfc3339(grant.expiresAt) }),
    grantedBy: grant.grantedBy,
    grantedAt: rfc3339(grant.grantedAt),
    etag: grant.etag,
  };
}

/** Writes a principal as {@link GrantPrincipal}. */
export function principalAnswer(principal: Principal): z.output<typeof GrantPrincipal> {
  switch (principal.kind) {
    case 'user':
      return { user: principal.id };
    case 'group':
      return { group: principal.name };
    case 'everyone':
      return { everyone: true };
  }
}

/** Reads a principal from {@link GrantPrincipal}. */
export function principalFrom(answer: z.output<typeof GrantPrincipal>): Principal {
  if ('user' in answer) return { kind: 'user', id: answer.user };
  if ('group' in answer) return { kind: 'group', name: answer.group };
  return { kind: 'everyone' };
}
