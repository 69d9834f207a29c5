import * as z from 'zod';
import { jsonAnswer, textAnswer, type HttpAnswer, type HttpRequest } from '../loopback-server.ts';
import { upload, type Documents } from './held-documents.ts';
import type { Refusal } from './jwt-secrets.ts';
import { parsePublicKey, type PublicKey } from './public-key.ts';
import type { Route } from './routing.ts';
import { REFUSED, revokeToken, type TokenRules } from './tokens.ts';

export type BackendOperation =
  'add-secret' | 'list-secrets' | 'rotate-secret' | 'change-expiry' | 'revoke' | 'list-layers' | 'upload';

/** An instant in the documentation's ISO 8601, as milliseconds since the Unix epoch. */
const instant = z.iso.datetime({ offset: true }).transform((text) => {
  // Document Engine answers with whole seconds, so no client may rely on its milliseconds.
  return Math.floor(Date.parse(text) / 1000) * 1000;
});

const addition = z.object({ secret: z.string(), expiresAt: z.optional(instant) });
const rotation = z.object({ secret: z.string() });
const expiryChange = z.object({ expiresAt: instant });
const revocation = z.object({ jwts: z.array(z.string()).min(1) });

/** Serves the part of Document Engine's API for backends that a token service needs. */
export function backendApi(
  apiToken: string,
  documents: Documents,
  rules: TokenRules,
): Route<BackendOperation>[] {
  const { secrets } = rules;

  const authenticated =
    (answer: Route<BackendOperation>['answer']): Route<BackendOperation>['answer'] =>
    (request, parameters) =>
      request.headers.authorization === `Token token="${apiToken}"`
        ? answer(request, parameters)
        : textAnswer(rules.behaviour.wrongApiTokenStatus, 'The API token is missing or wrong');

  const withKey = (pem: string, use: (key: PublicKey) => Refusal | undefined): HttpAnswer => {
    const key = parsePublicKey(pem, rules.algorithm);
    return changed(
      key === undefined ? `The secret is not a public key for ${rules.algorithm} in PEM` : use(key),
    );
  };

  return [
    {
      operation: 'list-secrets',
      method: 'GET',
      pattern: '/api/secrets/jwt',
      answer: authenticated(() =>
        jsonAnswer(
          200,
          secrets.list().map(({ id, expiresAt }) => ({
            id,
            // With six decimals, as in the guide: the text differs from the one that was sent.
            expiresAt:
              expiresAt === undefined ? null : new Date(expiresAt).toISOString().replace('Z', '000Z'),
          })),
        ),
      ),
    },
    {
      operation: 'add-secret',
      method: 'POST',
      pattern: '/api/secrets/jwt',
      answer: authenticated((request) =>
        withBody(request, addition, ({ secret, expiresAt }) =>
          withKey(secret, (key) => secrets.add(key, expiresAt)),
        ),
      ),
    },
    {
      operation: 'rotate-secret',
      method: 'POST',
      pattern: '/api/secrets/jwt/rotate',
      answer: authenticated((request) =>
        withBody(request, rotation, ({ secret }) =>
          withKey(secret, (key) => {
            secrets.rotate(key);
            return undefined;
          }),
        ),
      ),
    },
    {
      operation: 'change-expiry',
      method: 'POST',
      pattern: '/api/secrets/jwt/:id',
      answer: authenticated((request, parameter) =>
        withBody(request, expiryChange, ({ expiresAt }) => {
          const id = parameter('id');
          return changed(
            /^\d+$/.test(id) ? secrets.changeExpiry(Number(id), expiresAt) : 'The id of a secret is a number',
          );
        }),
      ),
    },
    {
      operation: 'revoke',
      method: 'POST',
      pattern: '/api/revoke',
      answer: authenticated((request) => withBody(request, revocation, ({ jwts }) => revoke(jwts, rules))),
    },
    {
      operation: 'upload',
      method: 'POST',
      pattern: '/api/documents',
      answer: authenticated((request) => upload(request, documents, rules.behaviour.takenIdStatus)),
    },
    {
      operation: 'list-layers',
      method: 'GET',
      pattern: '/api/documents/:documentId/layers',
      answer: authenticated((_request, parameter) => {
        const layers = documents.layersOf(parameter('documentId'));
        return layers === undefined
          ? textAnswer(404, 'There is no such document')
          : jsonAnswer(200, { data: layers });
      }),
    },
  ];
}

function revoke(jwts: readonly string[], rules: TokenRules): HttpAnswer {
  const outcomes = jwts.map((token, index) => ({ token, index, problem: revokeToken(token, rules) }));
  const data = outcomes.filter(({ problem }) => problem === undefined).map(({ token }) => token);
  const failingPaths = outcomes
    .filter(({ problem }) => problem !== undefined)
    .map(({ index, problem }) => ({ path: `$.jwts[${index}]`, details: problem }));
  if (failingPaths.length === 0) return jsonAnswer(200, { data });
  if (outcomes.some(({ problem }) => problem === REFUSED)) return textAnswer(400, REFUSED);
  return jsonAnswer(data.length === 0 ? rules.behaviour.noneRevokedStatus : 200, { data, failingPaths });
}

function withBody<Body>(
  request: HttpRequest,
  schema: z.ZodType<Body>,
  answer: (body: Body) => HttpAnswer,
): HttpAnswer {
  if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? ''))
    return textAnswer(400, 'The Content-Type must be application/json');
  let body: unknown;
  try {
    body = JSON.parse(request.body);
  } catch {
    return textAnswer(400, 'The body is not JSON');
  }
  const parsed = schema.safeParse(body);
  if (parsed.success) return answer(parsed.data);
  const [issue] = parsed.error.issues;
  // zod's message names the expected type. It never quotes the value, which may be a token.
  return textAnswer(400, `$.${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not valid'}`);
}

/** Answers a change with 200. Its body is not documented, so it is empty here. */
function changed(refusal: Refusal | undefined): HttpAnswer {
  return refusal === undefined ? { status: 200, headers: {}, body: '' } : textAnswer(400, refusal);
}
