// Runs in Chromium, beside Nutrient's Web SDK: connectViewer with a token source that the test plays.
import { connectViewer } from '../../../clients/typescript/src/viewer.ts';

const encoded = (value) => btoa(JSON.stringify(value)).replace(/=+$/, '');

/** Makes a token with a JWT that the SDK can read. Its number is in its `jti`. */
const tokenOf = (serverUrl, number) => ({
  serverUrl,
  jwt: `${encoded({ alg: 'ES256' })}.${encoded({ document_id: 'doc', jti: `token-${number}` })}.c2lnbmF0dXJl`,
});

let number = 0;
const renewals = [];
const errors = [];
const connections = [];

globalThis.viewerInPage = {
  /** Connects a viewer, and gives it its first token. */
  connect(serverUrl, configuration) {
    const connection = {};
    const source = {
      watch: (request, listener, { signal }) => {
        Object.assign(connection, { listener, signal });
        return { close: () => undefined };
      },
      renew: async (request, { refused }) => {
        renewals.push(JSON.parse(atob(refused.split('.')[1])).jti);
        return tokenOf(serverUrl, (number += 1));
      },
    };
    connection.viewer = connectViewer(
      source,
      globalThis.NutrientViewer,
      {
        documentId: 'doc',
        instant: false,
        baseUrl: `${location.origin}/sdk/`,
        ...(configuration.container ? {} : { headless: true }),
        ...configuration,
      },
      { onError: ({ code, cause }) => errors.push(`${code}: ${cause?.message}`) },
    );
    connections.push(connection);
    this.renew(serverUrl);
  },
  /** Gives a viewer its next token, as at `refreshAt`. The newest one unless told otherwise. */
  renew(serverUrl, index = -1) {
    connections.at(index).listener.onToken(tokenOf(serverUrl, (number += 1)));
  },
  loaded: () =>
    connections.at(-1).viewer.loaded.then(
      () => 'loaded',
      ({ code, cause }) => `${code}: ${cause?.message}`,
    ),
  /** Lets the SDK ask Document Engine for something. */
  outline: async () => (await connections.at(-1).viewer.instance.getDocumentOutline()).size,
  close: () => connections.at(-1).viewer.close(),
  /** Unloads the instance behind the back of connectViewer. */
  unload: () => globalThis.NutrientViewer.unload(connections.at(-1).viewer.instance),
  state(index = -1) {
    const { viewer, signal } = connections.at(index);
    return { errors, renewals, isWatching: !signal.aborted, isLoaded: viewer.instance !== undefined };
  },
};
