import { LayermintError } from './layermint.js';

const NO_ACCESS = { status: 403, body: { error: 'You have no access to this document.' } };
const NOT_SIGNED_IN = { status: 401, body: { error: 'Sign in first.' } };
const NOT_FOUND = { status: 404, body: { error: 'There is no such page.' } };
const FAILED = { status: 500, body: { error: 'This did not work.' } };
const BUSY = {
  status: 503,
  headers: { 'retry-after': '5' },
  body: { error: 'Please try again in a moment.' },
};

/**
 * Makes the request handler of a backend with two routes for its signed-in users:
 *
 * - `POST /documents` uploads a PDF and makes the user its owner;
 * - `POST /documents/{id}/token` mints a token that opens the document for the user.
 *
 * @param {ReturnType<import('./layermint.js').createLayermint>} layermint
 * @param {ReturnType<import('./document-engine.js').createUpload>} upload
 * @param {(request: import('node:http').IncomingMessage) => { id: string, name?: string } | undefined} userOf - the user of
 *   the request's session. It comes from the session alone: a user id in a body or a query could name anybody
 * @param {(line: string) => void} log
 */
export function createHandler({ layermint, upload, userOf, log }) {
  async function answerTo(request) {
    const user = userOf(request);
    if (user === undefined) return NOT_SIGNED_IN;
    const route = `${request.method} ${request.url}`;
    if (route === 'POST /documents') {
      const documentId = await upload(request);
      await layermint.giveToOwner(documentId, user.id);
      return { status: 201, body: { documentId } };
    }
    const [, documentId] = /^POST \/documents\/([\w.~:@-]+)\/token$/.exec(route) ?? [];
    if (documentId === undefined) return NOT_FOUND;
    return { status: 201, body: await layermint.mintFor(user, documentId) };
  }

  function answerToFailure(error) {
    // Messages of errors hold no tokens. Bodies and headers of requests do, so they are not logged.
    log(`A request failed: ${error.message}`);
    if (!(error instanceof LayermintError)) return FAILED;
    if (error.status === 403) return NO_ACCESS;
    return error.status === 429 || error.status === 503 ? BUSY : FAILED;
  }

  return (request, response) => {
    void answerTo(request)
      .catch(answerToFailure)
      .then(({ status, headers, body }) => {
        response.writeHead(status, {
          'content-type': 'application/json',
          'cache-control': 'no-store',
          ...headers,
        });
        response.end(JSON.stringify(body));
      });
  };
}
