import { defineConfig, globalIgnores } from 'eslint/config';
import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

// The layers of lib, from the lowest. A folder may import those before its own line; folders of one line do not know each other.
const LAYERS = [
  ['runtime'],
  ['identity'],
  ['table'],
  ['signing-keys', 'document-engine'],
  ['rotation', 'revocation'],
  ['grants'],
  ['tokens'],
  ['http'],
  ['wiring'],
];

// These are entered through their index.ts. runtime is a set of small files, and http and wiring one file per route and function.
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
    message: 'The service knows nothing of what deploys, runs or tests it.',
  },
  {
    target: './infra',
    from: ['./functions', './tools', './tests'],
    message: 'What is deployed knows no tool.',
  },
  { target: './functions', from: ['./tools', './tests'], message: 'What is deployed knows no tool.' },
  { target: './tools', from: ['./tests'], message: 'No tool knows a test.' },
].filter(({ from }) => from.length > 0);

const withinHttp = {
  target: ['./lib/http/problems', './lib/http/messages', './lib/http/authentication'],
  from: ['./lib/http/routes'],
  message: 'Routes use problems, messages and authentication, which know no route.',
};

const throughIndex = {
  regex: `(^|/)\\.\\./(?:\\.\\./)*(?:lib/)?(?:${DOMAINS.join('|')})/(?!index\\.ts$|[\\w-]+\\.json$)`,
  message: 'Enter a domain through its index.ts.',
};

// From another folder: a system's own files import each other from './'.
const standInThroughIndex = {
  regex:
    '^(?!.*/lib/)\\.\\./(?:.*/)?(?:document-engine|secrets-manager|dynamodb|issuer|api-gateway|lambda|sample-apps)/(?!index\\.ts$)',
  message: 'Enter a stand-in through its index.ts.',
};

// The tests' own support has folders of the same names.
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
    files: ['tools/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: [throughIndex, standInThroughIndex] }] },
  },
  {
    // A unit test may import the file that it is about; all other tests use a stand-in as the tools do.
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
            { group: ['aws-lambda', '@middy/*'], message: 'The domain knows nothing of HTTP or Lambda.' },
          ],
        },
      ],
    },
  },
  {
    // The log tells the messages of our own errors only: that of another never reaches an operator.
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
    // `import { type X }` brings the module along at run time; a function bundles what its routes reach.
    files: ['lib/**/*.ts', 'functions/**/*.ts'],
    rules: { '@typescript-eslint/no-import-type-side-effects': 'error' },
  },
  {
    // What describes the API for its document alone may speak of all of it.
    files: ['lib/http/**/*.ts'],
    ignores: ['**/openapi.ts'],
    rules: { 'import-x/no-restricted-paths': ['error', { zones: [...directions, withinHttp] }] },
  },
  {
    files: ['infra/**/*.ts', 'tools/**/*.ts', 'tests/benchmarks/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['**/*.js', '**/*.cjs'],
    extends: [tseslint.configs.disableTypeChecked],
  },
);
