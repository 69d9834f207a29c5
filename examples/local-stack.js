// For trying out the examples on this machine. Your own program needs none of it.
import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';

/** Ends the program, with a sentence in place of a stack trace. */
export function endWith(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

/**
 * Reads the addresses of the local stack. Ends the program if none runs.
 *
 * @param {string} api - the base URL of its API
 * @param {{ realDocumentEngine?: boolean }} [takes] - true: its Document Engine can be a real one, on any machine
 * @returns {Promise<{ tokenEndpoint: string, documentEngine: string, documentEngineKind: 'stand-in' | 'real', callers: object }>}
 */
export async function findLocalStack(api, { realDocumentEngine = false } = {}) {
  try {
    const stack = await (await fetch(`${api}/local`)).json();
    const isReal = realDocumentEngine && stack.documentEngineKind === 'real';
    if (isOnThisMachine(stack.tokenEndpoint) && (isReal || isOnThisMachine(stack.documentEngine)))
      return stack;
  } catch {
    // Nothing listens there, or it is another program.
  }
  return endWith(`No local stack answers at ${api}. Start it with npm start.`);
}

// Another program can answer in place of the local stack. It must not lead tokens to another machine.
const isOnThisMachine = (url) => URL.parse(url ?? '')?.hostname === '127.0.0.1';

/**
 * Reads the client secret of the demo backend, which `npm start` has written for its user alone. Ends the program if there is none.
 *
 * @param {string} api - the base URL of the local stack's API
 * @returns {Promise<string>}
 */
export async function demoClientSecret(api) {
  const { port } = new URL(api);
  const file = new URL(`../node_modules/.cache/layermint/running/${port}.client-secret`, import.meta.url);
  return readFile(file, 'utf8').catch(() => endWith(`npm start was not called in this folder for ${api}.`));
}

/**
 * Lets a server listen on 127.0.0.1. Ends the program if the port is taken.
 *
 * @param {import('node:http').Server} server
 * @param {number} port - 0 picks a free one
 * @param {string} name - begins the line that names the address, such as "The page is"
 */
export function listen(server, port, name) {
  server.on('error', (error) => {
    const command = `PORT=${port + 1} node ${relative('', process.argv[1])}`;
    endWith(
      error.code === 'EADDRINUSE'
        ? `Port ${port} is already taken. Choose another: ${command}`
        : `Port ${port} cannot be used (${error.code}). Choose another: PORT=…`,
    );
  });
  server.listen(port, '127.0.0.1', () => {
    process.stdout.write(`${name} at http://127.0.0.1:${server.address().port}\n`);
  });
}
