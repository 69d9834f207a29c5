import { createDocument, type ZodOpenApiOperationObject } from 'zod-openapi';
import packageJson from '../../package.json' with { type: 'json' };
import { type Access } from '../../lib/http/routes/catalogue.ts';
import { type DescribedParameter, type DescribedResource } from '../../lib/http/routes/openapi.ts';
import { type Scope } from '../../lib/http/authentication/scopes.ts';
import { DEFAULT_PORT } from '../local/stack/command-line.ts';
import { type Exchange } from './exchanges.ts';
import { responsesOf, responsesWithoutRoute, sharedResponses } from './responses.ts';
import { withRemarks, withRules } from './schemas.ts';
import { type Operation, OPERATIONS, RESOURCES, schemaNamed } from './service.ts';

const DESCRIPTION = `Layermint mints short-lived tokens for Nutrient Instant, each of which opens one document and one layer.

**Errors** are problem details (RFC 9457). Each route lists their types, and docs/problems.md describes them. API Gateway answers
some requests by itself, with \`{"message"}\`. Act on the status. 401: get a new caller token. 403: stop asking. 429 and 503: try again,
after \`Retry-After\` if the answer has it. Any other 5xx that is not listed comes from API Gateway. A path that is not listed answers
404, and another method of a listed path answers 405: see \`x-without-route\`.

**Bodies** are JSON in UTF-8, sent as \`application/json\`. An unknown member is refused by name, and so is a member that an object
has twice. A route with query parameters refuses unknown ones.

**The document** describes the service as it is shipped. A stage can set the longest life of tokens and the prefix of private layers,
can allow backend tokens for \`"any"\`, and has its own role file.

**Examples** are requests to the service that \`npm start\` runs, with their answers. Parameters, body and answer of the same name
belong together. \`x-body\` is a body that is refused. \`x-step\` is the order of the requests, and \`x-caller\` the demo user or backend
that sends them. Tokens, ids, ETags, times and addresses are replaced by fixed values, also in later requests that use them.`;

const info = {
  title: 'Layermint',
  version: packageJson.version,
  summary: packageJson.description,
  description: DESCRIPTION,
  contact: { name: 'The operator of the deployment' },
  license: { name: 'MIT', identifier: 'MIT' },
};

const SECURITY = `The caller's OIDC token, from the deployment's one issuer. The addresses here are examples: the issuer's own are in its
discovery document, <issuer>/.well-known/openid-configuration. The issuer decides how a user gets a token. Never give scopes to a public
client.`;

const SCOPES = {
  'layermint/on-behalf': 'Mint tokens for users that the caller has authenticated itself',
  'layermint/vouch': 'Mint tokens from a grant in the request, which the caller has decided on itself',
  'layermint/grants': 'Administer the grants of every document',
  'layermint/revocations': "Revoke anybody's tokens, and see every revocation",
  'layermint/backend-tokens': "Mint tokens for Document Engine's backend routes",
} satisfies Record<Scope, string>;

const ISSUER = 'https://identity.example.com';

const securityScheme = {
  type: 'oauth2',
  description: SECURITY,
  flows: {
    authorizationCode: {
      authorizationUrl: `${ISSUER}/oauth2/authorize`,
      tokenUrl: `${ISSUER}/oauth2/token`,
      scopes: {},
    },
    clientCredentials: { tokenUrl: `${ISSUER}/oauth2/token`, scopes: SCOPES },
  },
} as const;

const TAGS = new Map(Object.values<DescribedResource>(RESOURCES).map(({ tag }) => [tag.name, tag]));

/** Makes docs/openapi.json: the API in OpenAPI 3.1, with recorded exchanges as examples. */
export function openApiDocument(exchanges: readonly Exchange[]): object {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const operation of OPERATIONS) {
    const [method = '', path = ''] = operation.route.key.split(' ');
    const own = exchanges.filter((exchange) => exchange.operation === operation.id);
    paths[path] = { ...paths[path], [method.toLowerCase()]: operationObject(operation, own) };
  }
  const document = createDocument(
    {
      openapi: '3.1.0',
      info,
      servers: [
        {
          url: 'https://{host}',
          description: 'A deployed stage',
          variables: {
            host: {
              default: 'tokens.example.com',
              description: 'Its domain name, and its base path if it has one',
            },
          },
        },
        {
          url: `http://127.0.0.1:${DEFAULT_PORT}`,
          description: 'The service on this machine (npm start)',
        },
      ],
      tags: [...TAGS.values()],
      paths,
      components: {
        securitySchemes: { caller: securityScheme },
        responses: sharedResponses(),
      },
      'x-without-route': responsesWithoutRoute(),
    },
    { override: withRules },
  );
  const derived = Object.entries(document.components?.schemas ?? {});
  const described = derived.map(
    ([name, schema]) => [name, withRemarks(name, { ...schema }, schemaNamed(name).remarks)] as const,
  );
  return { ...document, components: { ...document.components, schemas: Object.fromEntries(described) } };
}

const HEAD = '`HEAD` answers the same headers without the body.';

function operationObject(operation: Operation, exchanges: readonly Exchange[]): ZodOpenApiOperationObject {
  const { id, tag, route, prose } = operation;
  return {
    operationId: id,
    tags: [tag],
    summary: prose.summary,
    description: route.head ? `${prose.description} ${HEAD}` : prose.description,
    security: securityOf(route.access),
    ...(prose.parameters && {
      parameters: prose.parameters.map((parameter) => parameterObject(parameter, exchanges)),
    }),
    ...(route.body !== undefined && { requestBody: bodyObject(route.body, route.maxBodyBytes, exchanges) }),
    responses: responsesOf(operation, exchanges),
  };
}

/** Lists the alternatives of access: some routes take an owner without the scope, or any caller with it. */
function securityOf(access: Access) {
  if (access === 'public') return [];
  if (access === 'caller') return [{ caller: [] }];
  if ('scope' in access) return [{ caller: [access.scope] }];
  return [{ caller: [] }, { caller: [access.unlessScope] }];
}

function parameterObject(
  { name, in: place, description, schema }: DescribedParameter,
  exchanges: readonly Exchange[],
) {
  const examples = exchanges.flatMap(({ name: example, parameters }) => {
    const text = parameters?.[name];
    if (text === undefined) return [];
    return [[example, { value: schema['type'] === 'integer' ? Number(text) : text }] as const];
  });
  return {
    name,
    in: place,
    description,
    ...(place === 'path' && { required: true }),
    ...(schema['maxLength'] === 0 && { allowEmptyValue: true }),
    schema,
    ...(examples.length > 0 && { examples: Object.fromEntries(examples) }),
  };
}

function bodyObject(schema: string, maxBytes = 0, exchanges: readonly Exchange[]) {
  // A refused body is not an example of the schema: it stands beside the answer.
  const examples = exchanges
    .filter(({ status }) => status !== 400)
    .map(({ name, summary, body }) => [name, { summary, value: body }] as const);
  return {
    description: `At most ${maxBytes / 1024} KB.`,
    required: true,
    content: {
      'application/json': { schema: schemaNamed(schema).schema, examples: Object.fromEntries(examples) },
    },
  };
}
