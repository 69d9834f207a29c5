// Serves the page to this machine. Your app needs none of it: any web server can serve the page, and the page calls Layermint,
// the identity provider and Document Engine directly, on origins of their own.
import { build } from 'esbuild';
import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findLocalStack, listen } from '../local-stack.js';

const { LAYERMINT_API = 'http://127.0.0.1:4747', PORT = '4801' } = process.env;

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8', // Nutrient's Web SDK does not run as Latin-1.
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

const here = (path) => new URL(path, import.meta.url);
const SDK = here('../../node_modules/@nutrient-sdk/viewer/dist/');

const {
  tokenEndpoint,
  documentEngine,
  documentEngineKind,
  callers = {},
} = await findLocalStack(LAYERMINT_API, {
  realDocumentEngine: true,
});
const hasViewer = documentEngineKind === 'real';

// Read by the page. Nothing in it is secret: the demo users have no passwords.
const settings = {
  api: LAYERMINT_API,
  tokenEndpoint,
  hasViewer,
  users: Object.keys(callers).filter((user) => user !== 'backend'),
};

/** Bundles the page with the client, which is not published. In your app, `npm install` takes its place. */
async function bundle() {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(here('page.js'))],
    alias: { '@layermint/client': fileURLToPath(here('../../clients/typescript/src/index.ts')) },
    bundle: true,
    format: 'esm',
    target: 'es2022',
    write: false,
    logLevel: 'error',
  });
  return outputFiles[0].contents;
}

const script = await bundle();

/** The Content-Security-Policy. Scripts come from here alone, and tokens go to the three servers alone. */
function policy(nonce) {
  const origins = [LAYERMINT_API, tokenEndpoint, documentEngine].map((url) => new URL(url).origin).join(' ');
  const socket = new URL(documentEngine).origin.replace(/^http/, 'ws');
  return [
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ...(hasViewer
      ? [
          "script-src 'self' 'wasm-unsafe-eval'",
          'worker-src blob:',
          `style-src 'self' 'nonce-${nonce}'`,
          `img-src 'self' data: blob: ${new URL(documentEngine).origin}`,
          "font-src 'self' data:",
          `connect-src 'self' ${origins} ${socket}`,
        ]
      : [
          "script-src 'self'; style-src 'self'; img-src data:; require-trusted-types-for 'script'; trusted-types 'none'",
          `connect-src 'self' ${origins}`,
        ]),
  ].join('; ');
}

const file = async (url) => ({ type: TYPES[extname(url.pathname)], body: await readFile(url) });

/** Finds a file of the Web SDK. The path is a URL's, so it cannot leave the folder. */
async function fileOfSdk(path) {
  const url = new URL(path, SDK);
  if (!url.href.startsWith(SDK.href) || !(await stat(url)).isFile()) throw new Error('No such file');
  return { type: TYPES[extname(url.pathname)] ?? 'application/octet-stream', body: createReadStream(url) };
}

async function answerTo(path) {
  if (path === '/') {
    const nonce = randomBytes(16).toString('base64');
    const page = await readFile(here('index.html'), 'utf8');
    const headers = { 'content-security-policy': policy(nonce) };
    return { type: TYPES['.html'], body: page.replace('{nonce}', nonce), headers };
  }
  if (path === '/page.js') return { type: TYPES['.js'], body: script };
  if (path === '/page.css') return file(here('page.css'));
  if (path === '/settings.json') return { type: TYPES['.json'], body: JSON.stringify(settings) };
  if (hasViewer && path.startsWith('/viewer/')) return fileOfSdk(path.slice('/viewer/'.length));
  throw new Error('No such file');
}

const server = createServer(async ({ url }, response) => {
  try {
    const { type, body, headers } = await answerTo(url.split('?')[0]);
    response.writeHead(200, {
      'content-type': type,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      ...headers,
    });
    if (typeof body === 'string' || body instanceof Uint8Array) response.end(body);
    else body.pipe(response);
  } catch {
    response.writeHead(404).end();
  }
});

listen(server, Number(PORT), 'The page is');
