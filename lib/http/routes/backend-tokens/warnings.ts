import { hintOf } from '../../messages/hints.ts';
import { pointerTo, type InputFault } from '../../problems/problem.ts';

/** The lists of a request that can hold values with a doubtful effect. */
interface Allowed {
  readonly allowedOperations: readonly string[] | string;
  readonly allowedOrigins?: readonly string[] | undefined;
}

/**
 * Lists the values that Document Engine probably does not read as the caller means them. They are not refused: a release of Document
 * Engine can know other operations, and how it matches origins is not documented.
 *
 * @param known - the operations that Document Engine documents
 */
export function warningsOf({ allowedOperations, allowedOrigins = [] }: Allowed, known: readonly string[]) {
  const operations = typeof allowedOperations === 'string' ? [] : allowedOperations;
  return [
    ...warningsIn('allowedOperations', operations, (name) => doubtAboutOperation(name, known)),
    ...warningsIn('allowedOrigins', allowedOrigins, doubtAboutOrigin),
  ];
}

function warningsIn(
  member: string,
  values: readonly string[],
  doubtAbout: (value: string) => string | undefined,
): InputFault[] {
  return values.flatMap((value, at) => {
    const detail = doubtAbout(value);
    return detail === undefined ? [] : [{ pointer: pointerTo([member, at]), detail }];
  });
}

function doubtAboutOperation(name: string, known: readonly string[]): string | undefined {
  if (known.includes(name)) return undefined;
  return `is not among the operations that Document Engine documents${hintOf(name, known)}`;
}

const PLAIN_ORIGIN = /^(?:https?:\/\/)?[\w.-]+(?::\d+)?$/i;

function doubtAboutOrigin(origin: string): string | undefined {
  if (/^https?:\/\/\*/i.test(origin)) {
    return String.raw`repeats the slash before "*"; for every subdomain, write ^(https://)?([a-z0-9-]+\.)+example\.com$`;
  }
  if (/^https?:\/\/[\w.:-]+\//i.test(origin)) {
    return 'has a slash after the host, and the Origin header of a browser never has one';
  }
  if (PLAIN_ORIGIN.test(origin) && origin !== origin.toLowerCase()) {
    return 'has upper-case letters, and the Origin header of a browser never has them';
  }
  return undefined;
}
