import { apiTokenIn } from '../../../lib/document-engine/index.ts';
import { plainTextOf } from '../../../lib/runtime/secret-value.ts';
import { UsageError } from '../../cli/errors.ts';
import { openInput, STANDARD } from '../../cli/files.ts';

/** The mode bits of the group and of every user of the machine. */
const OTHERS = 0o077;

/** The most bytes that are read: Secrets Manager's limit of a secret, in which a stage keeps the token. */
const LONGEST = 65_536;

/** Document Engine's API token, as a file holds it. */
export interface ApiTokenFile {
  readonly token: string;
  /** A sentence for the user if others on this machine can read or write the file. */
  readonly warning?: string;
}

/**
 * Reads Document Engine's API token from a file: its first line, or its JSON, in the forms that a stage's secret may have.
 *
 * @param file - its path as on the command line. Standard input is refused: the stack ends with it, and the question is answered there
 * @throws UsageError that names the fault, and quotes nothing of the content
 */
export async function readApiTokenFile(file: string): Promise<ApiTokenFile> {
  if (file === STANDARD) {
    throw new UsageError(
      '--document-engine-token takes no standard input: the stack stops when it ends, and you answer the question there. Give a file.',
    );
  }
  const { name, input, mode = 0 } = await openInput(file);
  let content = Buffer.alloc(0);
  for await (const chunk of input as AsyncIterable<Buffer>) {
    content = Buffer.concat([content, chunk]);
    if (content.length > LONGEST) throw new UsageError(`${name} is larger than any API token.`);
  }
  const text = plainTextOf(content.toString());
  const found = apiTokenIn(text.startsWith('{') ? text : (text.split(/[\r\n]/)[0] ?? ''));
  if (found.fault !== undefined) {
    throw new UsageError(`${name} ${found.fault}. It must hold Document Engine's API_AUTH_TOKEN alone.`);
  }
  if (found.text.startsWith('API_AUTH_TOKEN=')) {
    throw new UsageError(`${name} holds an assignment to API_AUTH_TOKEN. It must hold the value alone.`);
  }
  // Node makes up modes on Windows, which has none.
  if ((mode & OTHERS) === 0 || process.platform === 'win32') return { token: found.text };
  const warning = `${name} can be read or written by others on this machine. Anyone with the API token has full access to Document Engine: chmod 600 ${name}`;
  return { token: found.text, warning };
}
