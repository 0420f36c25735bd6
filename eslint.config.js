import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

/** Code where a lost promise is a lost edit. Components stay untyped: typed linting of them costs 15 s. */
const TYPED = ['src/**/*.ts', 'worker/**/*.ts', 'scripts/**/*.ts'];
const TESTS = ['**/*.test.ts', 'tests/**/*.ts'];

export default ts.config(
	{
		ignores: [
			'.svelte-kit/',
			'.data*/',
			'build/',
			'bench/',
			'drizzle/',
			'src/lib/messages/',
			'node_modules/',
			'static/'
		]
	},
	js.configs.recommended,
	...ts.configs.recommended,
	...ts.configs.stylistic,
	...svelte.configs.recommended,
	{
		languageOptions: {
			// Types know which globals exist where.
			parserOptions: { extraFileExtensions: ['.svelte'] }
		},
		rules: {
			'no-undef': 'off',
			'@typescript-eslint/consistent-type-imports': [
				'error',
				{ fixStyle: 'inline-type-imports', disallowTypeAnnotations: false }
			],
			'@typescript-eslint/consistent-type-definitions': 'off',
			'@typescript-eslint/consistent-indexed-object-style': 'off',
			'@typescript-eslint/no-explicit-any': 'error',
			'@typescript-eslint/no-empty-function': 'off',
			'@typescript-eslint/no-unused-vars': [
				'error',
				{ argsIgnorePattern: '^_', varsIgnorePattern: '^_' }
			],
			'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'] }],
			'no-console': 'error',
			eqeqeq: 'error',
			'max-depth': ['error', 4],
			'max-params': ['error', 5],
			'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
			'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
			complexity: ['error', 20]
		}
	},
	{
		files: TYPED,
		languageOptions: { parserOptions: { projectService: true } },
		rules: {
			'@typescript-eslint/no-floating-promises': 'error',
			'@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
			'@typescript-eslint/await-thenable': 'error',
			'@typescript-eslint/require-await': 'off',
			'@typescript-eslint/switch-exhaustiveness-check': [
				'error',
				{ considerDefaultExhaustiveForUnions: true }
			]
		}
	},
	{
		files: ['src/**/*.ts'],
		ignores: ['src/lib/server/records/structs.ts', ...TESTS],
		rules: {
			'no-restricted-syntax': [
				'error',
				{
					selector:
						'MemberExpression[property.name=/^(_map|_start|_item|pendingStructs|pendingDs|beforeState|afterState|changedParentTypes|deleteSet)$/], :matches(MemberExpression[object.name=Y], TSQualifiedName[left.name=Y]) > Identifier[name=/^(Item|GC|Skip|ID|Content[A-Z].*|getItem|findIndexSS|decodeUpdate|createDeleteSet.*)$/]',
					message: 'What Yjs keeps to itself is known in src/lib/server/records/structs.ts alone.'
				}
			]
		}
	},
	{
		files: ['**/*.svelte', '**/*.svelte.ts'],
		languageOptions: {
			parserOptions: { parser: ts.parser, svelteConfig }
		},
		rules: {
			// A component's script is one function to this rule.
			'max-lines-per-function': 'off',
			'svelte/block-lang': ['error', { script: 'ts', style: null }],
			'svelte/require-each-key': 'error',
			'svelte/button-has-type': 'error',
			'svelte/no-at-html-tags': 'error',
			'svelte/no-inline-styles': ['error', { allowTransitions: true }],
			'svelte/no-add-event-listener': 'error',
			'svelte/prefer-writable-derived': 'error',
			'svelte/no-unused-props': 'error',
			'svelte/no-target-blank': 'error',
			'svelte/no-top-level-browser-globals': 'error',
			// Addresses are plain and there is no base path: `resolve()` on every link says nothing.
			'svelte/no-navigation-without-resolve': 'off',
			// Sockets, timers and listeners are kept in plain collections on purpose: nothing draws them.
			'svelte/prefer-svelte-reactivity': 'off',
			// svelte-check judges warnings, with types; the linter does not see all of them.
			'svelte/no-unused-svelte-ignore': 'off'
		}
	},
	{
		files: ['scripts/**', 'src/lib/server/log.ts', 'tests/support/**', 'tests/e2e/global-setup.ts'],
		rules: { 'no-console': 'off' }
	},
	{
		files: [...TESTS, 'src/lib/features/demo/**'],
		rules: { 'max-lines-per-function': 'off', 'max-lines': 'off' }
	},
	// Kit keeps the service worker out of the project: its globals are others.
	{
		files: ['src/service-worker.ts'],
		languageOptions: { parserOptions: { projectService: false } },
		...ts.configs.disableTypeChecked
	},
	{ files: ['scripts/run.js', '*.config.js'], rules: { 'no-console': 'off' } }
);
