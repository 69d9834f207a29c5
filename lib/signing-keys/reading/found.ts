import { createPrivateKey, createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { jsonIn, plainTextOf, repeatsMember, unquoted } from '../../runtime/secret-value.ts';
import { certifiedKeyIn, isCut, isWhole, kindOfDer, privateKeyIn, publicKeyIn, read } from './der.ts';
import type { Fault } from './advice.ts';
import { base64In, derOf, pemBlocksIn, type PemBlock } from './pem-blocks.ts';

/** A key, or a thing that people take for a key, in a value. */
export interface Found {
  /** `private` for a private key that can be read. Of anything else, the fault that it would be in place of one. */
  readonly is: 'private' | Fault;
  /** The name and place of a private key, readable or not, such as `EC PRIVATE KEY in block 2`. It quotes no key. */
  readonly secret?: string;
  /** The key, if it can be read; that of a certificate too. */
  readonly key?: KeyObject | undefined;
}

/** Secrets Manager's limit of 65,536 bytes, in base64. */
const LONGEST = 87_384;

/** The number of wrappers that are opened, such as a JSON string in base64 in a member of JSON. */
const DEEPEST = 6;

/** Finds all keys in a value that people have stored, and all things that people take for a key. It takes linear time. */
export function keysIn(value: string): Found[] {
  return value.length > LONGEST ? [{ is: 'tooLong' }] : inText(value, '', 0);
}

function inText(value: string, place: string, depth: number): Found[] {
  if (depth > DEEPEST) return [];
  const text = unquoted(plainTextOf(value));
  const json = /^[[{]/.test(text) ? jsonIn(text) : undefined;
  if (json !== undefined && repeatsMember(text)) return [{ is: 'repeated', ...unread(text, place) }];
  if (json !== undefined) return inJson(json, place, depth + 1);
  if (text.startsWith('{')) return [{ is: 'json', ...unread(text, place) }];
  const blocks = pemBlocksIn(text);
  if (blocks.length > 0) return blocks.flatMap((block, at) => inBlock(block, place || ` in block ${at + 1}`));
  const bytes = base64In(text);
  const wrapped = bytes && (inDer(bytes, place) ?? inText(bytes.toString(), place, depth + 1));
  return wrapped?.length ? wrapped : inForeignText(text, place);
}

function inJson(json: unknown, place: string, depth: number): Found[] {
  if (typeof json === 'string') return inText(json, place, depth);
  if (typeof json !== 'object' || json === null || depth > DEEPEST) return [];
  const jwk = isJwk(json) ? [inJwk(json, place)] : [];
  const members = Object.entries(json).flatMap(([member, inner]: [string, unknown], at) =>
    inJson(inner, ` in ${/^[\w.-]{1,40}$/.test(member) ? `"${member}"` : `member ${at + 1}`}`, depth + 1),
  );
  return [...jwk, ...members];
}

const isJwk = (json: object): json is JsonWebKey => 'kty' in json && typeof json.kty === 'string';

/** Reads a JSON Web Key (RFC 7517). */
function inJwk(jwk: JsonWebKey, place: string): Found {
  if (jwk.kty === 'oct') return { is: 'symmetric' };
  if (jwk.d === undefined)
    return { is: 'public', key: read(() => createPublicKey({ key: jwk, format: 'jwk' })) };
  const key = read(() => createPrivateKey({ key: jwk, format: 'jwk' }));
  return { is: key ? 'private' : 'jwk', secret: `JWK${place}`, key };
}

function inBlock(block: PemBlock, place: string): Found[] {
  const { label, body } = block;
  const der = derOf(block);
  if (label.endsWith('PARAMETERS')) return [];
  if (label.includes('PRIVATE')) {
    const [known, kind] = /^(RSA|EC|ENCRYPTED|OPENSSH)?PRIVATEKEY$/.exec(label) ?? [];
    const secret = `${kind ? `${kind} ` : ''}PRIVATE KEY${place}`;
    if (known === undefined) return [{ is: 'other', secret }];
    if (kind === 'OPENSSH') return [{ is: der.includes('ssh-ed25519') ? 'openssh25519' : 'openssh', secret }];
    if (kind === 'ENCRYPTED' || body.includes('Proc-Type')) return [{ is: 'encrypted', secret }];
    const key = isWhole(der) ? privateKeyIn(der) : undefined;
    return [{ is: key ? 'private' : isCut(der) ? 'cut' : 'damaged', secret, key }];
  }
  if (label === 'SSH2PUBLICKEY') return [{ is: 'sshPublic' }];
  if (label.endsWith('PUBLICKEY')) return [{ is: 'public', key: publicKeyIn(der) }];
  if (label.endsWith('CERTIFICATE')) return [{ is: 'certificate', key: certifiedKeyIn(der) }];
  return [{ is: label.endsWith('REQUEST') ? 'request' : 'other' }];
}

/** Reads DER without a label; undefined if it is none. */
function inDer(der: Buffer, place: string): Found[] | undefined {
  const is = kindOfDer(der);
  const secret = `private key in DER${place}`;
  if (!isWhole(der)) return is === 'damaged' && isCut(der) ? [{ is: 'cut', secret }] : undefined;
  const privateKey = privateKeyIn(der);
  if (privateKey) return [{ is: 'private', secret, key: privateKey }];
  const key = publicKeyIn(der);
  if (key) return [{ is: 'public', key }];
  const certified = certifiedKeyIn(der);
  if (certified) return [{ is: 'certificate', key: certified }];
  return [is === 'other' ? { is } : { is, secret }];
}

/** Recognizes things that people store by mistake. */
function inForeignText(text: string, place: string): Found[] {
  if (/^(?:ssh-|ecdsa-)/.test(text)) return [{ is: 'sshPublic' }];
  if (text.startsWith('arn:')) return [{ is: 'arn' }];
  if (/^(?:fileb?:|\S{1,200}\.(?:pem|key|p8|der|p12|pfx|ppk)$)/.test(text)) return [{ is: 'file' }];
  if (text.startsWith('PuTTY-User-Key-File')) return [{ is: 'putty', secret: `key of PuTTY${place}` }];
  return /BEGIN|PRIVATE\s?KEY/.test(text) ? [{ is: 'hyphens', ...unread(text, place) }] : [];
}

/** Names the private key of a text in which no key can be found. */
const unread = (text: string, place: string): Pick<Found, 'secret'> =>
  /PRIVATE\s?KEY/.test(text) ? { secret: `private key${place}` } : {};
