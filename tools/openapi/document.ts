import packageJson from '../../package.json' with { type: 'json' };
import { DEFAULT_PORT } from '../local/stack/command-line.ts';
import { answersOf, sharedAnswers } from './answers.ts';
import { EXCHANGES } from './exchanges.ts';
import { type JsonObject, referenceTo } from './json-schema.ts';
import { type Operation, OPERATIONS, type Parameter } from './operations.ts';
import { schemas } from './components.ts';

const DESCRIPTION = `Layermint mints short-lived tokens for Nutrient Instant, each of which opens one document and one layer.

**Errors** are problem details (RFC 9457) of the types that are listed with each route; docs/problems.md describes them. API
Gateway answers some requests by itself, with \`{"message"}\`: decide by the status. 401: get a new caller token. 403: stop
asking. 429 and 503: try again, after \`Retry-After\` where it is given. A path that is not listed is answered 404, and another
method of one that is 405, as \`components.responses\` has them.

**Bodies** are JSON in UTF-8, sent as \`application/json\`. Unknown members are refused by name, and so is a member that an object
has twice. Unknown query parameters are refused where a route has any.

**The document** describes the service as it is shipped. A stage can set the longest life of tokens, the prefix of private layers
and whether backend tokens may be for \`"any"\`, and has its own role file.

**Examples** are requests to the service as \`npm start\` brings it up, and their answers. Those of one name belong together:
parameters, body and answer. \`x-step\` is their order, \`x-caller\` the demo caller who asks. Tokens, ids, ETags, times and addresses stand
for those that are really answered, also where a later request uses them.`;

const SCOPES = `The OIDC token of the caller, from the deployment's one issuer. Scopes, which belong to no public client:

- \`layermint/on-behalf\`: mint tokens for users that the caller has authenticated itself
- \`layermint/grants\`: administer the grants of every document
- \`layermint/revocations\`: revoke anybody's tokens, and see every revocation
- \`layermint/backend-tokens\`: mint tokens for Document Engine's backend routes`;

/** docs/openapi.json: the API as OpenAPI 3.1 describes it. */
export function openApiDocument(): JsonObject {
  const paths: Record<string, JsonObject> = {};
  for (const operation of OPERATIONS) {
    const [method = '', path = ''] = operation.route.split(' ');
    paths[path] = { ...paths[path], [method.toLowerCase()]: operationObject(operation) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Layermint',
      version: packageJson.version,
      summary: packageJson.description,
      description: DESCRIPTION,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [
      {
        url: 'https://{host}',
        description: 'A deployed stage',
        variables: { host: { default: 'tokens.example.com', description: 'Its domain name' } },
      },
      { url: `http://127.0.0.1:${DEFAULT_PORT}`, description: 'The service on this machine (npm start)' },
    ],
    tags: [
      { name: 'tokens', description: 'Tokens that open a document in Nutrient Instant.' },
      { name: 'documents', description: 'What the caller can open.' },
      { name: 'grants', description: 'Who may do what on a document.' },
      { name: 'revocations', description: 'To end tokens before they expire.' },
      { name: 'backend tokens', description: 'Tokens for Document Engine’s backend routes.' },
      { name: 'service', description: 'Public: keys and health.' },
    ],
    paths,
    components: {
      securitySchemes: {
        caller: {
          type: 'openIdConnect',
          openIdConnectUrl: 'https://identity.example.com/.well-known/openid-configuration',
          description: SCOPES,
        },
      },
      responses: sharedAnswers(),
      schemas: schemas(),
    },
  };
}

function operationObject(operation: Operation): JsonObject {
  const { id, tag, summary, description, parameters } = operation;
  return {
    operationId: id,
    tags: [tag],
    summary,
    description,
    security: securityOf(operation),
    ...(parameters.length > 0 && {
      parameters: parameters.map((parameter) => parameterObject(operation, parameter)),
    }),
    ...(operation.body && { requestBody: bodyObject(operation, operation.body) }),
    responses: answersOf(operation),
  };
}

/** Alternatives: who needs no scope by what they own, and who has the scope. */
function securityOf({ access }: Operation): JsonObject[] {
  if (access === 'public') return [];
  if (access === 'caller') return [{ caller: [] }];
  if ('scope' in access) return [{ caller: [access.scope] }];
  return [{ caller: [] }, { caller: [access.unlessScope] }];
}

function parameterObject({ id }: Operation, { name, in: place, description, schema }: Parameter): JsonObject {
  const examples = EXCHANGES.flatMap(({ operation, name: example, parameters }) => {
    const value = operation === id ? parameters?.[name] : undefined;
    return value === undefined ? [] : [[example, { value: exampleValue(value, schema) }] as const];
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

const exampleValue = (text: string, { type }: JsonObject): string | number =>
  type === 'integer' ? Number(text) : text;

function bodyObject({ id }: Operation, { schema, maxKilobytes }: NonNullable<Operation['body']>): JsonObject {
  const examples = EXCHANGES.filter(({ operation }) => operation === id).map(
    ({ name, summary, body }) => [name, { summary, value: body }] as const,
  );
  return {
    description: `At most ${maxKilobytes} KB.`,
    required: true,
    content: {
      'application/json': {
        schema: { $ref: referenceTo(schema) },
        examples: Object.fromEntries(examples),
      },
    },
  };
}
