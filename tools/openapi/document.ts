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

**Errors** are problem details (RFC 9457) of the types that are listed with each route; docs/problems.md describes them. API
Gateway answers some requests by itself, with \`{"message"}\`: decide by the status. 401: get a new caller token. 403: stop
asking. 429 and 503: try again, after \`Retry-After\` where it is given; any other 5xx that is not listed is API Gateway's. A path
that is not listed is answered 404, and another method of one that is 405, as \`x-without-route\` has them.

**Bodies** are JSON in UTF-8, sent as \`application/json\`. Unknown members are refused by name, and so is a member that an object
has twice. Unknown query parameters are refused where a route has any.

**The document** describes the service as it is shipped. A stage can set the longest life of tokens, the prefix of private layers
and whether backend tokens may be for \`"any"\`, and has its own role file.

**Examples** are requests to the service as \`npm start\` brings it up, and their answers. Those of one name belong together:
parameters, body and answer; \`x-body\` is a body that is refused. \`x-step\` is their order, \`x-caller\` the demo caller who asks. Tokens,
ids, ETags, times and addresses stand for those that are really answered, also where a later request uses them.`;

const info = {
  title: 'Layermint',
  version: packageJson.version,
  summary: packageJson.description,
  description: DESCRIPTION,
  contact: { name: 'Who runs the deployment' },
  license: { name: 'MIT', identifier: 'MIT' },
};

const SECURITY = `The OIDC token of the caller, from the deployment's one issuer, whose addresses these stand for: its discovery document
is at <issuer>/.well-known/openid-configuration. How a user gets one is up to the issuer. Scopes belong to no public client.`;

const SCOPES = {
  'layermint/on-behalf': 'Mint tokens for users that the caller has authenticated itself',
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

/** docs/openapi.json: the API as OpenAPI 3.1 describes it, with recorded exchanges as examples. */
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
          variables: { host: { default: 'tokens.example.com', description: 'Its domain name' } },
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

function operationObject(operation: Operation, exchanges: readonly Exchange[]): ZodOpenApiOperationObject {
  const { id, tag, route, prose } = operation;
  return {
    operationId: id,
    tags: [tag],
    summary: prose.summary,
    description: prose.description,
    security: securityOf(route.access),
    ...(prose.parameters && {
      parameters: prose.parameters.map((parameter) => parameterObject(parameter, exchanges)),
    }),
    ...(route.body !== undefined && { requestBody: bodyObject(route.body, route.maxBodyBytes, exchanges) }),
    responses: responsesOf(operation, exchanges),
  };
}

/** Alternatives: who needs no scope by what they own, and who has the scope. */
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
  // A body that is refused is no example of the schema: it stands beside the answer.
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
