// Serves the page to this machine, and passes its requests on to the local stack. Your app needs none of it: Layermint
// itself answers the origins in the stage's `corsOrigins`, and so does Document Engine.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { findLocalStack, listen } from '../local-stack.js';

const { LAYERMINT_API = 'http://127.0.0.1:4747', DEMO_USER = 'alice', PORT = '4801' } = process.env;

const TYPES = {
  'index.html': 'text/html',
  'page.js': 'text/javascript',
  'tokens.js': 'text/javascript',
  'viewer.js': 'text/javascript',
};

const PASSED_BACK = ['x-content-type-options', 'content-type', 'cache-control', 'retry-after'];

const { tokenEndpoint, documentEngine } = await findLocalStack(LAYERMINT_API);

async function callerToken() {
  const form = new URLSearchParams({ grant_type: 'password', username: DEMO_USER, password: 'any' });
  const answer = await fetch(tokenEndpoint, { method: 'POST', body: form });
  return new Response((await answer.json()).access_token, {
    // A token is an expression of JavaScript: with nosniff, no page of another site can run it as a script.
    headers: { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' },
  });
}

function passOn(url, { method, headers }, body) {
  const { authorization, 'content-type': type } = headers;
  return fetch(url, {
    method,
    headers: { ...(authorization && { authorization }), ...(type && { 'content-type': type }) },
    ...(body.length > 0 && { body }),
  });
}

/** Tells if a path stays as it is when it is resolved. `/v1/../local` would leave `/v1/`. */
const isPlain = (url) => new URL(url, 'http://localhost').href === `http://localhost${url}`;

async function answerTo(request, body) {
  const { url, headers } = request;
  // A web page could give this machine a name of its own, and then read the tokens (DNS rebinding).
  if (!/^(127\.0\.0\.1|localhost):\d+$/.test(headers.host)) return new Response('', { status: 403 });
  if (!isPlain(url)) return new Response('', { status: 404 });
  const file = url === '/' ? 'index.html' : url.slice(1);
  if (Object.hasOwn(TYPES, file)) {
    const content = await readFile(new URL(file, import.meta.url));
    return new Response(content, { headers: { 'content-type': TYPES[file] } });
  }
  if (url === '/caller-token') return callerToken();
  if (url.startsWith('/v1/')) return passOn(LAYERMINT_API + url, request, body);
  if (url.startsWith('/document-engine/')) {
    return passOn(documentEngine + url.slice('/document-engine'.length), request, body);
  }
  return new Response('', { status: 404 });
}

const server = createServer(async (request, response) => {
  try {
    const body = Buffer.concat(await request.toArray());
    const answer = await answerTo(request, body);
    for (const name of PASSED_BACK) {
      if (answer.headers.has(name)) response.setHeader(name, answer.headers.get(name));
    }
    response.writeHead(answer.status);
    response.end(Buffer.from(await answer.arrayBuffer()));
  } catch {
    response.writeHead(502).end();
  }
});

listen(server, Number(PORT), 'The page is');
