import { type FunctionFile } from './function-files.ts';
import { type Project } from './project.ts';

const kebab = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const camel = (file: string): string =>
  file.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** Returns the sentences with a true condition. */
const said = (...sentences: readonly (readonly [boolean, string])[]): string[] =>
  sentences.flatMap(([holds, sentence]) => (holds ? [sentence] : []));

function missingOfFile(file: string, { functions, resources }: FunctionFile): string[] {
  const name = camel(file);
  const deployed = functions[name];
  const path = `infra/functions/${file}.yml`;
  if (deployed === undefined) return [`${path} does not define the function ${name}`];
  return said(
    [
      deployed.handler !== `functions/${file}.handler`,
      `the handler of ${name} in ${path} is not functions/${file}.handler`,
    ],
    [resources.Resources[deployed.role] === undefined, `${path} does not define the role ${deployed.role}`],
  );
}

function missingOfFunctions(project: Project): string[] {
  const { entries, wirings, functionFiles, variables, texts } = project;
  const listed = Object.keys(variables).map(kebab);
  const files = new Set([...entries, ...wirings, ...Object.keys(functionFiles), ...listed]);
  return [...files].flatMap((file) => [
    ...said(
      [!entries.includes(file), `${file} has no functions/${file}.ts`],
      [!wirings.includes(file), `${file} has no lib/wiring/${file}.ts`],
      [!listed.includes(file), `lib/wiring/environments.ts does not list ${camel(file)}`],
      [functionFiles[file] === undefined, `${file} has no infra/functions/${file}.yml`],
      [
        !project.hasPermissions(camel(file)),
        `tests/support/template/permissions.ts does not list the permissions of ${camel(file)}`,
      ],
      ...['functions', 'resources'].map(
        (part) =>
          [
            texts['serverless.yml']?.includes(`\${file(infra/functions/${file}.yml):${part}}`) !== true,
            `serverless.yml does not list infra/functions/${file}.yml under ${part}`,
          ] as const,
      ),
    ),
    ...(functionFiles[file] === undefined ? [] : missingOfFile(file, functionFiles[file])),
  ]);
}

function missingOfRoutes({ routes, functionFiles, texts }: Project): string[] {
  const served = Object.values(functionFiles).flatMap(({ functions }) =>
    Object.values(functions).flatMap(({ events }) =>
      events.flatMap(({ httpApi }) =>
        typeof httpApi === 'object' ? [`${httpApi.method} ${httpApi.path}`] : [],
      ),
    ),
  );
  const keys = Object.values(routes).flat();
  return [
    ...Object.entries(routes).flatMap(([id, ownKeys]) =>
      said(
        ...ownKeys.map(
          (key) =>
            [
              !served.includes(key),
              `the route ${id} (${key}) is served by no function of infra/functions`,
            ] as const,
        ),
        [
          texts['docs/openapi.json']?.includes(`"operationId": "${id}"`) !== true,
          `docs/openapi.json does not describe ${id}: describe it in the openapi.ts beside its handler, ask it in tools/openapi/requests.ts, and run npm run openapi`,
        ],
      ),
    ),
    ...served
      .filter((key) => !keys.includes(key))
      .map((key) => `lib/http/routes/catalogue.ts does not list ${key}, which infra/functions serves`),
  ];
}

function missingOfParameters({
  parameters,
  variables,
  variablesOfStack,
  examples,
  texts,
}: Project): string[] {
  const read = Object.values(variables).flat();
  const set = [...variablesOfStack, ...Object.values(parameters).map(({ variable }) => variable)];
  const used = Array.from(
    `${texts['serverless.yml'] ?? ''}${texts['infra'] ?? ''}`.matchAll(/\$\{(?:param|optional):(\w+)/g),
    ([, name]) => name,
  );
  return [
    ...Object.entries(parameters).flatMap(([name, { does, allowed, value, variable, otherwise, ...rest }]) =>
      said(
        [does === '', `the parameter ${name} has no sentence`],
        [allowed === '', `the parameter ${name} does not say which values are allowed`],
        [value === undefined && variable === undefined, `nothing checks the parameter ${name}`],
        [
          variable === undefined && !used.includes(name),
          `nothing in serverless.yml or infra uses the parameter ${name}`,
        ],
        [
          variable !== undefined && !read.includes(variable),
          `no function reads ${variable ?? ''}, which the parameter ${name} sets`,
        ],
        [otherwise !== undefined && !examples.includes(name), `no example stage sets the parameter ${name}`],
        [
          otherwise !== undefined && rest.default !== undefined,
          `the parameter ${name} has a default and also describes its absence`,
        ],
      ),
    ),
    ...Object.entries(variables).flatMap(([name, ofFunction]) =>
      ofFunction
        .filter((variable) => !set.includes(variable))
        .map((variable) => `nothing sets ${variable}, which ${name} reads`),
    ),
  ];
}

const PLACES_OF_CLAIMS = ['docs/api.md', 'lib/tokens/inspection', 'tools/local/stand-ins/document-engine'];
const PLACES_OF_ALGORITHMS = [
  'docs/openapi.json',
  'tests/support/signing-keys',
  'tools/local/stand-ins/document-engine',
];

/** Lists the names that a file or folder does not mention. */
const unmentioned = (
  kind: string,
  names: readonly string[],
  places: readonly string[],
  texts: Project['texts'],
): string[] =>
  names.flatMap((name) =>
    places
      .filter((place) => !new RegExp(`\\b${name}\\b`).test(texts[place] ?? ''))
      .map((place) => `${place} does not mention the ${kind} ${name}`),
  );

/** Lists everything that a new part still lacks, one sentence each. */
export function missingFrom(project: Project): string[] {
  return [
    ...missingOfFunctions(project),
    ...missingOfRoutes(project),
    ...missingOfParameters(project),
    ...unmentioned('claim', project.claims, PLACES_OF_CLAIMS, project.texts),
    ...unmentioned('algorithm', project.algorithms, PLACES_OF_ALGORITHMS, project.texts),
  ];
}
