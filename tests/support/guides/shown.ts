const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

const REST = '…';

type Members = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Compares an answer that a guide shows with the real one. In the shown one, `…` in a text stands for anything, a member or
 * an element `"…"` for all others, and a time for any time.
 *
 * @returns the differences in words, each with a path; none if the guide is right
 */
export function differencesFrom(shown: unknown, answered: unknown, path = 'the answer'): string[] {
  if (Array.isArray(shown)) return differencesOfList(shown, answered, path);
  if (isObject(shown)) return differencesOfObject(shown, answered, path);
  if (typeof shown === 'string' && typeof answered === 'string' && isLike(shown, answered)) return [];
  return shown === answered ? [] : [`${path} is ${JSON.stringify(answered)}, not ${JSON.stringify(shown)}`];
}

/** Tells whether a text is the shown one, `…` standing for anything and a time for any time. */
export function isLike(shown: string, answered: string): boolean {
  if (TIME.test(shown)) return TIME.test(answered);
  const parts = shown.split(REST).map((part) => RegExp.escape(part));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(answered);
}

function differencesOfObject(shown: Members, answered: unknown, path: string): string[] {
  if (!isObject(answered)) return [`${path} is no object`];
  const names = Object.keys(shown).filter((name) => name !== REST);
  const more = REST in shown ? [] : Object.keys(answered).filter((name) => !names.includes(name));
  return [
    ...names.flatMap((name) =>
      name in answered
        ? differencesFrom(shown[name], answered[name], `${path}.${name}`)
        : [`${path} has no member "${name}"`],
    ),
    ...more.map((name) => `${path} has a member "${name}" that is not shown`),
  ];
}

function differencesOfList(shown: readonly unknown[], answered: unknown, path: string): string[] {
  if (!Array.isArray(answered)) return [`${path} is no list`];
  const elements: readonly unknown[] = answered;
  if (shown.includes(REST)) {
    return shown
      .filter((it) => it !== REST)
      .filter((it) => !elements.some((element) => differencesFrom(it, element).length === 0))
      .map((it) => `${path} has no element like ${JSON.stringify(it)}`);
  }
  if (shown.length !== elements.length) {
    return [`${path} has ${elements.length} elements, not ${shown.length}`];
  }
  return shown.flatMap((it, at) => differencesFrom(it, elements[at], `${path}[${at}]`));
}
