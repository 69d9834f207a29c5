import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Endpoint } from './service-endpoint.ts';

/** The largest number of connections of a client. The SDK's own. */
const MOST = 50;

/** The connections of a client to its service, which stay open from call to call. */
export interface Connections {
  /** The option of the SDK's handler. */
  readonly option: { readonly httpAgent: HttpAgent } | { readonly httpsAgent: HttpsAgent };
  /** Lets calls that are made at the same time have a connection each. */
  readonly allowMore: () => void;
}

/**
 * Makes the connections of a client. Until {@link Connections.allowMore} there is one: a call that is made while the first call waits
 * for its answer takes over its connection. At the start of a process that is sooner than another TLS handshake, which takes two
 * round trips and 4 ms of the processor.
 */
export function connectionsTo({ protocol }: Pick<Endpoint, 'protocol'>): Connections {
  const options = { keepAlive: true, maxSockets: 1 };
  const isTls = protocol === 'https:';
  const agent = isTls ? new HttpsAgent(options) : new HttpAgent(options);
  return {
    option: agent instanceof HttpsAgent ? { httpsAgent: agent } : { httpAgent: agent },
    allowMore: () => {
      agent.maxSockets = MOST;
    },
  };
}
