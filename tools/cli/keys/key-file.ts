import type { Readable } from 'node:stream';
import {
  acceptSigningKey,
  NoSigningKeyError,
  thumbprint,
  UnusableSigningKeyError,
  type Algorithm,
  type KeyPair,
} from '../../../lib/signing-keys/index.ts';
import { secretTextOf } from '../../../lib/runtime/secret-value.ts';
import { UsageError } from '../errors.ts';
import { openInput } from '../files.ts';

/** The mode bits of the group and of every user of the machine. A person who can write a file can put their own key into it. */
const OTHERS = 0o077;

/** The most bytes that are read: Secrets Manager's limit of a secret. A private key has a tenth of it at most. */
const LONGEST = 65_536;

/**
 * Reads a private key from a file, in every form that the signing key's secret may have. Its `kid` is always the thumbprint: one
 * that a file states could be that of another key.
 *
 * It refuses a file that other users of the machine could have read or replaced, as ssh does. A reader can sign tokens, and no
 * later chmod changes that. If the user knows that nobody has read it, a chmod or standard input overrides the refusal.
 *
 * @param file - its path as on the command line, or `-` for standard input
 * @throws UsageError that names the fault, and quotes nothing of the content
 */
export async function readKeyFile(file: string, algorithm: Algorithm): Promise<KeyPair> {
  const { name, input, mode = 0 } = await openInput(file);
  const content = await beginningOf(input);
  if (content.length > LONGEST) throw new UsageError(`${name} is larger than any private key.`);
  const value = secretTextOf({ SecretBinary: content });
  const read = await acceptSigningKey(value, algorithm, 'It').catch(faultIn);
  // Node makes up modes on Windows, which has none.
  const isOpen = (mode & OTHERS) !== 0 && process.platform !== 'win32';
  if (isOpen && (typeof read !== 'string' || value.includes('PRIVATE KEY'))) {
    throw new UsageError(
      `${name} can be read or written by others on this machine, and anyone with this key can sign tokens. If nobody has, \`chmod 600 ${name}\` and import it again; otherwise make another key.`,
    );
  }
  if (typeof read === 'string') throw new UsageError(`${name} cannot be imported. ${read}.`);
  return { ...read, kid: await thumbprint(read.publicKey) };
}

/** Reads an input to its end, or to one byte or more beyond the limit. */
async function beginningOf(input: Readable): Promise<Buffer> {
  let content = Buffer.alloc(0);
  for await (const chunk of input as AsyncIterable<Buffer>) {
    content = Buffer.concat([content, chunk]);
    if (content.length > LONGEST) break;
  }
  return content;
}

function faultIn(error: unknown): string {
  if (error instanceof NoSigningKeyError)
    return 'It holds {"state": "none"}, which means that there is no key';
  if (error instanceof UnusableSigningKeyError) return error.message;
  throw error;
}
