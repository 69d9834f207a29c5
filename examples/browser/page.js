// The page: it opens the document of the form. Nothing here prints a token.
import { createTokens } from './tokens.js';
import { openViewer } from './viewer.js';

// Your OIDC client gives you this token, and a new one if `renew` is true. Here, serve.js asks the local stack for one.
const callerToken = async () => (await fetch('/caller-token')).text();

const show = (id, text) => (document.getElementById(id).textContent = text);

function explain({ status, message }) {
  if (status === 401) return 'Please sign in again.';
  if (status === 403) return 'You have no access to this document.';
  return `The document cannot be opened now: ${message}`;
}

/** Opens a document at the stand-in for Document Engine, which has no viewer. */
async function openAtStandIn(tokens, { documentId, layer }) {
  async function open({ jwt, refreshAt }) {
    const query = new URLSearchParams({ documentId, layer });
    const answer = await fetch(`/document-engine/local/open?${query}`, {
      headers: { authorization: `Bearer ${jwt}` },
    });
    show('status', `Opened. The next token is due at ${new Date(refreshAt).toLocaleTimeString()}.`);
    show('answer', await answer.text());
  }
  const first = await tokens.mint();
  await open(first);
  return tokens.keepFresh(first, open, (error) => show('status', explain(error)));
}

let close;

document.getElementById('open').addEventListener('submit', async (event) => {
  event.preventDefault();
  close?.();
  show('answer', '');
  const request = Object.fromEntries(new FormData(event.target));
  // In your app, `api` is the address of Layermint. Here, serve.js passes requests on.
  const tokens = createTokens({ api: '', request, callerToken });
  try {
    close = globalThis.NutrientViewer
      ? await openViewer(globalThis.NutrientViewer, '#viewer', tokens, (error) =>
          show('status', explain(error)),
        )
      : await openAtStandIn(tokens, request);
  } catch (error) {
    show('status', explain(error));
  }
});
