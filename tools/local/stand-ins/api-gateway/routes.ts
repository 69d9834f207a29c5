/** A route of an HTTP API. */
export interface Route {
  /** `POST /v1/tokens`, `ANY /{proxy+}` or `$default`. */
  readonly key: string;
  readonly functionName: string;
  /** The authorizer's name; a route without one is public. */
  readonly authorizer?: string;
  /** Scopes of which the token must have one; none = any token. */
  readonly scopes?: readonly string[];
}

/** The route that a request takes. */
export interface RouteMatch {
  readonly route: Route;
  /** The part of the request's path for each `{name}` and `{name+}` of the route's path. */
  readonly pathParameters: Readonly<Record<string, string>> | undefined;
}

const DEFAULT = '$default';

/**
 * Chooses a route as API Gateway's HTTP APIs do (developer guide, "Routing API requests"): the most specific path that has the
 * request's method, `{name}` before the greedy `{name+}`, and `$default` for all other requests.
 *
 * @param path - decoded, beginning with a slash
 * @returns undefined if no route matches and there is no `$default`
 */
export function matchRoute(routes: readonly Route[], method: string, path: string): RouteMatch | undefined {
  const segments = path.slice(1).split('/');
  const best = routes
    .flatMap((route) => {
      const [routeMethod = '', pattern] = route.key.split(' ');
      if (pattern === undefined || (routeMethod !== method && routeMethod !== 'ANY')) return [];
      const parts = pattern.slice(1).split('/');
      const pathParameters = matchSegments(parts, segments);
      // Compared as text: every segment's kind from the left, then the method.
      const rank = parts.map(kindOf).join('') + (routeMethod === 'ANY' ? '1' : '0');
      return pathParameters === undefined ? [] : [{ route, pathParameters, rank }];
    })
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))[0];
  if (best !== undefined) {
    const { route, pathParameters } = best;
    return { route, pathParameters: Object.keys(pathParameters).length === 0 ? undefined : pathParameters };
  }
  const fallback = routes.find(({ key }) => key === DEFAULT);
  return fallback && { route: fallback, pathParameters: undefined };
}

/** 0 for a fixed segment, 1 for `{name}`, 2 for `{name+}`: less is more specific. */
function kindOf(part: string): '0' | '1' | '2' {
  if (!part.startsWith('{')) return '0';
  return part.endsWith('+}') ? '2' : '1';
}

function matchSegments(
  parts: readonly string[],
  segments: readonly string[],
): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  for (const [at, part] of parts.entries()) {
    const segment = segments[at];
    if (segment === undefined) return undefined;
    switch (kindOf(part)) {
      case '0':
        if (segment !== part) return undefined;
        break;
      case '1':
        if (segment === '') return undefined;
        parameters[part.slice(1, -1)] = segment;
        break;
      case '2':
        parameters[part.slice(1, -2)] = segments.slice(at).join('/');
        return parameters;
    }
  }
  return parts.length === segments.length ? parameters : undefined;
}
