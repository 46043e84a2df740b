import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const typed = ['packages/*', 'services/*', 'web', 'tests', 'infra/k6'].map((folder) => `${folder}/tsconfig.json`);

export default tseslint.config(
  { ignores: ['**/node_modules/', '**/dist/', '**/.next/', '**/.venv/', 'test-results/', '.data/', 'web/next-env.d.ts'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  ...tseslint.configs.strict,
  {
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }],
      // Indexes are checked by noUncheckedIndexedAccess; a `!` says that the reason is in sight.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-invalid-void-type': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      'max-lines': ['error', { max: 310, skipBlankLines: true, skipComments: true }],
      eqeqeq: 'error',
      'no-restricted-syntax': [
        'error',
        {
          selector: "Property[key.name='hour12'], Property[key.value='hour12']",
          message: "`hour12: false` writes 24:05 after midnight in English and Korean: take `hourCycle: 'h23'`.",
        },
      ],
    },
  },
  {
    // Rules that need types: what is forgotten to be awaited is lost without a word.
    files: ['**/*.ts', '**/*.tsx'],
    languageOptions: { parserOptions: { project: typed, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-unnecessary-type-assertion': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/prefer-promise-reject-errors': 'error',
    },
  },
  {
    files: ['web/**/*.{ts,tsx}'],
    plugins: { 'react-hooks': reactHooks },
    rules: { 'react-hooks/rules-of-hooks': 'error', 'react-hooks/exhaustive-deps': 'error' },
  },
  {
    // Catalogues and rows of cases are read one entry at a time.
    files: ['tests/**', '**/test/**'],
    rules: { 'max-lines': ['error', { max: 410, skipBlankLines: true, skipComments: true }] },
  },
  {
    files: ['packages/contracts/src/{metrics,routes,schemas}.ts'],
    rules: { 'max-lines': ['error', { max: 510, skipBlankLines: true, skipComments: true }] },
  },
);
