import { element, layerInWords, make, name, show } from './elements.js';

/**
 * Gets one page of the documents that the user can open.
 *
 * @param {string} api
 * @param {(options: { renew: boolean }) => Promise<string>} callerToken
 * @param {string} [cursor] - `nextCursor` of the page before
 * @throws {Error} with the `status` of the answer
 */
export async function listDocuments(api, callerToken, cursor) {
  const query = cursor === undefined ? '' : `?${new URLSearchParams({ cursor })}`;
  for (const renew of [false, true]) {
    const answer = await fetch(`${api}/v1/documents${query}`, {
      headers: { authorization: `Bearer ${await callerToken({ renew })}` },
    });
    if (answer.ok) return answer.json();
    if (answer.status === 401 && !renew) continue; // The caller token is not accepted any more: once with a new one.
    const problem = await answer.json().catch(() => ({}));
    throw Object.assign(new Error(problem.detail ?? problem.message), { status: answer.status });
  }
}

/** Adds documents to the list, with a button for each layer. */
export function addDocuments(documents, open) {
  for (const { documentId, layers } of documents) {
    const title = make('p');
    title.append(name(documentId));
    const choices = make('div', '', { class: 'layers' });
    for (const layer of layers) choices.append(choice(documentId, layer, open));
    const item = make('li');
    item.append(title, choices);
    element('documents').append(item);
  }
  show('none', element('documents').children.length === 0);
}

/** Makes a button for a layer, or a form for a name if every shared layer can be opened. */
function choice(documentId, { anyLayer, layer, permissions }, open) {
  if (anyLayer) {
    const form = make('form', '', { class: 'layers' });
    const input = make('input', '', { name: 'layer', maxlength: '256', placeholder: 'the default layer' });
    const label = make('label', 'Any layer of ');
    label.append(name(documentId), ' ', input);
    form.append(label, make('button', 'Open'));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      open(documentId, input.value);
    });
    return form;
  }
  const button = make('button', '', { type: 'button' });
  const rights = permissions.includes('write') ? 'read and write' : 'read';
  button.append('Open ', name(documentId), ', ', make('bdi', layerInWords(layer)), ` (${rights})`);
  button.addEventListener('click', () => open(documentId, layer));
  return button;
}
