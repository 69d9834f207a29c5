import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import { LayermintError } from '../../../../clients/typescript/src/errors.ts';
import type { Token, TokenRequest, WatchListener } from '../../../../clients/typescript/src/source-types.ts';
import { connectViewer, type ViewerOptions } from '../../../../clients/typescript/src/viewer.ts';

/** A call whose outcome the test decides. */
interface Pending<Result> {
  resolve(result: Result): void;
  reject(error: unknown): void;
}

const token = (jwt: string): Token => ({
  jwt,
  documentId: 'contract-2026',
  layer: 'review',
  userId: 'alice',
  permissions: ['read-document', 'write'],
  issuedAt: '2026-01-31T12:00:00Z',
  expiresAt: '2026-01-31T13:00:00Z',
  refreshAt: '2026-01-31T12:45:00Z',
  serverUrl: 'https://documents.example.com',
  documentUrl: 'https://documents.example.com/api/1/documents/contract-2026',
});

/** A token source whose watch and renewals the test plays. */
class PlayedSource {
  readonly requests: TokenRequest[] = [];
  readonly renewals: (Pending<Token> & { readonly refused: string | undefined })[] = [];
  listener: WatchListener | undefined;

  watch(
    request: TokenRequest,
    listener: WatchListener,
    { signal }: { signal?: AbortSignal | undefined } = {},
  ) {
    this.requests.push(request);
    this.listener = listener;
    const close = (): void => {
      this.listener = undefined;
    };
    signal?.addEventListener('abort', close);
    return { close };
  }

  renew(
    request: TokenRequest,
    { refused, signal }: { refused?: string | undefined; signal?: AbortSignal | undefined } = {},
  ): Promise<Token> {
    this.requests.push(request);
    return new Promise((resolve, reject) => {
      this.renewals.push({ refused, resolve, reject });
      signal?.addEventListener('abort', () => {
        reject(new LayermintError('aborted', 'The call was aborted.'));
      });
    });
  }

  gives(jwt: string): void {
    this.listener?.onToken(token(jwt));
  }

  fails(code: LayermintError['code']): void {
    this.listener?.onError?.(new LayermintError(code, 'A failure.'));
  }
}

interface Configuration {
  readonly container: string;
  readonly documentId: string;
  readonly serverUrl: string;
  readonly instant: boolean;
  readonly authPayload: { readonly jwt: string };
  readonly onAuthFailed: () => Promise<void>;
  readonly signal: AbortSignal;
  readonly initialViewState?: unknown;
}

class Instance {
  readonly sessions: string[] = [];
  readonly viewState = { currentPageIndex: 3 };
  setSession?(jwt: string): void {
    this.sessions.push(jwt);
  }
}

/** Stands for an SDK of before `setSession`. */
class OldInstance extends Instance {
  override readonly setSession = undefined as never;
}

/** Stands for the Web SDK: its loads stay open until the test ends them, or their signal is aborted. */
class PlayedSdk {
  readonly loads: (Configuration & Pending<Instance>)[] = [];
  readonly unloaded: unknown[] = [];
  readonly #knowsSignal: boolean;

  constructor({ knowsSignal = true } = {}) {
    this.#knowsSignal = knowsSignal;
  }

  load(configuration: Configuration): Promise<Instance> {
    return new Promise((resolve, reject) => {
      this.loads.push({ ...configuration, resolve, reject });
      if (this.#knowsSignal) {
        configuration.signal.addEventListener('abort', () => {
          reject(new DOMException('Aborted', 'AbortError'));
        });
      }
    });
  }

  unload(target: unknown): boolean {
    this.unloaded.push(target);
    return true;
  }

  get last(): Configuration & Pending<Instance> {
    const last = this.loads.at(-1);
    if (last === undefined) throw new Error('Nothing was loaded.');
    return last;
  }
}

/** Lets everything that waits for no event of the test run. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function connect(sdk = new PlayedSdk(), options: ViewerOptions<Instance> = {}) {
  const source = new PlayedSource();
  const errors: LayermintError[] = [];
  const instances: Instance[] = [];
  const viewer = connectViewer(
    source,
    sdk,
    { container: '#viewer', documentId: 'contract-2026' },
    {
      layer: 'review',
      onError: (error) => errors.push(error),
      onLoaded: (instance) => instances.push(instance),
      ...options,
    },
  );
  return { source, sdk, viewer, errors, instances, codes: () => errors.map(({ code }) => code) };
}

/** Connects a viewer, and loads its document with the token `a`. */
async function open(instance = new Instance()) {
  const connected = connect();
  connected.source.gives('a');
  connected.sdk.last.resolve(instance);
  await connected.viewer.loaded;
  return { ...connected, instance };
}

const refusal = (status: number): Error => Object.assign(new Error('Token has been revoked'), { status });

describe('A viewer', () => {
  test('opens with the first token, at the base URL with the slash that the SDK demands', async () => {
    const { source, sdk, viewer, instances } = connect();
    expect(source.requests).toEqual([{ documentId: 'contract-2026', layer: 'review' }]);
    expect(sdk.loads).toEqual([]);

    source.gives('a');
    expect(sdk.loads).toMatchObject([
      {
        container: '#viewer',
        documentId: 'contract-2026',
        serverUrl: 'https://documents.example.com/',
        authPayload: { jwt: 'a' },
        instant: true,
      },
    ]);
    expect(viewer.instance).toBeUndefined();

    const instance = new Instance();
    sdk.last.resolve(instance);
    await viewer.loaded;
    expect([viewer.instance, instances, instance.sessions]).toEqual([instance, [instance], []]);
  });

  test('keeps a server and a switch of synchronization that the application has set', () => {
    const source = new PlayedSource();
    const sdk = new PlayedSdk();
    const given = {
      container: '#a',
      documentId: 'd',
      serverUrl: 'https://other.example.com/',
      instant: false,
    };
    connectViewer(source, sdk, given);
    source.gives('a');
    expect(sdk.last).toMatchObject(given);
  });

  test('receives each renewed token once', async () => {
    const { source, instance } = await open();
    source.gives('b');
    source.gives('b');
    source.gives('c');
    expect(instance.sessions).toEqual(['b', 'c']);
  });

  test('receives a token that was renewed while the document loaded', async () => {
    const { source, sdk, viewer } = connect();
    source.gives('a');
    source.gives('b');
    const instance = new Instance();
    sdk.last.resolve(instance);
    await viewer.loaded;
    expect(instance.sessions).toEqual(['b']);
  });

  test('waits for its first token as long as failures pass, and tells of each', async () => {
    const { source, sdk, viewer, codes } = connect();
    source.fails('offline');
    source.fails('unavailable');
    source.gives('a');
    sdk.last.resolve(new Instance());
    await viewer.loaded;
    expect(codes()).toEqual(['offline', 'unavailable']);
  });

  test('does not load without a token, and says why', async () => {
    const { source, sdk, viewer, errors } = connect();
    source.fails('no-access');
    await expect(viewer.loaded).rejects.toBe(errors[0]);
    expect([errors.length, sdk.loads]).toEqual([1, []]);
  });

  test('stays on the screen after a final failure, until it is closed', async () => {
    const { source, sdk, viewer, instance, codes } = await open();
    source.fails('signed-out');
    source.gives('b');
    viewer.reload();
    expect([codes(), instance.sessions, sdk.unloaded, sdk.loads.length]).toEqual([['signed-out'], [], [], 1]);
    viewer.close();
    expect(sdk.unloaded).toEqual([instance]);
  });

  test('does not appear after a final failure that came while it loaded', async () => {
    const { source, sdk, viewer, instances, codes } = connect(new PlayedSdk({ knowsSignal: false }));
    source.gives('a');
    source.fails('signed-out');
    expect(sdk.last.signal.aborted).toBe(true);
    const late = new Instance();
    sdk.last.resolve(late);
    await settled();
    expect([codes(), instances, viewer.instance, sdk.unloaded]).toEqual([
      ['signed-out'],
      [],
      undefined,
      [late],
    ]);
  });

  test('shares its source with others, and closes alone', async () => {
    const [one, two] = [await open(), await open()];
    one.viewer.close();
    one.source.gives('b');
    two.source.gives('b');
    expect([one.instance.sessions, two.instance.sessions]).toEqual([[], ['b']]);
  });
});

describe('A refused token', () => {
  test('is replaced by setSession before the SDK stops waiting', async () => {
    const { source, sdk, instance } = await open();
    const asked = sdk.last.onAuthFailed();
    expect(source.renewals).toMatchObject([{ refused: 'a' }]);
    source.gives('b'); // The watch hears of the renewal first.
    source.renewals[0]?.resolve(token('b'));
    await asked;
    expect([instance.sessions, sdk.loads.length]).toEqual([['b'], 1]);

    void sdk.last.onAuthFailed();
    expect(source.renewals[1]).toMatchObject({ refused: 'b' });
  });

  test('lets the SDK stop waiting at once if there is no other token', async () => {
    const { source, sdk, codes } = await open();
    const asked = sdk.last.onAuthFailed();
    const lost = new LayermintError('no-access', 'No grant.');
    source.renewals[0]?.reject(lost);
    await expect(asked).rejects.toBe(lost);
    expect([codes(), source.listener]).toEqual([['no-access'], undefined]);
  });

  test('keeps the watch if the renewal may succeed later', async () => {
    const { source, sdk, instance, codes } = await open();
    const asked = sdk.last.onAuthFailed();
    source.renewals[0]?.reject(new LayermintError('unreachable', 'No answer.'));
    await expect(asked).rejects.toMatchObject({ code: 'unreachable' });
    source.gives('b');
    expect([codes(), instance.sessions]).toEqual([['unreachable'], ['b']]);
  });

  test('before the document is loaded starts the load anew: only an instance takes a token', async () => {
    const { source, sdk, viewer, instances } = connect();
    source.gives('a');
    const first = sdk.last;
    void first.onAuthFailed();
    source.renewals[0]?.resolve(token('b'));
    await settled();
    expect(first.signal.aborted).toBe(true);
    expect(sdk.unloaded).toEqual(['#viewer']);
    expect(sdk.loads.map(({ authPayload }) => authPayload.jwt)).toEqual(['a', 'b']);

    const instance = new Instance();
    sdk.last.resolve(instance);
    await viewer.loaded;
    expect(instances).toEqual([instance]);
  });

  test.each([401, 403])(
    'that rejects load() with %d is replaced, and the document loaded again',
    async (status) => {
      const { source, sdk, viewer, errors } = connect();
      source.gives('a');
      sdk.last.reject(refusal(status));
      await settled();
      expect(source.renewals).toMatchObject([{ refused: 'a' }]);
      source.renewals[0]?.resolve(token('b'));
      await settled();
      expect([sdk.unloaded, sdk.last.authPayload.jwt]).toEqual([['#viewer'], 'b']);
      sdk.last.resolve(new Instance());
      await viewer.loaded;
      expect(errors).toEqual([]);
    },
  );

  test('is not replaced for ever if Document Engine refuses every one', async () => {
    const { source, sdk, viewer, codes } = connect();
    source.gives('a');
    sdk.last.reject(refusal(403));
    await settled();
    source.renewals[0]?.resolve(token('b'));
    await settled();
    const again = sdk.last.onAuthFailed();
    source.renewals[1]?.resolve(token('c'));
    await expect(again).rejects.toMatchObject({ code: 'viewer-failed' });
    await expect(viewer.loaded).rejects.toMatchObject({ code: 'viewer-failed' });
    expect([sdk.loads.length, codes()]).toEqual([2, ['viewer-failed']]);
  });

  test('is replaced once if it rejects load() again', async () => {
    const { source, sdk, viewer } = connect();
    source.gives('a');
    sdk.last.reject(refusal(403));
    await settled();
    source.renewals[0]?.resolve(token('b'));
    await settled();
    const cause = refusal(403);
    sdk.last.reject(cause);
    await expect(viewer.loaded).rejects.toMatchObject({ code: 'viewer-failed', cause });
    expect(source.renewals).toHaveLength(1);
  });

  test('of a load that was replaced by a newer one asks for nothing', async () => {
    const { source, sdk, viewer } = await open();
    const [first] = sdk.loads;
    viewer.reload();
    await first?.onAuthFailed();
    expect(source.renewals).toEqual([]);
  });
});

describe('A load that fails', () => {
  test('ends the renewals, and gives the error of the SDK as the cause', async () => {
    const { source, sdk, viewer, errors } = connect();
    source.gives('a');
    const cause = new Error('The web UI feature is not enabled');
    sdk.last.reject(cause);
    await expect(viewer.loaded).rejects.toMatchObject({ code: 'viewer-failed', final: true, cause });
    expect([errors.length, source.listener]).toEqual([1, undefined]);
    // The SDK shows its error in the container.
    viewer.close();
    expect(sdk.unloaded).toEqual(['#viewer']);
  });

  test('with a refusal ends the renewals if no other token can be had', async () => {
    const { source, sdk, viewer } = connect();
    source.gives('a');
    sdk.last.reject(refusal(401));
    await settled();
    const cause = new LayermintError('unreachable', 'No answer.');
    source.renewals[0]?.reject(cause);
    await expect(viewer.loaded).rejects.toMatchObject({ code: 'viewer-failed', cause });
  });
});

describe('A viewer that is closed', () => {
  test('before there is a token loads nothing', async () => {
    const { source, sdk, viewer, errors } = connect();
    const { listener } = source;
    viewer.close();
    listener?.onToken(token('a'));
    listener?.onError?.(new LayermintError('closed', 'Closed.'));
    await expect(viewer.loaded).rejects.toMatchObject({ code: 'closed' });
    expect([sdk.loads, sdk.unloaded, errors, source.listener]).toEqual([[], [], [], undefined]);
  });

  test('while it loads frees its container at once, for the next one of a double mount', async () => {
    const sdk = new PlayedSdk();
    const first = connect(sdk);
    first.source.gives('a');
    first.viewer.close();
    expect([sdk.last.signal.aborted, sdk.unloaded]).toEqual([true, ['#viewer']]);

    const second = connect(sdk);
    second.source.gives('a');
    const instance = new Instance();
    sdk.last.resolve(instance);
    await second.viewer.loaded;
    first.viewer.close();
    await settled();
    expect([sdk.unloaded, first.errors, first.instances]).toEqual([['#viewer'], [], []]);
    expect(second.viewer.instance).toBe(instance);
  });

  test('while an SDK without `signal` loads unloads the instance that comes late', async () => {
    const { source, sdk, viewer, instances } = connect(new PlayedSdk({ knowsSignal: false }));
    source.gives('a');
    viewer.close();
    const late = new Instance();
    sdk.last.resolve(late);
    await settled();
    expect([sdk.unloaded, instances]).toEqual([['#viewer', late], []]);
  });

  test('ends a renewal that runs, and unloads its instance once', async () => {
    const { sdk, viewer, instance, errors } = await open();
    const asked = sdk.last.onAuthFailed();
    viewer.close();
    viewer.close();
    await expect(asked).rejects.toMatchObject({ code: 'aborted' });
    expect([sdk.unloaded, viewer.instance, errors]).toEqual([[instance], undefined, []]);
  });

  test('takes no harm from an instance that was unloaded by the application', async () => {
    const { sdk, viewer } = await open();
    sdk.unload = () => {
      throw new Error('Nothing is mounted there.');
    };
    viewer.close();
    viewer.close();
    expect(viewer.instance).toBeUndefined();
  });
});

describe('An instance that takes no token', () => {
  test('ends the renewals once it is garbage: the application has unloaded it and forgotten it', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const source = new PlayedSource();
    const sdk = new PlayedSdk({ knowsSignal: false }); // Its listener would hold the promise of the instance.
    const viewer = connectViewer(source, sdk, { container: '#viewer', documentId: 'd' });
    source.gives('a');
    sdk.loads.pop()?.resolve(new Instance());
    await viewer.loaded;
    source.gives('b');
    expect(source.listener).toBeDefined();

    await settled();
    collectGarbage();
    expect(viewer.instance).toBeUndefined();
    source.gives('c');
    expect(source.listener).toBeUndefined();
    viewer.close();
    expect(sdk.unloaded).toEqual([]);
  });

  test('ends the renewals if setSession throws', async () => {
    const dead = new Instance();
    const cause = new Error('This instance was unloaded.');
    dead.setSession = () => {
      throw cause;
    };
    const { source, errors } = await open(dead);
    source.gives('b');
    expect(errors).toMatchObject([{ code: 'viewer-failed', cause }]);
    expect(source.listener).toBeUndefined();
  });

  test('is loaded again at the same place, and only when its token is refused', async () => {
    const { source, sdk, viewer, instances, instance } = await open(new OldInstance());
    source.gives('b');
    expect(sdk.loads).toHaveLength(1);

    const asked = sdk.last.onAuthFailed();
    source.renewals[0]?.resolve(token('c'));
    await asked;
    expect(sdk.unloaded).toEqual([instance]);
    expect(sdk.last).toMatchObject({ authPayload: { jwt: 'c' }, initialViewState: { currentPageIndex: 3 } });
    const next = new OldInstance();
    sdk.last.resolve(next);
    await settled();
    expect([viewer.instance, instances]).toEqual([next, [instance, next]]);
  });

  test('can be loaded again by the application, with the newest token', async () => {
    const { source, sdk, viewer, instance } = await open(new OldInstance());
    source.gives('b');
    viewer.reload();
    expect([sdk.unloaded, sdk.last.authPayload.jwt]).toEqual([[instance], 'b']);
  });
});
