import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['**/node_modules/', '**/dist/', '**/.next/', '**/.venv/', 'test-results/', '.data/', 'web/next-env.d.ts'] },
  ...tseslint.configs.strict,
  {
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }],
      // Indexes are checked by noUncheckedIndexedAccess; a `!` says that the reason is in sight.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-invalid-void-type': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      'max-lines': ['error', { max: 230, skipBlankLines: true, skipComments: true }],
      eqeqeq: 'error',
    },
  },
);
