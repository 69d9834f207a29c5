import { systemClock } from '../../../../lib/runtime/clock.ts';
import type { Milliseconds } from '../../../../lib/runtime/time.ts';
import { Faults, type Fault } from '../faults.ts';
import { inMemoryFetch, type Fetch } from '../in-memory-fetch.ts';
import { connectionDropped, textAnswer, type HttpHandler } from '../loopback-server.ts';
import { backendApi, type BackendOperation } from './backend-api.ts';
import { Documents } from './held-documents.ts';
import { JwtSecrets } from './jwt-secrets.ts';
import { defaultBehaviour, type DocumentEngineOptions } from './options.ts';
import { parsePublicKey, type PublicKey } from './public-key.ts';
import { Revocations } from './revocations.ts';
import { route } from './routing.ts';
import { verifyClientToken, type TokenRules, type Verification } from './tokens.ts';
import { viewer, type ViewerOperation } from './viewer.ts';

/** The operations of the stand-in, by names for `inject` and `calls`. */
export type DocumentEngineOperation = BackendOperation | ViewerOperation;

/** The release whose documentation it was written from. Each answer names it, as those of releases since 1.6 do. */
const VERSION = '1.20.0';

/** A secret as a test sees it. */
export interface HeldSecret {
  readonly id: number;
  /** RFC 7638 thumbprint of the public key. */
  readonly thumbprint: string;
  /** Since the Unix epoch; undefined for the current secret. */
  readonly expiresAt: Milliseconds | undefined;
}

/** Document Engine in memory, without a socket. */
export interface DocumentEngine {
  /** Answers a request to any of its routes. */
  readonly answer: HttpHandler;
  /** Sends it a request, like the runtime's `fetch`. Only path and query of the URL count. */
  readonly fetch: Fetch;
  /** Says whether a client token would be accepted now, and if not, with which answer it would be refused. */
  verify(jwt: string | undefined): Verification;
  /** The secrets that have not expired, oldest first. */
  secrets(): HeldSecret[];
  /** Restarts it with REPLACE_SECRETS_FROM_ENV=true: `publicKey` of its options is the only secret again. */
  restartFromEnvironment(): void;
  /**
   * Makes the key of another backend the current one, until the returned function is called.
   *
   * @param others - `dropped`: without all other keys, as after a restart with REPLACE_SECRETS_FROM_ENV=true; `kept`: as after `rotate`
   * @throws Error if the SPKI PEM is no public key for the algorithm
   */
  takeOver(publicKey: string, others: 'dropped' | 'kept'): () => void;
  /** Refuses to revoke one token, the next that arrives, until the returned function is called. */
  refuseRevocation(): () => void;
  /** Accepts revoked tokens, until the returned function is called. */
  forgetRevocations(): () => void;
  /** Makes an operation misbehave until the returned function is called. */
  inject(operation: DocumentEngineOperation, fault: Fault): () => void;
  /** Counts the calls of an operation that arrived so far. */
  calls(operation: DocumentEngineOperation): number;
}

/**
 * Stands in for Nutrient Document Engine, for local use and tests only: it shows no documents, but applies the real one's rules
 * for tokens, keys and revocations.
 *
 * Its limits: it was written from Document Engine's public documentation, separately from the code that makes tokens and with
 * another JWT library, so that the two check each other. It shows that a token meets the documentation. It cannot show that a
 * given release of Document Engine does. If the documentation leaves something open, the options decide. Their defaults are the
 * harshest plausible behaviour.
 *
 * @example
 * const documentEngine = createDocumentEngine({ algorithm: 'ES256', publicKey, apiToken: 'secret', documents: [] });
 * const client = new DocumentEngineClient({ url: 'http://document-engine', fetch: documentEngine.fetch, ... });
 *
 * @throws Error if the public key is none for the algorithm
 */
export function createDocumentEngine(options: DocumentEngineOptions): DocumentEngine {
  const { clock = systemClock, algorithm, apiToken } = options;
  const behaviour = { ...defaultBehaviour, ...options };
  const parsed = (pem: string): PublicKey => {
    const key = parsePublicKey(pem, algorithm);
    if (key !== undefined) return key;
    throw new Error(`publicKey must be the SPKI PEM of a public key for ${algorithm}.`);
  };
  const publicKey = parsed(options.publicKey);

  const secrets = new JwtSecrets(publicKey, behaviour, clock);
  const revocations = new Revocations(clock, behaviour.leewaySeconds);
  const rules: TokenRules = { algorithm, secrets, revocations, clock, behaviour };
  const documents = new Documents(options.documents);
  const routes = [...backendApi(apiToken, documents, rules), ...viewer(documents, rules)];
  const faults = new Faults<DocumentEngineOperation>({
    serverError: textAnswer(503, 'Document Engine is not available'),
    throttled: textAnswer(429, 'Too many requests'),
  });
  const answer: HttpHandler = async (request) => {
    const answered = await route(request, routes, faults);
    if (answered === connectionDropped) return answered;
    return { ...answered, headers: { server: `Document Engine/${VERSION}`, ...answered.headers } };
  };
  return {
    answer,
    fetch: inMemoryFetch(answer),
    verify: (jwt) => verifyClientToken(jwt, rules),
    secrets: () =>
      secrets.list().map(({ id, publicKey: { thumbprint }, expiresAt }) => ({ id, thumbprint, expiresAt })),
    restartFromEnvironment: () => {
      secrets.replaceAll(publicKey);
    },
    takeOver: (pem, others) => secrets.takeOver(parsed(pem), others),
    refuseRevocation: () => revocations.refuseNext(),
    forgetRevocations: () => revocations.forget(),
    inject: (operation, fault) => faults.inject(operation, fault),
    calls: (operation) => faults.calls(operation),
  };
}
