import * as z from 'zod';
import { FULL_DESCRIPTION_PATH } from '../../../tools/local/stack/routes/paths.ts';
import { type HttpAnswer, type HttpRequest } from '../../../tools/local/stand-ins/loopback-server.ts';
import { startProvenServer } from '../local-stack/proven-server.ts';

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A JWT in form, which nobody verifies. */
const unverifiable = (claims: object): string =>
  `${encode({ alg: 'ES256', kid: '1' })}.${encode(claims)}.c2lnbmF0dXJl`;

const MintRequest = z.object({
  documentId: z.string(),
  layer: z.string().default(''),
  permissions: z.array(z.string()).optional(),
  onBehalfOf: z.unknown().optional(),
});

/** The behaviour of a fake service. Replace a member to make it misbehave. */
export interface Behaviour {
  /** The address to which the API redirects every call of its routes; undefined = it answers. */
  redirect?: string;
  /** Tells whether a caller with this Authorization header is let in. */
  accepts: (authorization: string | undefined) => boolean;
  /** Tells whether a token is minted that must be refused; `reason` is the problem with which it would be. */
  grants: (reason: string) => boolean;
  /** The permissions of the caller. */
  permissions: readonly string[];
  /** The answer to a mint. */
  answer: (token: Record<string, unknown>) => Record<string, unknown>;
  /** The claims of its JWT. */
  claims: (claims: Record<string, unknown>) => Record<string, unknown>;
  cacheControl: string;
  /** The address of Document Engine in the answers. */
  serverUrl: string;
  /** Makes Document Engine's answer to a request for a cover. */
  cover: (jwt: string) => HttpAnswer;
}

/** A token service and Document Engine in one server. Both answer correctly unless a test changes the behaviour. */
export interface FakeService extends Behaviour {
  readonly url: string;
  readonly callerToken: string;
  /** The JWTs handed out so far. A revocation ends them. */
  readonly minted: readonly string[];
  close(): Promise<void>;
}

const json = (status: number, body: unknown, headers = {}): HttpAnswer => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

/** Starts a fake service on a free port of this machine. */
export async function startFakeService(): Promise<FakeService> {
  const callerToken = unverifiable({ sub: 'alice' });
  const minted: string[] = [];
  const revoked = new Set<string>();
  const server = await startProvenServer((request) => Promise.resolve(handle(request)));
  const service: FakeService = {
    url: server.url,
    close: () => server.close(),
    callerToken,
    minted,
    accepts: (authorization) => authorization === `Bearer ${callerToken}`,
    grants: () => false,
    permissions: ['read-document', 'write', 'cover-image'],
    answer: (token) => token,
    claims: (claims) => claims,
    cacheControl: 'no-store',
    serverUrl: `${server.url}/engine`,
    cover: (jwt) =>
      revoked.has(jwt)
        ? { status: 403, headers: {}, body: 'revoked' }
        : { status: 200, headers: { 'content-type': 'image/png' }, body: 'an image' },
  };

  function handle({ path, query, headers, body }: HttpRequest): HttpAnswer {
    if (path === '/health') return json(200, { status: 'ok' });
    if (path === FULL_DESCRIPTION_PATH) {
      const callers = { alice: { token: callerToken } };
      return json(200, { callers, documents: ['first-document'] });
    }
    if (/^\/engine\/documents\/[^/]+\/cover$/.test(path)) return service.cover(query.get('jwt') ?? '');
    if (service.redirect !== undefined)
      return { status: 307, headers: { location: service.redirect }, body: '' };
    if (!service.accepts(headers.authorization)) return json(401, { message: 'Unauthorized' });
    if (path === '/v1/revocations') {
      for (const jwt of minted) revoked.add(jwt);
      return json(200, { status: 'done' });
    }
    const request = MintRequest.parse(JSON.parse(body));
    const reason = reasonAgainst(request);
    if (reason === undefined || service.grants(reason)) return mint(request);
    return json(403, { type: `urn:layermint:problem:${reason}`, title: 'Forbidden' });
  }

  function mint({
    documentId,
    layer,
    permissions = [...service.permissions],
  }: z.infer<typeof MintRequest>): HttpAnswer {
    const refused = permissions.find((permission) => !service.permissions.includes(permission));
    if (refused !== undefined) return json(403, { title: 'Forbidden', detail: `${refused} is not granted` });

    const iat = Math.floor(Date.now() / 1000);
    const jwt = unverifiable(
      service.claims({
        document_id: documentId,
        ...(layer && { layer }),
        user_id: 'alice',
        ...{ permissions, iat, exp: iat + 600, jti: 'family' },
      }),
    );
    minted.push(jwt);
    const time = (seconds: number) => new Date(seconds * 1000).toISOString();
    const token = {
      ...{ jwt, documentId, layer, userId: 'alice', permissions },
      ...{ issuedAt: time(iat), refreshAt: time(iat + 480), expiresAt: time(iat + 600) },
      serverUrl: service.serverUrl,
      documentUrl: `${service.serverUrl}/api/1/documents/${documentId}`,
    };
    return json(201, service.answer(token), { 'cache-control': service.cacheControl });
  }

  return service;
}

/** Names the problem of a request that a service must refuse. */
function reasonAgainst({ documentId, layer, onBehalfOf }: z.infer<typeof MintRequest>): string | undefined {
  if (onBehalfOf !== undefined) return 'scope-missing';
  return documentId.startsWith('layermint-probe-') || layer.startsWith('user:') ? 'not-granted' : undefined;
}
