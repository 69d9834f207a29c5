// For trying out the examples on this machine. Your own program needs none of it.
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
 * @returns {Promise<{ tokenEndpoint: string, documentEngine: string }>}
 */
export async function findLocalStack(api) {
  try {
    const { tokenEndpoint, documentEngine } = await (await fetch(`${api}/local`)).json();
    if (tokenEndpoint && documentEngine) return { tokenEndpoint, documentEngine };
  } catch {
    // Nothing listens there, or it is another program.
  }
  return endWith(`No local stack answers at ${api}. Start it with npm start.`);
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
