import { defineConfig, globalIgnores } from 'eslint/config';
import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

// The layers of lib, from the lowest. A folder may import the folders of earlier lines, and none of its own line.
const LAYERS = [
  ['runtime'],
  ['identity', 'audit'],
  ['issuers'],
  ['table'],
  ['signing-keys', 'document-engine', 'limits'],
  ['rotation', 'revocation'],
  ['grants'],
  ['tokens'],
  ['http'],
  ['probes'],
  ['wiring'],
];

// These are entered through their index.ts. runtime is a set of small files; http and wiring have one file per route or function.
const DOMAINS = LAYERS.flat().filter((layer) => !['runtime', 'http', 'wiring'].includes(layer));

const lib = (layers) => layers.map((layer) => `./lib/${layer}`);

const directions = [
  ...LAYERS.flatMap((layers, at) =>
    layers.map((layer) => ({
      target: `./lib/${layer}`,
      from: lib(LAYERS.flatMap((others, of) => (of < at ? [] : others)).filter((other) => other !== layer)),
      message: 'Data flows one way: eslint.config.js lists the layers.',
    })),
  ),
  {
    target: './lib',
    from: ['./functions', './infra', './tools', './tests'],
    message: 'The service must not import the code that deploys, runs or tests it.',
  },
  {
    target: './infra',
    from: ['./functions', './tools', './tests'],
    message: 'Deployed code must not import a tool or a test.',
  },
  {
    target: './functions',
    from: ['./tools', './tests'],
    message: 'Deployed code must not import a tool or a test.',
  },
  {
    target: './clients',
    from: ['./functions', './lib', './infra', './tools', './tests'],
    message: 'A client is a package of its own, and knows the API alone.',
  },
  { target: './tools', from: ['./tests'], message: 'A tool must not import a test.' },
].filter(({ from }) => from.length > 0);

const withinHttp = {
  target: ['./lib/http/problems', './lib/http/messages', './lib/http/authentication'],
  from: ['./lib/http/routes'],
  message: 'Routes import problems, messages and authentication, never the other way round.',
};

const throughIndex = {
  regex: `(^|/)\\.\\./(?:\\.\\./)*(?:lib/)?(?:${DOMAINS.join('|')})/(?!index\\.ts$|[\\w-]+\\.json$)`,
  message: 'Enter a domain through its index.ts.',
};

const domainFromRoute = {
  ...throughIndex,
  regex: `^(?:\\.\\./){3}(?:${DOMAINS.join('|')})/(?!index\\.ts$)`,
};

// From another folder: a system's own files import each other from './'.
const standInThroughIndex = {
  regex:
    '^(?!.*/lib/)\\.\\./(?:.*/)?(?:document-engine|secrets-manager|dynamodb|cloudwatch-logs|issuer|api-gateway|lambda|sample-apps)/(?!index\\.ts$)',
  message: 'Enter a stand-in through its index.ts.',
};

// The tests' support has folders of the same names.
const standInOfTestThroughIndex = {
  regex: '(?:^|/)stand-ins/[\\w-]+/(?!index\\.ts$)',
  message: standInThroughIndex.message,
};

export default defineConfig(
  globalIgnores(['node_modules/', '.serverless/', '.esbuild/', 'clients/**/dist/']),
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true } },
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver': { node: { extensions: ['.ts', '.js', '.json'] } } },
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      'import-x/no-restricted-paths': ['error', { zones: directions }],
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  {
    files: ['lib/**/*.ts', 'functions/**/*.ts', 'infra/**/*.ts', 'tools/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: [throughIndex] }] },
  },
  {
    // The folders of routes have the names of domains, and import each other's files. The domains are three folders above.
    files: ['lib/http/routes/*/*.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: [domainFromRoute] }] },
  },
  {
    files: ['tools/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: [throughIndex, standInThroughIndex] }] },
  },
  {
    // A unit test may import the file under test. All other tests use a stand-in as the tools do.
    files: ['tests/**/*.ts'],
    ignores: ['tests/unit/**'],
    rules: { 'no-restricted-imports': ['error', { patterns: [standInOfTestThroughIndex] }] },
  },
  {
    files: ['lib/**/*.ts'],
    ignores: ['lib/http/**', 'lib/wiring/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            throughIndex,
            { group: ['aws-lambda', '@middy/*'], message: 'The domain must not depend on HTTP or Lambda.' },
          ],
        },
      ],
    },
  },
  {
    // The log shows the messages of our own errors only. Any other message never reaches an operator.
    files: ['lib/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'NewExpression[callee.name=/^(Error|TypeError|RangeError|SyntaxError)$/]',
          message:
            'Throw an error of our own (lib/runtime/errors.ts): the log leaves out the message of any other.',
        },
      ],
    },
  },
  {
    // `import { type X }` imports the module at run time too, and so bundles it into the function.
    files: ['lib/**/*.ts', 'functions/**/*.ts'],
    rules: { '@typescript-eslint/no-import-type-side-effects': 'error' },
  },
  {
    // An openapi.ts describes the API for its document alone, so it may import all of lib/http.
    files: ['lib/http/**/*.ts'],
    ignores: ['**/openapi.ts'],
    rules: { 'import-x/no-restricted-paths': ['error', { zones: [...directions, withinHttp] }] },
  },
  {
    // Preact's handlers may be async functions: the component shows their errors itself. A component's result is its own type.
    files: ['clients/console/**/*.{ts,tsx}'],
    settings: { 'import-x/resolver': { node: { extensions: ['.ts', '.tsx', '.js', '.json'] } } },
  },
  {
    files: ['infra/**/*.ts', 'tools/**/*.ts', 'tests/benchmarks/**/*.{ts,js,cjs}'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['**/*.js', '**/*.cjs'],
    extends: [tseslint.configs.disableTypeChecked],
  },
);
