import { readFile, stat } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import {
  parseSigningKeySecret,
  UnusableSigningKeyError,
  type Algorithm,
  type KeyPair,
} from '../../../lib/signing-keys/index.ts';
import { UsageError } from '../command.ts';

/** Of a file's mode: its group or anybody may read it. */
const READABLE_BY_OTHERS = 0o044;

/**
 * Reads a private key as `openssl` or `ssh-keygen` writes it: PEM in PKCS#8, PKCS#1 or SEC1.
 *
 * A file that others on the machine could have read is refused, as ssh does: whoever read it can sign tokens, and no
 * later chmod changes that. Whoever knows better can say so by that chmod, or by standard input.
 *
 * @param file - its path, or `-` for standard input
 * @throws UsageError that says what is wrong with it, and quotes nothing of it
 */
export async function readKeyFile(file: string, algorithm: Algorithm): Promise<KeyPair> {
  const content = await read(file);
  const name = file === '-' ? 'Standard input' : file;
  const fault = notPem(content, file);
  if (fault !== undefined) throw new UsageError(`${name} ${fault}`);
  try {
    return await parseSigningKeySecret(content, algorithm);
  } catch (error) {
    if (!(error instanceof UnusableSigningKeyError)) throw error;
    throw new UsageError(`${name} cannot be imported. ${error.message}.`);
  }
}

function notPem(content: string, file: string): string | undefined {
  if (content.trim() === '') return 'is empty.';
  if (content.trimStart().startsWith('{')) {
    return 'holds JSON. A private key in PEM is imported, as openssl writes it.';
  }
  if (content.includes('-----BEGIN ')) return undefined;
  return (
    'holds no PEM, which begins with "-----BEGIN". Should it be a private key in DER, ' +
    `\`openssl pkey -inform DER -in ${file} | npm run keys -- import - …\` imports it.`
  );
}

async function read(file: string): Promise<string> {
  if (file === '-') return text(process.stdin);
  try {
    const { mode } = await stat(file);
    const content = await readFile(file, 'utf8');
    // Windows has no such modes, and Node makes some up there.
    if ((mode & READABLE_BY_OTHERS) === 0 || process.platform === 'win32' || isPublic(content))
      return content;
  } catch (error) {
    const code =
      typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown error';
    throw new UsageError(`${file} cannot be read (${code}).`);
  }
  throw new UsageError(
    `${file} can be read by others on this machine, and who has read it can sign tokens. If nobody has, \`chmod 600 ${file}\` and import it again; else make another key.`,
  );
}

/** Holds nothing private: what is wrong with it is something else. */
const isPublic = (content: string): boolean => !content.includes('PRIVATE KEY-----');
