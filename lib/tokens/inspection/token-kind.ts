import { check, type Check } from './check.ts';
import type { JsonObject } from './decoding.ts';

/** A kind of token that people take for a client token. */
interface Kind {
  readonly name: string;
  /** A token with one of these claims, and without the document of a client token, is of this kind. */
  readonly claims: readonly string[];
  readonly remedy: string;
}

const MINT = 'To open a document, mint a client token with POST /v1/tokens.';

// In this order: a token of an identity provider can have any other claim too.
const KINDS: readonly Kind[] = [
  {
    name: 'a backend token of Document Engine',
    claims: ['allowed_document_ids', 'allowed_operations', 'allowed_origins'],
    remedy: `It is for /api/build, /api/sign and the like. ${MINT}`,
  },
  {
    name: "a token of Nutrient's hosted service (DWS)",
    claims: ['allowed_documents'],
    remedy: `It does not open documents of Document Engine. ${MINT}`,
  },
  {
    name: 'a token of AI Assistant',
    claims: ['document_ids', 'session_ids', 'request_limit'],
    remedy: `AI Assistant is a service of its own, with another key. ${MINT}`,
  },
  {
    name: 'a token for the conversion of an Office file',
    claims: ['sha256'],
    remedy: `It converts the one file with that hash. ${MINT}`,
  },
  {
    name: 'a token of an identity provider, such as a caller token',
    claims: ['iss', 'aud', 'azp', 'token_use', 'scope', 'scp'],
    remedy:
      'Send it as "Authorization: Bearer …" to POST /v1/tokens. The "jwt" of the answer is the client token.',
  },
];

/** Names the kind of a token that is not for opening a document. */
export function kindCheck(claims: JsonObject): Check {
  const kind =
    'document_id' in claims ? undefined : KINDS.find((one) => one.claims.some((claim) => claim in claims));
  return check(
    { rule: 'token-kind', basis: 'documented', expected: 'a client token' },
    kind === undefined
      ? { actual: 'no other known kind' }
      : { actual: kind.name, fault: `This is ${kind.name}. ${kind.remedy}` },
  );
}
