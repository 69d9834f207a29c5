import { systemClock } from '../../../../lib/runtime/clock.ts';
import { Faults, type Fault } from '../faults.ts';
import { listenOnLoopback, textAnswer, type LoopbackServer } from '../loopback-server.ts';
import { backendApi, type BackendOperation } from './backend-api.ts';
import { Documents } from './documents.ts';
import { JwtSecrets } from './jwt-secrets.ts';
import { defaultBehaviour, type DocumentEngineOptions } from './options.ts';
import { parsePublicKey } from './public-key.ts';
import { Revocations } from './revocations.ts';
import { route } from './routing.ts';
import { verifyClientToken, type TokenRules, type Verification } from './tokens.ts';
import { viewer, type ViewerOperation } from './viewer.ts';

export type { ClientClaims, Permission } from './token-claims.ts';
export type {
  Algorithm,
  Document,
  DocumentEngineOptions,
  KeyChoice,
  UndocumentedBehaviour,
} from './options.ts';
export type { Verification } from './tokens.ts';

/** What the stand-in does, by names for `inject` and `calls`. */
export type DocumentEngineOperation = BackendOperation | ViewerOperation;

/** A secret as a test sees it. */
export interface HeldSecret {
  readonly id: number;
  /** RFC 7638 thumbprint of the public key. */
  readonly thumbprint: string;
  /** Milliseconds since the Unix epoch; undefined for the current secret. */
  readonly expiresAt: number | undefined;
}

export interface LocalDocumentEngine extends LoopbackServer {
  /** Says whether a client token would be accepted now, and if not, with which answer it would be refused. */
  verify(jwt: string | undefined): Verification;
  /** The secrets that have not expired, oldest first. */
  secrets(): HeldSecret[];
  /** Makes an operation misbehave until the returned function is called. */
  inject(operation: DocumentEngineOperation, fault: Fault): () => void;
  /** How many calls of an operation arrived so far. */
  calls(operation: DocumentEngineOperation): number;
}

/**
 * Stands in for Nutrient Document Engine, for local use and tests only: it has no documents to show, just the rules by
 * which the real one takes tokens, keys and revocations.
 *
 * How far it can be trusted: it was written from Document Engine's public documentation, apart from the code that
 * makes tokens and with another JWT library, so that the two check each other. It shows that a token is what the
 * documentation asks for. It cannot show that a given release of Document Engine keeps to its documentation, and where
 * that is silent it does what its options say, by default the harshest that is plausible.
 *
 * @example
 * const documentEngine = await startDocumentEngine({
 *   algorithm: 'ES256',
 *   publicKey,
 *   apiToken: 'secret',
 *   documents: [{ id: 'contract', layers: [''] }],
 * });
 *
 * @throws Error if the public key is none for the algorithm, or the operating system's error if the port is taken
 */
export async function startDocumentEngine(options: DocumentEngineOptions): Promise<LocalDocumentEngine> {
  const { port = 0, clock = systemClock, algorithm, apiToken } = options;
  const behaviour = { ...defaultBehaviour, ...options };
  const publicKey = parsePublicKey(options.publicKey, algorithm);
  if (publicKey === undefined)
    throw new Error(`publicKey must be the SPKI PEM of a public key for ${algorithm}.`);

  const secrets = new JwtSecrets(publicKey, behaviour, clock);
  const revocations = new Revocations(clock, behaviour.leewaySeconds);
  const rules: TokenRules = { algorithm, secrets, revocations, clock, behaviour };
  const documents = new Documents(options.documents);
  const faults = new Faults<DocumentEngineOperation>({
    serverError: textAnswer(503, 'Document Engine is not available'),
    throttled: textAnswer(429, 'Too many requests'),
  });
  const routes = [...backendApi(apiToken, documents, rules), ...viewer(documents, rules)];

  const server = await listenOnLoopback(
    (request) => route<DocumentEngineOperation>(request, routes, faults),
    port,
  );
  return {
    ...server,
    verify: (jwt) => verifyClientToken(jwt, rules),
    secrets: () =>
      secrets.list().map(({ id, publicKey: { thumbprint }, expiresAt }) => ({ id, thumbprint, expiresAt })),
    inject: (operation, fault) => faults.inject(operation, fault),
    calls: (operation) => faults.calls(operation),
  };
}
