import { text } from 'node:stream/consumers';
import {
  acceptSigningKey,
  UnusableSigningKeyError,
  type Algorithm,
  type KeyPair,
} from '../../../lib/signing-keys/index.ts';
import { UsageError } from '../errors.ts';
import { openInput } from '../files.ts';

/** The mode bits of the group and of every user of the machine. A person who can write a file can put their own key into it. */
const OTHERS = 0o077;

/**
 * Reads a private key as `openssl` or `ssh-keygen` writes it: PEM in PKCS#8, PKCS#1 or SEC1.
 *
 * It refuses a file that other users of the machine could have read or replaced, as ssh does. A reader can sign tokens, and no
 * later chmod changes that. If the user knows that nobody has read it, a chmod or standard input overrides the refusal.
 *
 * @param file - its path as on the command line, or `-` for standard input
 * @throws UsageError that names the fault, and quotes nothing of the content
 */
export async function readKeyFile(file: string, algorithm: Algorithm): Promise<KeyPair> {
  const { name, input, mode = 0 } = await openInput(file);
  const content = await text(input);
  // Node makes up modes on Windows, which has none.
  if ((mode & OTHERS) !== 0 && process.platform !== 'win32' && isPrivate(content)) {
    throw new UsageError(
      `${name} can be read or written by others on this machine, and anyone with this key can sign tokens. If nobody has, \`chmod 600 ${name}\` and import it again; otherwise make another key.`,
    );
  }
  const fault = notPem(content, file);
  if (fault !== undefined) throw new UsageError(`${name} ${fault}`);
  try {
    return await acceptSigningKey(content, algorithm);
  } catch (error) {
    if (!(error instanceof UnusableSigningKeyError)) throw error;
    throw new UsageError(`${name} cannot be imported. ${error.message}.`);
  }
}

function notPem(content: string, file: string): string | undefined {
  if (content.trim() === '') return 'is empty.';
  if (content.trimStart().startsWith('{')) {
    return 'holds JSON. Import a private key in PEM, as openssl writes it.';
  }
  if (content.includes('-----BEGIN ')) return undefined;
  return (
    'holds no PEM, which begins with "-----BEGIN". If it is a private key in DER, import it with ' +
    `\`openssl pkey -inform DER -in ${file} | npm run keys -- import - …\`.`
  );
}

const isPrivate = (content: string): boolean => content.includes('PRIVATE KEY-----');
