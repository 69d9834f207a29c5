import { LAYER_MAX_CHARACTERS } from '../../document-engine/index.ts';
import { check, shown, type Check } from './check.ts';
import { collaborationChecks } from './collaboration-checks.ts';
import type { JsonObject } from './decoding.ts';
import { permissionChecks } from './permission-checks.ts';

/** The claims of a client token ("JwtFrontend v1"; guide "Client authentication" of Document Engine), and `iat`. */
const KNOWN = [
  'document_id',
  'permissions',
  'exp',
  'nbf',
  'iat',
  'jti',
  'layer',
  'user_id',
  'default_group',
  'collaboration_permissions',
  'creator_name',
  'password',
] as const;

/** Checks the type and value of each claim except the times, and unknown claims. */
export function claimChecks(claims: JsonObject): Check[] {
  return [
    documentIdCheck(claims),
    ...permissionChecks(claims),
    ...layerChecks(claims),
    jtiCheck(claims),
    revocableCheck(claims),
    stringCheck(claims, 'user_id', 'It is stored on every record that the user creates.'),
    whiteSpaceCheck(claims),
    creatorCheck(claims),
    stringCheck(claims, 'default_group', 'New annotations, comments and form fields get this group.'),
    stringCheck(claims, 'creator_name', 'It is shown as the creator of the records that the user creates.'),
    passwordCheck(claims),
    ...collaborationChecks(claims),
    unknownCheck(claims),
  ];
}

function documentIdCheck({ document_id: id }: JsonObject): Check {
  return check(
    {
      rule: 'document_id',
      basis: 'documented',
      expected: 'a string: the id that Document Engine gave at upload',
    },
    {
      actual: shown(id),
      fault: typeof id === 'string' && id !== '' ? undefined : 'Name the document to open.',
    },
  );
}

function layerChecks({ layer }: JsonObject): Check[] {
  const documented = { rule: 'layer', basis: 'documented' } as const;
  const expected = `absent, or a string of at most ${LAYER_MAX_CHARACTERS} characters without "*"`;
  if (layer === undefined)
    return [
      check({ ...documented, expected }, { actual: 'absent', note: 'The token opens the default layer.' }),
    ];
  if (typeof layer !== 'string')
    return [
      check(
        { ...documented, expected },
        { actual: shown(layer), fault: 'Write the name of one Instant layer.' },
      ),
    ];
  const plain = layer.isWellFormed() && !/\p{Cc}/u.test(layer);
  return [
    check(
      { ...documented, expected },
      {
        actual: shown(layer),
        fault:
          layer.includes('*') || Array.from(layer).length > LAYER_MAX_CHARACTERS
            ? 'Name one layer: a name has no "*" and at most 256 characters.'
            : undefined,
      },
    ),
    check(
      {
        rule: 'layer-characters',
        basis: 'undocumented',
        expected: 'well-formed Unicode without control characters',
      },
      {
        actual: shown(layer),
        fault: plain
          ? undefined
          : 'Remove them from the name. Document Engine does not document how it treats them.',
      },
    ),
  ];
}

function jtiCheck({ jti }: JsonObject): Check {
  return check(
    { rule: 'jti', basis: 'documented', expected: 'absent, or a string that is not empty' },
    {
      actual: shown(jti),
      fault:
        jti === undefined || (typeof jti === 'string' && jti !== '')
          ? undefined
          : 'Write a string, or leave it out.',
    },
  );
}

function revocableCheck({ jti }: JsonObject): Check {
  return check(
    { rule: 'revocable', basis: 'advice', expected: 'a "jti"' },
    {
      actual: jti === undefined ? 'no "jti"' : shown(jti),
      fault:
        jti === undefined
          ? 'Mint tokens with this service: one without a "jti" cannot be revoked.'
          : undefined,
    },
  );
}

function whiteSpaceCheck({ user_id: userId }: JsonObject): Check {
  return check(
    { rule: 'user_id-white-space', basis: 'advice', expected: 'a "user_id" without white space' },
    {
      actual: shown(userId),
      fault:
        typeof userId === 'string' && /\s/.test(userId)
          ? 'Document Engine up to 1.8.1 refuses it. Run a later release, or choose another claim as the user id.'
          : undefined,
    },
  );
}

function creatorCheck({ user_id: userId }: JsonObject): Check {
  return check(
    { rule: 'creator', basis: 'advice', expected: 'a "user_id"' },
    {
      actual: userId === undefined ? 'no "user_id"' : shown(userId),
      fault:
        userId === undefined
          ? 'Add it if the user may write. Records that are created without it never get a creator.'
          : undefined,
    },
  );
}

function stringCheck(claims: JsonObject, claim: string, note: string): Check {
  const value = claims[claim];
  return check(
    { rule: claim, basis: 'documented', expected: 'absent, or a string' },
    {
      actual: shown(value),
      fault:
        value === undefined || typeof value === 'string' ? undefined : 'Write a string, or leave it out.',
      note: value === undefined ? 'It is optional.' : note,
    },
  );
}

/** Checks the password without repeating it, which no other check does either. */
function passwordCheck({ password }: JsonObject): Check {
  return check(
    { rule: 'password', basis: 'documented', expected: 'absent, or a string' },
    {
      actual: password === undefined ? 'absent' : typeof password === 'string' ? 'a string' : 'not a string',
      fault:
        password === undefined || typeof password === 'string'
          ? undefined
          : 'Write a string, or leave it out.',
      note:
        password === undefined
          ? 'It is optional.'
          : 'It opens a PDF with a password. Anyone with the token can read it.',
    },
  );
}

function unknownCheck(claims: JsonObject): Check {
  const unknown = Object.keys(claims).filter((claim) => !KNOWN.some((known) => known === claim));
  return check(
    { rule: 'unknown-claims', basis: 'advice', expected: 'only claims that Document Engine documents' },
    {
      actual: unknown.length === 0 ? 'only those' : shown(unknown),
      fault: unknown.length === 0 ? undefined : remedyFor(unknown),
    },
  );
}

function remedyFor(unknown: readonly string[]): string {
  if (
    unknown.some((claim) => ['allowed_document_ids', 'allowed_operations', 'allowed_origins'].includes(claim))
  )
    return 'This is a backend token, for /api/build, /api/sign and the like. To open a document, mint a client token.';
  const meant = unknown.flatMap((claim) => {
    const known = KNOWN.find((name) => plain(name) === plain(claim));
    return known === undefined ? [] : [`${shown(claim)} is spelt "${known}"`];
  });
  const spelling = meant.length === 0 ? '' : ` ${meant.join('; ')}.`;
  return `Remove them, or correct their names.${spelling} Document Engine does not document how it treats unknown claims; a JWT reader ignores them (RFC 7519 section 4).`;
}

function plain(claim: string): string {
  return claim.toLowerCase().replaceAll(/[^a-z]/g, '');
}
