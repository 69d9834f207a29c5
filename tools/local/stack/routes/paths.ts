// The paths that a running stack serves beside the API. Commands import this file alone, as the stack itself takes seconds to load.

/** The path at which a running stack describes itself to apps of this machine, without anything secret. */
export const DESCRIPTION_PATH = '/local';

/** The paths at which it shows its metrics and its alarms, as text or JSON. */
export const METRICS_PATH = '/local/metrics';
export const ALARMS_PATH = '/local/alarms';

/** The path at which it shows its latest audit records. */
export const DECISIONS_PATH = '/local/decisions';

/** The path at which it shows the state of its signing keys, and the one at which its own page can have the key rotated. */
export const SIGNING_KEY_PATH = '/local/signing-key';
export const ROTATE_PATH = '/local/rotate';

/** The path at which it shows the dashboard of a stage, as a page. */
export const DASHBOARD_PATH = '/local/dashboard';

/** Everything below this path is for commands: it needs the proof that they know the stack's secret. */
export const COMMANDS_PATH = '/local/commands';

/** The path at which it describes itself with everyone's token. */
export const FULL_DESCRIPTION_PATH = `${COMMANDS_PATH}/description`;

/** The path at which it names its table and the table's endpoint. */
export const TABLE_PATH = `${COMMANDS_PATH}/table`;

/** The path at which it names the endpoint of CloudWatch Logs, and the log group of the audit log. */
export const LOGS_PATH = `${COMMANDS_PATH}/logs`;

/** The path under which it shows its faults, and begins and ends them. */
export const FAULTS_PATH = `${COMMANDS_PATH}/faults`;

/** The path under which it shows the failure queue, calls its functions again, and empties it. */
export const FAILURES_PATH = `${COMMANDS_PATH}/failures`;

/** The same as {@link METRICS_PATH} and {@link ALARMS_PATH}, with a proof of the stack. */
export const PROVEN_METRICS_PATH = `${COMMANDS_PATH}/metrics`;
export const PROVEN_ALARMS_PATH = `${COMMANDS_PATH}/alarms`;

/** The path under which it shows its functions, as AWS's Lambda API does. */
export const FUNCTIONS_PATH = `${COMMANDS_PATH}/functions`;

/** Names the path at which a demo user's token is served. */
export function callerTokenPath(userId: string): string {
  return `/local/callers/${userId}/token`;
}

/** Names the path of a function, or of an action on it. */
export function functionPath(functionName: string, action?: 'restart' | 'invoke'): string {
  return [FUNCTIONS_PATH, functionName, ...(action === undefined ? [] : [action])].join('/');
}
