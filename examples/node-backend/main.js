// Runs the backend against the local stack. Copy the other files; this one is for trying them out.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { demoClientSecret, endWith, findLocalStack, listen } from '../local-stack.js';
import { createBackendToken } from './backend-token.js';
import { createUpload } from './document-engine.js';
import { createLayermint } from './layermint.js';
import { createHandler } from './server.js';

const {
  LAYERMINT_API = 'http://127.0.0.1:4747',
  CLIENT_SECRET,
  DOCUMENT_ENGINE_URL,
  DOCUMENT_ENGINE_API_TOKEN,
  PORT = '4800',
} = process.env;

// The sign-in below lets anybody be anybody.
if (new URL(LAYERMINT_API).hostname !== '127.0.0.1') endWith('main.js is for the local stack only.');

const { tokenEndpoint } = await findLocalStack(LAYERMINT_API);
const scope = 'layermint/grants layermint/on-behalf';
// Yours belongs in a secret store.
const clientSecret = CLIENT_SECRET ?? (await demoClientSecret(LAYERMINT_API));
const backendToken = createBackendToken({ tokenEndpoint, clientId: 'backend', clientSecret, scope });

/** Users by session. Your framework has its own. */
const sessions = new Map();

function userOf({ headers }) {
  const [, session] = /(?:^|; )session=([^;]+)/.exec(headers.cookie ?? '') ?? [];
  return sessions.get(session);
}

// Signs in without a password: `POST /sign-in?user=alice`.
function signIn(id, response) {
  const session = randomUUID();
  sessions.set(session, { id });
  response.writeHead(204, { 'set-cookie': `session=${session}; HttpOnly; SameSite=Strict; Path=/` }).end();
}

const handle = createHandler({
  layermint: createLayermint(LAYERMINT_API, backendToken),
  // The local stack's stand-in for Document Engine stores no files. Without a real one, a new id has to do.
  upload: DOCUMENT_ENGINE_URL
    ? createUpload(DOCUMENT_ENGINE_URL, DOCUMENT_ENGINE_API_TOKEN)
    : async () => randomUUID(),
  userOf,
  log: (line) => process.stderr.write(`${line}\n`),
});

const server = createServer((request, response) => {
  const [, id] = /^\/sign-in\?user=(\w+)$/.exec(request.url) ?? [];
  if (request.method === 'POST' && id !== undefined) signIn(id, response);
  else handle(request, response);
});

listen(server, Number(PORT), 'The backend runs');
