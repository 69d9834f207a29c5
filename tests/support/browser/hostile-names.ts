/** Sets `window.hit`, if a page takes the text for HTML. */
const MARKUP = '<img src=x onerror="hit=1"><script>hit=1</script><svg onload=hit=1>';

/** Names that a page must show as they are. Users, groups and layers can be called so. */
export const HOSTILE_NAMES = {
  markup: MARKUP,
  'quotes that end an attribute': `"'> ${MARKUP} <a href="javascript:hit=1">x</a>`,
  'a template': '{{hit=1}} ${hit=1} <%= hit=1 %>',
  'an address': '../../../v1/caller?x=1&everyone#/keys',
  'a name of JavaScript': '__proto__',
  'a text that reads backwards (U+202E)': 'carol\u202E)renwo( bob',
  'a name that looks like another (U+200B)': 'alice\u200B',
  'a long word': 'W'.repeat(120),
} as const;

/** A hostile name as a person sees it. */
export const asShown = (name: string): string =>
  name.replaceAll('\u202E', '[U+202E]').replaceAll('\u200B', '[U+200B]');
