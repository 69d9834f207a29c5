// The paths that a running stack serves beside the API. Commands import this file alone, as the stack itself takes seconds to load.

/** The path at which a running stack describes itself. */
export const DESCRIPTION_PATH = '/local';

/** The path at which it names its table and the table's endpoint. */
export const TABLE_PATH = '/local/table';

/** The path under which it shows its functions, as AWS's Lambda API does. */
export const FUNCTIONS_PATH = '/local/functions';

/** Names the path at which a demo caller's token is served. */
export function callerTokenPath(userId: string): string {
  return `/local/callers/${userId}/token`;
}

/** Names the path of a function, or of an action on it. */
export function functionPath(functionName: string, action?: 'restart' | 'invoke'): string {
  return [FUNCTIONS_PATH, functionName, ...(action === undefined ? [] : [action])].join('/');
}
