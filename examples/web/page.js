// The page: sign in, choose a document, open it, sign out. Nothing here shows or stores a token.
import { createTokenSource } from '@layermint/client';
import { addDocuments, listDocuments } from './documents.js';
import { element, make, say, show } from './elements.js';
import { openDocument } from './opened.js';
import { signIn } from './sign-in.js';
import { inWords } from './words.js';

const { api, tokenEndpoint, hasViewer, users } = await (await fetch('settings.json')).json();
if (hasViewer) document.head.append(make('script', '', { src: 'viewer/nutrient-viewer.js' }));

let session;
let close;

function closeDocument() {
  close?.();
  close = undefined;
}

/** Lets the user repeat the step that failed. */
function offerAgain(step) {
  show('again', step !== undefined);
  element('again').onclick = step ? () => void step() : null;
}

function open(documentId, layer) {
  closeDocument();
  const ttlSeconds = Number(element('life').value);
  const request = { documentId, layer, ...(ttlSeconds > 0 && { ttlSeconds }) };
  close = openDocument(session.source, request, hasViewer);
}

async function loadPage(cursor) {
  offerAgain(undefined);
  const { callerToken } = session;
  try {
    const { documents, nextCursor } = await listDocuments(api, callerToken, cursor);
    if (session?.callerToken !== callerToken) return; // Another user has signed in meanwhile.
    addDocuments(documents, open);
    show('more', nextCursor !== undefined);
    element('more').onclick = () => void loadPage(nextCursor);
  } catch ({ status }) {
    say(
      status === 401
        ? 'Please sign in again.'
        : navigator.onLine
          ? 'Your documents cannot be listed now.'
          : 'You are offline.',
    );
    if (status !== 401) offerAgain(() => loadPage(cursor));
  }
}

function start(user) {
  const callerToken = signIn(tokenEndpoint, user);
  session = { callerToken, source: createTokenSource({ api, callerToken, user: () => user }) };
  element('user').textContent = user;
  element('documents').replaceChildren();
  show('sign-in', false);
  for (const id of ['session', 'list']) show(id);
  say(`Signed in as ${user}.`);
  element('list-title').focus();
  void loadPage();
}

function end() {
  closeDocument();
  for (const id of ['session', 'list']) show(id, false);
  show('sign-in');
  offerAgain(undefined);
  element('users').focus();
}

async function signOut() {
  const { source } = session;
  // Somebody else can sign in meanwhile, and must not get the words, nor a button that signs them out.
  const isOver = () => session.source !== source;
  end();
  say('Signing out …');
  try {
    await source.signOut();
    if (isOver()) return;
    say(
      'You are signed out. The tokens on your other devices are revoked. An app that is still signed in there gets new ones.',
    );
  } catch (error) {
    if (isOver()) return;
    say(
      `You are signed out here. The tokens on your other devices live until they expire. ${inWords(error)}`,
    );
    offerAgain(signOut);
  }
}

element('sign-in').addEventListener('submit', (event) => {
  event.preventDefault();
  start(element('users').value);
});
element('session').addEventListener('submit', (event) => {
  event.preventDefault();
  void signOut();
});
element('close').addEventListener('click', () => {
  closeDocument();
  element('life').focus();
});

element('users').append(...users.map((user) => make('option', user, { value: user })));
show('sign-in');
