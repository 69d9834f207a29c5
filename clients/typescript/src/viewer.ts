import { LayermintError } from './errors.ts';
import type { Token, TokenRequest, TokenSource } from './source-types.ts';

/** The part of an instance of Nutrient's Web SDK that is used here. Older versions have no `setSession`. */
export interface ViewerInstance {
  setSession?(jwt: string): void;
  readonly viewState?: unknown;
}

/** The part of Nutrient's Web SDK that is used here: `NutrientViewer`, or `PSPDFKit` in older versions. */
export interface ViewerSdk<Configuration, Instance> {
  load(configuration: Configuration): Promise<Instance>;
  unload(target: unknown): unknown;
}

/** The members of the SDK's configuration that come from the token, or belong to its renewal. */
type Ours = 'authPayload' | 'onAuthFailed' | 'signal' | 'serverUrl' | 'instant' | 'documentId';

/**
 * The SDK's configuration without `authPayload`, `onAuthFailed` and `signal`, which `connectViewer` sets. `serverUrl` comes from the
 * token and `instant` is true, unless they are given.
 */
export type ViewerConfiguration<Configuration> = (Configuration extends unknown
  ? 'authPayload' extends keyof Configuration
    ? Omit<Configuration, Ours> & Partial<Pick<Configuration, Extract<keyof Configuration, 'instant'>>>
    : never
  : never) & { readonly documentId: string; readonly serverUrl?: string };

/** The rest of the token request, and the application's callbacks. */
export interface ViewerOptions<Instance> extends Omit<TokenRequest, 'documentId'> {
  /** Receives the instance after each load. The document is loaded again if the SDK takes a new token in no other way. */
  readonly onLoaded?: (instance: Instance) => void;
  /** Receives each failure. After a final one, no more tokens come. A loaded document stays on the screen until `close()`. */
  readonly onError?: (error: LayermintError) => void;
}

/** A viewer with its renewals. */
export interface ViewerConnection<Instance> {
  /** Resolves once the document is loaded. Rejects with the error that `onError` takes too, or if `close()` comes first. */
  readonly loaded: Promise<void>;
  /** The loaded instance. Undefined before it is loaded and after it was unloaded. */
  readonly instance: Instance | undefined;
  /** Unloads the document and loads it with the newest token, at the same place. */
  reload(): void;
  /** Unloads the document and ends its renewals. Can be called at any time, also while it loads, and again. */
  close(): void;
}

/**
 * Opens a document in Nutrient's Web SDK, and gives the SDK a new token in time: at `refreshAt`, and when Document Engine refuses the
 * present one.
 *
 * The instance is held weakly. If the app unloads it by itself, renewals end at the next token.
 *
 * @param source - from `createTokenSource`
 * @param sdk - `NutrientViewer`
 * @param configuration - the SDK's own, with `container` and `documentId`
 * @param options - `layer` and other members of the mint request, `onLoaded`, `onError`
 * @returns at once; the document loads in the background
 * @example
 * const viewer = connectViewer(source, NutrientViewer, { container: '#viewer', documentId }, { layer, onError: show });
 * // When the user leaves the page:
 * viewer.close();
 */
export function connectViewer<Configuration, Instance extends ViewerInstance>(
  source: Pick<TokenSource, 'watch' | 'renew'>,
  sdk: ViewerSdk<Configuration, Instance>,
  configuration: ViewerConfiguration<Configuration>,
  { onLoaded, onError, ...rest }: ViewerOptions<Instance> = {},
): ViewerConnection<Instance> {
  const request = { documentId: configuration.documentId, ...rest };
  const { container } = configuration as { readonly container?: unknown };
  const life = new AbortController();
  const { signal } = life;
  let token: Token | undefined;
  let load: AbortController | undefined; // Stays set after a failure: the SDK shows its error in the container then.
  let instance: WeakRef<Instance> | undefined;
  let mayRetry = true;
  let resolve!: () => void;
  let reject!: (error: LayermintError) => void;
  const loaded = new Promise<void>((...settle) => {
    [resolve, reject] = settle;
  });
  loaded.catch(() => undefined); // `onError` takes the error too.

  /** Ends the renewals, and the load that runs. A loaded document stays. */
  function end(cause: unknown): void {
    if (signal.aborted) return;
    life.abort();
    if (!instance) load?.abort();
    const error = (cause as Partial<LayermintError>).final
      ? (cause as LayermintError)
      : new LayermintError(
          'viewer-failed',
          'The Web SDK could not load the document, or took no new token.',
          { cause },
        );
    reject(error);
    onError?.(error);
  }

  function fail(error: LayermintError): void {
    if (error.final) end(error);
    else if (!signal.aborted) onError?.(error);
  }

  /** Takes the document, or its load, off the screen. */
  function clear(): void {
    const target = instance ? instance.deref() : load && container;
    load?.abort();
    load = instance = undefined;
    try {
      if (target) sdk.unload(target);
    } catch {
      // The app has unloaded it already, or has removed its container.
    }
  }

  function give(live: Instance, jwt: string): void {
    try {
      live.setSession?.(jwt);
    } catch (error) {
      end(error);
    }
  }

  function accept(next: Token): void {
    if (signal.aborted || next.jwt === token?.jwt) return;
    const isFirst = !token;
    token = next;
    if (isFirst) void open();
    const live = instance?.deref();
    if (live) give(live, next.jwt);
    else if (instance) life.abort(); // The app has unloaded it.
  }

  function reload(): void {
    if (signal.aborted) return;
    const view = instance?.deref()?.viewState;
    clear();
    void open(view);
  }

  async function open(view?: unknown): Promise<void> {
    if (!token) return;
    const { jwt, serverUrl } = token;
    const mine = (load = new AbortController());

    /** Replaces a refused token. */
    async function renew(): Promise<void> {
      if (mine !== load) return;
      const next = await source.renew(request, { signal, refused: instance && token ? token.jwt : jwt });
      if (mine !== load || signal.aborted) return;
      accept(next);
      if (instance?.deref()?.setSession) return;
      // Only an instance takes a token. Before there is one, the document is loaded anew.
      if (!instance && !mayRetry)
        throw new LayermintError('viewer-failed', 'Document Engine refuses each new token.');
      mayRetry = !!instance;
      reload();
    }

    let opened: Instance;
    try {
      opened = await sdk.load({
        instant: true,
        serverUrl: serverUrl.endsWith('/') ? serverUrl : `${serverUrl}/`, // The SDK refuses one without.
        ...configuration,
        ...(view !== undefined && { initialViewState: view }),
        authPayload: { jwt },
        onAuthFailed: () =>
          renew().catch((error: unknown) => {
            fail(error as LayermintError);
            throw error; // So that the SDK does not wait for its 30 seconds.
          }),
        signal: mine.signal,
      } as Configuration);
      if (mine !== load || signal.aborted) {
        sdk.unload(opened); // This version does not know `signal`.
        return;
      }
      instance = new WeakRef(opened);
      mayRetry = true;
      if (token.jwt !== jwt) give(opened, token.jwt);
    } catch (error) {
      if (mine !== load) return;
      // The SDK asks for no new token if the first one is refused, as one that was revoked meanwhile.
      const status = (error as { readonly status?: number } | undefined)?.status;
      if (mayRetry && (status === 401 || status === 403)) renew().catch(end);
      else end(error);
      return;
    }
    resolve();
    onLoaded?.(opened);
  }

  source.watch(request, { onToken: accept, onError: fail }, { signal });

  return {
    loaded,
    get instance() {
      return instance?.deref();
    },
    reload,
    close() {
      clear();
      life.abort();
      reject(new LayermintError('closed', 'The viewer was closed before the document was loaded.'));
    },
  };
}
