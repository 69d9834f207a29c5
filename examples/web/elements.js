// Elements of the page. Names come from users: they are only ever set as text, never as markup.

export const element = (id) => document.getElementById(id);

/** Makes an element with text and attributes. */
export function make(tag, text = '', attributes = {}) {
  const made = document.createElement(tag);
  made.textContent = text;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

/** Makes a name of its own direction: a name in another script must not reorder the text beside it. */
export const name = (text) => make('bdi', text, { class: 'name' });

/** Says what has happened. A screen reader reads it out. */
export function say(text) {
  element('status').textContent = text;
}

export const show = (id, isShown = true) => {
  element(id).hidden = !isShown;
};

/** Names a layer in words. */
export const layerInWords = (layer) => (layer === '' ? 'the default layer' : `layer ${layer}`);
