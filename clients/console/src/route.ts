import { useEffect, useState } from 'preact/hooks';

/** The address of a section: `#/<path>/<more>`. */
export interface Route {
  readonly path: string;
  readonly more: readonly string[];
}

/** Reads the address. A part that is not percent-encoded UTF-8 is left out. */
export function routeOf(hash: string): Route {
  const [path = '', ...more] = hash.replace(/^#\/?/, '').split('/').flatMap(decoded);
  return { path, more };
}

/** Writes the address of a section. */
export function hashOf(path: string, ...more: readonly string[]): string {
  return `#/${[path, ...more].map(encodeURIComponent).join('/')}`;
}

/** Gives the present address to a component, which renders again after a change. */
export function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const update = (): void => {
      setHash(location.hash);
    };
    update();
    addEventListener('hashchange', update);
    return () => {
      removeEventListener('hashchange', update);
    };
  }, []);
  return routeOf(hash);
}

function decoded(part: string): string[] {
  try {
    return [decodeURIComponent(part)];
  } catch {
    return [];
  }
}
