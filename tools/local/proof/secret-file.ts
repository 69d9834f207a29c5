import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  type Stats,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { clientSecretOf } from './proof.ts';

/**
 * The folder of the secrets, in this project: a person who can write beside it can change the code that reads it. A folder for all
 * users, such as /tmp, has names that another user can take first.
 */
const FOLDER = fileURLToPath(new URL('../../../node_modules/.cache/layermint/running', import.meta.url));

/** The mode bits of the group and of every user of the machine. */
const OTHERS = 0o077;

/** The longest file that is read, in bytes. */
const LONGEST = 256;

/** The secret of a running stack cannot be kept from others, or cannot be written. The message names the file and the remedy. */
export class SecretFileError extends Error {
  override readonly name = 'SecretFileError';
}

/** Files with a running stack's secrets. */
export interface SecretFiles {
  /** Deletes them, unless another stack has replaced them. */
  remove(): void;
}

/**
 * Writes the secret of a running stack to `PORT.secret`, and the client secret of its demo backend to `PORT.client-secret`. Only
 * the user of this process can read them. They replace those of a stack that died on this port, and are deleted when the process
 * exits.
 *
 * @param port - of the API, on which the stack listens already
 * @param folder - this project's unless given
 * @throws {SecretFileError} if others could read or replace them, or the disk refuses
 */
export function writeSecretFiles(port: number, secret: string, folder = FOLDER): SecretFiles {
  const contents = [
    [pathOf(port, 'secret', folder), secret],
    [pathOf(port, 'client-secret', folder), clientSecretOf(secret)],
  ] as const;
  const remove = (): void => {
    process.off('exit', remove);
    for (const [path, content] of contents) {
      try {
        if (read(path) === content) rmSync(path);
      } catch {
        // A secret that stays is worthless without its stack, and the next stack on this port replaces the file.
      }
    }
  };
  asSecretFileError(folder, () => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    assertOwn(folder, lstatSync(folder), 'directory');
    for (const [path, content] of contents) replace(path, content);
  });
  process.once('exit', remove);
  return { remove };
}

/**
 * Reads the secret of the stack that runs at a port.
 *
 * @param folder - this project's unless given
 * @returns undefined if no stack of this folder runs there
 * @throws {SecretFileError} if another user could have written it
 */
export function readSecretFile(port: number, folder = FOLDER): string | undefined {
  const path = pathOf(port, 'secret', folder);
  return asSecretFileError(path, () => {
    if (lstatSync(folder, { throwIfNoEntry: false }) === undefined) return undefined;
    assertOwn(folder, lstatSync(folder), 'directory');
    return read(path);
  });
}

const pathOf = (port: number, kind: 'secret' | 'client-secret', folder: string): string =>
  join(folder, `${port}.${kind}`);

/** Node has no such flag on Windows, which has no such links for ordinary users either. */
const NO_LINK = (constants as Partial<typeof constants>).O_NOFOLLOW ?? 0;

/** Writes a new file in place of a former one, which can be a link. */
function replace(path: string, content: string): void {
  rmSync(path, { force: true });
  const file = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | NO_LINK, 0o600);
  try {
    writeFileSync(file, content);
  } finally {
    closeSync(file);
  }
}

/** @returns undefined if there is no such file, or its writer has not finished */
function read(path: string): string | undefined {
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return undefined;
  const file = openSync(path, constants.O_RDONLY | NO_LINK);
  try {
    const stats = fstatSync(file);
    assertOwn(path, stats, 'file');
    if (stats.size === 0 || stats.size > LONGEST) return undefined;
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}

function assertOwn(path: string, stats: Stats, kind: 'directory' | 'file'): void {
  const isKind = kind === 'directory' ? stats.isDirectory() : stats.isFile();
  if (!isKind) throw new SecretFileError(`${path} must be a ${kind}. Delete it, and run npm start again.`);
  // Windows has no modes, and a project there lies in the user's own profile.
  if (process.getuid === undefined) return;
  if (stats.uid !== process.getuid())
    throw new SecretFileError(
      `${path} belongs to another user of this machine. Delete it, and run npm start again.`,
    );
  if ((stats.mode & OTHERS) !== 0)
    throw new SecretFileError(
      `Others on this machine can read or change ${path}. Delete it, and run npm start again.`,
    );
}

function asSecretFileError<Result>(path: string, run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    if (error instanceof SecretFileError) throw error;
    throw new SecretFileError(`${path} cannot be used: ${String(error).replace(/^Error: /, '')}`, {
      cause: error,
    });
  }
}
