import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

// Data flows one way: functions → lib/http → lib/<domain> → AWS or Document Engine, and a domain is entered
// through its index.ts only. The two rules below hold that line.
const domains = ['tokens', 'signing-keys', 'grants', 'revocation', 'document-engine'];

export default defineConfig(
  globalIgnores(['node_modules/', '.serverless/', '.esbuild/', 'clients/**/dist/']),
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  {
    files: domains.map((domain) => `lib/${domain}/**/*.ts`),
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['**/http/**', '**/functions/**', '**/infra/local/**', '**/infra/cli/**'],
              message: 'The domain knows nothing of HTTP, Lambda or the local stack.',
            },
            { group: ['aws-lambda', '@middy/*'], message: 'The domain knows nothing of HTTP or Lambda.' },
            {
              regex: `^\\.\\./(${domains.join('|')})/(?!index\\.ts$)`,
              message: 'Enter a domain through its index.ts.',
            },
          ],
        },
      ],
    },
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
