import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import {
  parseSigningKeySecret,
  UnusableSigningKeyError,
  type Algorithm,
  type KeyPair,
} from '../../../lib/signing-keys/index.ts';
import { UsageError } from '../command.ts';

/**
 * Reads a private key as `openssl` or `ssh-keygen` writes it: PEM in PKCS#8, PKCS#1 or SEC1.
 *
 * @param file - its path, or `-` for standard input
 * @throws UsageError that says what is wrong with it, and quotes nothing of it
 */
export async function readKeyFile(file: string, algorithm: Algorithm): Promise<KeyPair> {
  const content = await read(file);
  if (content.trimStart().startsWith('{')) {
    throw new UsageError(`${file} holds JSON. A private key in PEM is imported, as openssl writes it.`);
  }
  try {
    return await parseSigningKeySecret(content, algorithm);
  } catch (error) {
    if (!(error instanceof UnusableSigningKeyError)) throw error;
    // The messages speak of what lies in the secret, where this would be put.
    throw new UsageError(`${file} cannot be imported. ${error.message}`);
  }
}

async function read(file: string): Promise<string> {
  if (file === '-') return text(process.stdin);
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw new UsageError(`${file} cannot be read (${code}).`);
  }
}
