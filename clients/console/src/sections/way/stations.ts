import { ApiError } from '../../api.ts';
import type { Way } from './follow.ts';

/** The name of a station. */
export type StationName = 'caller-token' | 'claims' | 'grants' | 'decision' | 'token' | 'verdict';

/**
 * The result at a station. `passed`: the request continued; `warned`: it continued, and lacks something; `ended`: it ended here; `closed`:
 * the person may not look inside; `unreached`: it ended before, or has not begun.
 */
export type Result = 'passed' | 'warned' | 'ended' | 'closed' | 'unreached';

/** A station for the picture. */
export interface Station {
  readonly name: StationName;
  readonly title: string;
  /** The title at a glance. */
  readonly short: string;
  /** The event there, for a newcomer. */
  readonly says: string;
  readonly result: Result;
}

const STATIONS: readonly Omit<Station, 'result'>[] = [
  {
    name: 'caller-token',
    title: 'Caller token',
    short: 'Caller token',
    says: 'You sign in at your identity provider. It gives you a token that says who you are. The service checks its signature.',
  },
  {
    name: 'claims',
    title: 'Claims read',
    short: 'Claims read',
    says: 'The service reads your user id, groups and scopes from the caller token.',
  },
  {
    name: 'grants',
    title: 'Grants considered',
    short: 'Grants',
    says: 'A grant gives a user, a group or everyone a role on a document. The service looks for yours.',
  },
  {
    name: 'decision',
    title: 'Decision',
    short: 'Decision',
    says: 'The service joins the grants that count. Without one, it refuses the token.',
  },
  {
    name: 'token',
    title: 'Claims of the token',
    short: 'Token',
    says: 'The service signs a short-lived token. It opens this document and this layer only.',
  },
  {
    name: 'verdict',
    title: 'Document Engine’s verdict',
    short: 'Verdict',
    says: 'Document Engine gets the token from your app, and checks it by its own rules.',
  },
];

/** Lists the stations in the order of a request. @param way - absent before a request */
export function stationsOf(way: Way | undefined): readonly Station[] {
  return STATIONS.map((station) => ({ ...station, result: way ? RESULTS[station.name](way) : 'unreached' }));
}

const RESULTS: Readonly<Record<StationName, (way: Way) => Result>> = {
  'caller-token': ({ caller }) => (caller instanceof ApiError && caller.status === 401 ? 'ended' : 'passed'),
  claims: ({ caller }) => {
    if (caller instanceof ApiError) return caller.status === 401 ? 'unreached' : 'ended';
    return caller.unread.length > 0 ? 'warned' : 'passed';
  },
  grants: ({ explanation }) => {
    if (explanation === undefined) return 'unreached';
    if (explanation === 'not-allowed' || explanation instanceof ApiError) return 'closed';
    return explanation.outcome === 'allowed' ? 'passed' : 'warned';
  },
  decision: ({ token }) => {
    if (token === undefined) return 'unreached';
    return token instanceof ApiError ? 'ended' : 'passed';
  },
  token: ({ inspection, token }) => {
    if (token === undefined || token instanceof ApiError) return 'unreached';
    return inspection instanceof ApiError ? 'closed' : 'passed';
  },
  verdict: ({ inspection }) => {
    if (inspection === undefined) return 'unreached';
    if (inspection instanceof ApiError) return 'closed';
    return inspection.accepted ? 'passed' : 'ended';
  },
};

/** Says how the way ended in one sentence. */
export function summaryOf(stations: readonly Station[]): string {
  const at = stations.findIndex(({ result }) => result === 'ended');
  const ended = stations[at];
  if (ended !== undefined) return `The way ends at station ${at + 1}: ${ended.title}.`;
  return stations.at(-1)?.result === 'passed'
    ? 'You get a token, and Document Engine would accept it.'
    : 'You get a token. Document Engine’s verdict is not known.';
}
