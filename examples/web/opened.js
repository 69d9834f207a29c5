import { connectViewer } from '@layermint/client';
import { element, layerInWords, make, name, say, show } from './elements.js';
import { duration, inWords, permissionsInWords } from './words.js';

/**
 * Opens a document, and shows the life of its token until it is closed.
 *
 * @param {import('@layermint/client').TokenSource} source
 * @param {{ documentId: string, layer: string, ttlSeconds?: number }} request
 * @param {boolean} hasViewer - false: Document Engine is the stand-in, which shows nothing
 * @returns {() => void} closes it
 */
export function openDocument(source, request, hasViewer) {
  const { documentId, layer } = request;
  const title = element('document-title');
  title.replaceChildren(name(documentId), ', ', make('bdi', layerInWords(layer)));
  element('history').replaceChildren();
  element('token').replaceChildren();
  show('document');
  title.focus();
  say('Opening …');

  const closing = new AbortController();
  const stopClock = showLife();
  const closeViewer = hasViewer
    ? openInViewer(source, request)
    : openAtStandIn(source, request, closing.signal);
  // The viewer has a watch of its own. Both get the same tokens, for one request each time.
  source.watch(request, { onToken: stopClock.restart, onError: report }, { signal: closing.signal });

  return () => {
    closing.abort();
    stopClock();
    closeViewer();
    show('document', false);
    say('');
  };
}

function report(error) {
  say(inWords(error));
  note(inWords(error));
}

/** Adds a line to the history. */
function note(text) {
  const time = make('time', new Date().toLocaleTimeString());
  const line = make('li');
  line.append(time, ` ${text}`);
  element('history').append(line);
}

/** Opens a document in Nutrient's Web SDK, which `index.html` has loaded. */
function openInViewer(source, { documentId, ...rest }) {
  show('viewer');
  const viewer = connectViewer(
    source,
    globalThis.NutrientViewer,
    {
      container: element('viewer'),
      documentId,
      baseUrl: new URL('viewer/', document.baseURI).href,
      nonce: document.querySelector('script[nonce]').nonce,
    },
    { ...rest, onLoaded: () => say('The document is open.'), onError: report },
  );
  return () => {
    viewer.close();
    show('viewer', false);
  };
}

/** Opens a document at the stand-in for Document Engine, which answers in words, and renews a refused token as the SDK does. */
function openAtStandIn(source, request, signal) {
  const { documentId, layer } = request;
  let token;

  async function ask() {
    const query = new URLSearchParams({ documentId, layer });
    const answer = await fetch(`${token.serverUrl}/local/open?${query}`, {
      headers: { authorization: `Bearer ${token.jwt}` },
      signal,
    }).catch(() => undefined);
    if (signal.aborted) return;
    if (answer?.ok) {
      say('The document is open.');
      element('opened').textContent =
        'The stand-in for Document Engine accepts the token. With a real one, Nutrient’s viewer shows the document here.';
    } else if (answer?.status === 401 || answer?.status === 403) {
      note('Document Engine refused the token. Another one is asked for.');
      element('opened').textContent = 'Document Engine refuses the token.';
      await source.renew(request, { refused: token.jwt, signal }).catch(() => undefined); // The watch tells.
    } else {
      say('Document Engine cannot be reached.');
    }
  }

  const onClick = () => void (token && ask());
  show('stand-in');
  element('opened').textContent = '';
  element('ask').addEventListener('click', onClick, { signal });
  source.watch(
    request,
    {
      onToken: (next) => {
        token = next;
        void ask();
      },
      onError: () => (element('opened').textContent = ''),
    },
    { signal },
  );
  return () => show('stand-in', false);
}

/** Shows the newest token in words, and counts down. The token itself is never shown. */
function showLife() {
  let timer;
  let count = 0;

  function restart(token) {
    count += 1;
    const since = performance.now();
    const at = (time) => Date.parse(token[time]) - Date.parse(token.issuedAt);
    note(`${count === 1 ? 'First token' : 'Renewed'}. It lives for ${duration(at('expiresAt'))}.`);
    const rows = {
      Document: name(token.documentId),
      Layer: make('bdi', layerInWords(token.layer)),
      User: name(token.userId),
      'You can': make('span', permissionsInWords(token.permissions)),
      'Next renewal in': make('span', '', { role: 'timer' }),
      'Expires in': make('span', '', { role: 'timer' }),
    };
    element('token').replaceChildren(
      ...Object.entries(rows).flatMap(([term, value]) => {
        const definition = make('dd');
        definition.append(value);
        return [make('dt', term), definition];
      }),
    );
    const tick = () => {
      const age = performance.now() - since;
      rows['Next renewal in'].textContent = duration(at('refreshAt') - age);
      rows['Expires in'].textContent = duration(at('expiresAt') - age);
    };
    clearInterval(timer);
    timer = setInterval(tick, 1000);
    tick();
  }

  return Object.assign(() => clearInterval(timer), { restart });
}
