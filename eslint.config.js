import js from '@eslint/js';
import globals from 'globals';
import svelte from 'eslint-plugin-svelte';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

/** Style and traps only; who may import whom is tests/unit/architecture.test.ts. */
export default ts.config(
  { ignores: ['node_modules/', '.svelte-kit/', 'build/', 'test-results/', '.cache/', 'static/'] },
  js.configs.recommended,
  ...ts.configs.strictTypeChecked,
  ...svelte.configs.recommended,
  {
    languageOptions: {
      globals: { ...globals.browser, ...globals.node },
      parserOptions: {
        projectService: { allowDefaultProject: ['*.js'] },
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.svelte'],
      },
    },
    rules: {
      'no-console': 'error',
      'no-undef': 'off',
      'no-restricted-globals': [
        'error',
        { name: 'localStorage', message: 'Only platform/preferences.ts keeps small choices.' },
        { name: 'indexedDB', message: 'Only platform/database opens the database.' },
        { name: 'alert', message: 'Use ui/notices.' },
        { name: 'confirm', message: 'Use ui/Dialog.svelte, or make it undoable.' },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      // Asserting on an index that was just checked reads better than a second check.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // Replaced as a whole, never changed in place: a plain Map in $state.raw or $derived is right.
      'svelte/prefer-svelte-reactivity': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
  },
  {
    // What a component imports from `.svelte.ts` files has no resolved type here; svelte-check has it.
    files: ['**/*.svelte'],
    rules: {
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    files: ['src/lib/platform/**'],
    rules: {
      'no-restricted-globals': [
        'error',
        { name: 'Worker', message: 'Import `PolicedWorker as Worker`, so that it has the app’s policy.' },
        {
          name: 'SharedWorker',
          message: 'It has no policy on the first visit: see platform/policed-worker.ts.',
        },
      ],
    },
  },
  {
    files: ['tests/**'],
    ignores: ['tests/e2e/hands.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: "CallExpression[callee.property.name='waitForTimeout']",
          message: 'Wait for a condition; the rhythm of a hand is `pause` in hands.ts.',
        },
      ],
    },
  },
  { files: ['scripts/**', 'tests/**'], rules: { 'no-console': 'off', 'no-restricted-globals': 'off' } },
  { files: ['**/*.js', '**/*.mjs'], ...ts.configs.disableTypeChecked },
);
