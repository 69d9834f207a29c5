import { randomUUID } from 'node:crypto';
import { secondsOf, type Clock } from '../../../lib/runtime/clock.ts';
import { MINUTE } from '../../../lib/runtime/time.ts';
import { acceptSigningKey, signingKeyOf, signJwt, type KeyPair } from '../../../lib/signing-keys/index.ts';
import type { SigningKeyPair } from '../stack/demo/demo-signing-key.ts';
import { uploadDemoDocument } from './demo-uploads.ts';
import type { EngineApi } from './engine-api.ts';
import { UnusableDocumentEngineError } from './errors.ts';
import { readCurrentKey } from './examination.ts';
import { farewell } from './farewell.ts';

/** The key of a local stack at Document Engine. */
export interface RegisteredKey {
  readonly pair: KeyPair;
  /** The id of its entry in Document Engine's list; undefined if the list shows no current key. */
  readonly entryId: number | undefined;
}

/** A Document Engine that the local stack uses in place of the stand-in. The user has agreed that its key is replaced. */
export class RealDocumentEngine {
  readonly url: string;
  /** As in its `Server` header. */
  readonly version: string;
  readonly apiToken: string;
  readonly #api: EngineApi;
  #changes: { keyId?: number | undefined; readonly uploaded: string[] } | undefined;

  /** @param api - calls with `apiToken` */
  constructor(api: EngineApi, apiToken: string, version: string) {
    this.url = api.url;
    this.version = version;
    this.apiToken = apiToken;
    this.#api = api;
  }

  /**
   * Makes the stack's signing key the current one, uploads the missing demo documents, and opens a cover with a token of the key.
   *
   * @throws UnusableDocumentEngineError that names the cure. `farewell` lists the changes that were made until then
   */
  async takeOver(
    signingKey: SigningKeyPair,
    documents: readonly { readonly id: string }[],
    clock: Clock,
  ): Promise<RegisteredKey> {
    const changes = { keyId: undefined as number | undefined, uploaded: [] as string[] };
    const pair = await acceptSigningKey(JSON.stringify(signingKey), signingKey.alg);
    await this.#rotate(signingKey, () => (this.#changes = changes));
    changes.keyId = await readCurrentKey(this.#api);
    for (const { id } of documents) if (await uploadDemoDocument(this.#api, id)) changes.uploaded.push(id);
    const [first] = documents;
    if (first !== undefined) await this.#openCover(first.id, pair, clock);
    return { pair, entryId: changes.keyId };
  }

  /** Lists the changes that remain at Document Engine, and the ways to undo them, in several lines; undefined if there are none. */
  farewell(): string | undefined {
    return this.#changes && farewell(this.url, this.#changes);
  }

  /** @param begins - called right before the request: without an answer, nobody knows if the key was replaced */
  async #rotate({ publicKey, alg }: SigningKeyPair, begins: () => void): Promise<void> {
    const body = JSON.stringify({ secret: publicKey });
    begins();
    const { status } = await this.#api.askAsBackend('/api/secrets/jwt/rotate', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    if (status === 200) return;
    // A failing server can have replaced the key all the same.
    if (status < 500) this.#changes = undefined;
    throw new UnusableDocumentEngineError(
      status === 400
        ? `Document Engine at ${this.url} refuses the public key of the local stack (400). Restart it with JWT_ALGORITHM=${alg} and ` +
            `a public key of that algorithm in JWT_PUBLIC_KEY.`
        : `Document Engine at ${this.url} does not take the public key of the local stack: POST /api/secrets/jwt/rotate answers ${status}.`,
    );
  }

  /** Finds out if Document Engine takes the stack's tokens. It may have stored a key that it cannot verify with. */
  async #openCover(documentId: string, pair: KeyPair, clock: Clock): Promise<void> {
    const claims = {
      document_id: documentId,
      permissions: ['cover-image'],
      exp: secondsOf(clock) + 5 * MINUTE,
      jti: randomUUID(),
    };
    const jwt = await signJwt(claims, signingKeyOf(pair));
    const query = new URLSearchParams({ width: '200', jwt }).toString();
    const { status, body } = await this.#api.ask(
      `/documents/${encodeURIComponent(documentId)}/cover?${query}`,
    );
    if (status !== 401 && status !== 403) return;
    throw new UnusableDocumentEngineError(
      /`(?:exp|nbf|iat)` claim/.test(body)
        ? `Document Engine at ${this.url} finds the times of a new token wrong. Set its clock and that of this machine.`
        : `Document Engine at ${this.url} has the key of the local stack, but refuses its tokens (${status}). Restart it with JWT_ALGORITHM=${pair.alg}.`,
    );
  }
}
