import { connectionDropped, textAnswer, type HttpAnswer, type HttpRequest } from '../loopback-server.ts';
import type { Faults } from '../faults.ts';

/** A route. Each `:name` in its pattern is a parameter, which is percent-decoded. */
export interface Route<Operation extends string> {
  readonly operation: Operation;
  readonly method: 'GET' | 'POST';
  readonly pattern: string;
  readonly answer: (request: HttpRequest, parameters: PathParameters) => HttpAnswer;
}

/** Reads a parameter of a path by name. Throws if the pattern does not have it. */
export type PathParameters = (name: string) => string;

/** Answers a request by the first matching route: 404 without one, 405 for another method, 400 for bad encoding. */
export async function route<Operation extends string>(
  request: HttpRequest,
  routes: readonly Route<Operation>[],
  faults: Faults<Operation>,
): Promise<HttpAnswer | typeof connectionDropped> {
  const segments = decodeSegments(request.path);
  if (segments === undefined) return textAnswer(400, 'The path is not percent-encoded UTF-8');
  const matches = routes.flatMap((candidate) => {
    const parameters = match(candidate.pattern.split('/'), segments);
    return parameters === undefined ? [] : [{ candidate, parameters }];
  });
  const found = matches.find(({ candidate }) => candidate.method === request.method);
  if (found !== undefined) {
    const { candidate, parameters } = found;
    return faults.around(candidate.operation, () =>
      Promise.resolve(candidate.answer(request, (name) => parameterNamed(name, parameters))),
    );
  }
  if (matches.length === 0) return textAnswer(404, 'There is nothing at this path');
  const allow = [...new Set(matches.map(({ candidate }) => candidate.method))].join(', ');
  return textAnswer(405, `This path takes ${allow}`, { allow });
}

function decodeSegments(path: string): string[] | undefined {
  try {
    return path.split('/').map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

function match(pattern: readonly string[], segments: readonly string[]): Map<string, string> | undefined {
  if (pattern.length !== segments.length) return undefined;
  const parameters = new Map<string, string>();
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index] ?? '';
    if (part.startsWith(':')) parameters.set(part.slice(1), segment);
    else if (part !== segment) return undefined;
  }
  return parameters;
}

function parameterNamed(name: string, parameters: ReadonlyMap<string, string>): string {
  const value = parameters.get(name);
  if (value === undefined) throw new Error(`The route has no parameter ${name}.`);
  return value;
}
