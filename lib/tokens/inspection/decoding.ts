import { check, type Basis, type Check, type Finding } from './check.ts';

/** The header or the claims of a token. It can have any members, because anybody can write a token. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The readable parts of a string that is inspected as a token. */
export interface DecodedToken {
  readonly checks: readonly Check[];
  readonly header?: JsonObject;
  readonly claims?: JsonObject;
  /** The signed part and the signature; absent if the string does not have the form of a token. */
  readonly signed?: { readonly input: string; readonly signature: Buffer };
}

/** Reads a string as a JWS in compact form (RFC 7515 section 3.1), as far as possible. It verifies nothing. */
export function decode(text: string): DecodedToken {
  const parts = text.split('.');
  const form = [threeParts(text, parts), base64url(parts), canonical(parts)];
  const header = jsonObject(parts[0]);
  const claims = jsonObject(parts[1]);
  const [encodedHeader, encodedClaims, signature] = parts;
  return {
    checks: [...form, readCheck('header', header), readCheck('claims', claims)],
    ...(header.value && { header: header.value }),
    ...(claims.value && { claims: claims.value }),
    ...(form.every(({ ok, rule }) => ok || rule === 'base64url-canonical') && {
      signed: {
        input: `${encodedHeader ?? ''}.${encodedClaims ?? ''}`,
        signature: Buffer.from(signature ?? '', 'base64url'),
      },
    }),
  };
}

function threeParts(text: string, parts: readonly string[]): Check {
  const filled = parts.filter((part) => part !== '').length;
  const right = parts.length === 3 && filled === 3;
  return check(
    {
      rule: 'three-parts',
      basis: 'documented',
      expected: 'header.claims.signature: three parts with dots between',
    },
    {
      actual: `${parts.length} ${parts.length === 1 ? 'part' : 'parts'}${filled < parts.length ? `, ${parts.length - filled} empty` : ''}`,
      fault: right ? undefined : hintAt(text, parts),
    },
  );
}

function hintAt(text: string, parts: readonly string[]): string {
  if (parts.length === 3 && parts[2] === '')
    return 'The signature is missing. Sign the token; an unsigned one is never accepted.';
  if (parts.length === 5)
    return 'This looks like an encrypted JWT (JWE), as identity providers issue them. Document Engine takes only signed JWTs.';
  if (parts.length === 1 && text !== '')
    return 'This is not a JWT. An opaque access token and Document Engine\'s API token have such a form. Use the "jwt" of a minted token.';
  return 'Use the "jwt" of a minted token whole, with both dots and nothing around it.';
}

function base64url(parts: readonly string[]): Check {
  const faulty = parts.findIndex((part) => !/^[\w-]*$/.test(part) || part.length % 4 === 1);
  const part = parts[faulty];
  return check(
    {
      rule: 'base64url',
      basis: 'documented',
      expected: 'each part in base64url: A-Z a-z 0-9 - _ and no padding (RFC 7515 section 2)',
    },
    part === undefined
      ? { actual: 'base64url' }
      : {
          actual: `part ${faulty + 1} ${formFaultOf(part)}`,
          fault: `${formRemedyFor(part)} In this form, it is not a token.`,
        },
  );
}

function formFaultOf(part: string): string {
  if (/\s/.test(part)) return 'has white space in it';
  if (part.includes('=')) return 'is padded with "="';
  if (/[+/]/.test(part)) return 'has "+" or "/", as plain base64 has';
  return /^[\w-]*$/.test(part)
    ? 'has a length that base64url cannot have'
    : 'has a character that base64url does not have';
}

function formRemedyFor(part: string): string {
  if (/\s/.test(part)) return 'Remove the white space and line breaks; copying often adds them.';
  if (part.includes('=')) return 'Encode without padding.';
  if (/[+/]/.test(part)) return 'Encode with "-" and "_" in place of "+" and "/".';
  return 'Copy the token whole; a character was lost or changed.';
}

/** Checks that the unused bits of the last character are zero (RFC 4648 section 3.5). Otherwise one token has several spellings. */
function canonical(parts: readonly string[]): Check {
  const faulty = parts.findIndex(
    (part) =>
      /^[\w-]*$/.test(part) &&
      part.length % 4 !== 1 &&
      Buffer.from(part, 'base64url').toString('base64url') !== part,
  );
  return check(
    {
      rule: 'base64url-canonical',
      basis: 'undocumented',
      expected: 'each part as an encoder writes it, with its unused last bits zero (RFC 4648 section 3.5)',
    },
    faulty === -1
      ? { actual: 'canonical' }
      : {
          actual: `part ${faulty + 1} has unused bits that are not zero`,
          fault:
            'Copy the token again: its last character was changed. Document Engine does not document whether it accepts this.',
        },
  );
}

interface Read {
  readonly value?: JsonObject;
  readonly basis: Basis;
  readonly finding: Finding;
}

function readCheck(rule: string, { basis, finding }: Read): Check {
  return check({ rule, basis, expected: 'a JSON object in UTF-8' }, finding);
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const DEEPEST = 32;

function jsonObject(part: string | undefined): Read {
  const unreadable = (actual: string, basis: Basis = 'documented'): Read => ({
    basis,
    finding: {
      actual,
      fault:
        'Copy the whole token. If it is complete, its issuer made it wrong: this part must encode a JSON object.',
    },
  });
  if (part === undefined || part === '') return unreadable('absent');
  if (!/^[\w-]*$/.test(part)) return unreadable('not base64url');
  let value: unknown;
  try {
    value = JSON.parse(utf8.decode(Buffer.from(part, 'base64url')));
  } catch {
    return unreadable('not JSON');
  }
  if (!isObject(value)) return unreadable('JSON, but not an object');
  if (isDeeperThan(DEEPEST, value)) return unreadable(`nested more than ${DEEPEST} deep`, 'undocumented');
  return { value, basis: 'documented', finding: { actual: 'a JSON object' } };
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Tells whether a value is nested so deeply that writing it as JSON could exhaust the stack. */
function isDeeperThan(levels: number, value: unknown): boolean {
  let level: readonly unknown[] = [value];
  for (let depth = 0; depth <= levels; depth += 1) {
    level = level.flatMap(membersOf);
    if (level.length === 0) return false;
  }
  return true;
}

function membersOf(value: unknown): unknown[] {
  return typeof value === 'object' && value !== null ? Object.values(value) : [];
}
