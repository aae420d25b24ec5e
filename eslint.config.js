import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** What may not be called outside the rooms that touch the world (house rule 4). */
const pureRooms = ['src/**/*.ts', 'src/**/*.tsx'];
const edges = ['src/environment/**', 'src/cli/**', 'src/**/*.test.ts'];

const noLostDeadline = {
  object: 'AbortSignal',
  property: 'timeout',
  message: 'Node 20 may collect it before it fires: take src/deadline.ts.',
};

export default tseslint.config(
  { ignores: ['dist', 'coverage', 'node_modules', 'fixtures', '.aieng', '.stryker-tmp', 'kernel'] },
  js.configs.recommended,
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        fetch: 'readonly',
        setTimeout: 'readonly',
      },
    },
  },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/require-await': 'off',
      'no-restricted-properties': ['error', noLostDeadline],
      'no-control-regex': 'off',
      'no-console': 'error',
    },
  },
  {
    files: pureRooms,
    ignores: edges,
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'The clock is an argument: take it from Environment.' },
        {
          object: 'Math',
          property: 'random',
          message: 'Randomness is an argument: use src/random.ts with a seed.',
        },
        {
          object: 'process',
          property: 'env',
          message: 'The environment is an argument: take it from Environment.',
        },
        { object: 'process', property: 'exit', message: 'Only the CLI exits.' },
        { object: 'Date', property: 'parse', message: 'Times are parsed by data/values.ts only.' },
        noLostDeadline,
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: "NewExpression[callee.name='Date'][arguments.length=0]",
          message: 'The clock is an argument.',
        },
        { selector: 'ExportDefaultDeclaration', message: 'No default exports.' },
      ],
    },
  },
  {
    files: ['test/**/*.ts', 'bench/**/*.ts', 'scripts/**/*.ts', 'src/**/*.test.ts', '*.config.ts'],
    rules: {
      'no-console': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-floating-promises': 'error',
    },
  },
);
