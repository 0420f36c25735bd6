/** Files that run in plain Node as well, in the worker and in tests. */
const SERVER_HALF = '^(worker/|src/lib/server/(?!web/)|src/lib/features/.+[.]server[.]ts$)';
const TEST = '[.]test[.]ts$';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
	forbidden: [
		layer('shared-imports-nothing', '^src/lib/shared/', '^src/lib/(?!shared/|messages/)'),
		layer('records-import-shared', '^src/lib/records/', '^src/lib/(?!records/|shared/|messages/)'),
		layer(
			'server-knows-no-feature',
			'^src/lib/server/',
			'^src/(routes/|lib/(features|client|ui)/|lib/registry)'
		),
		layer('client-knows-no-server', '^src/lib/client/', '^src/(routes/|lib/(features|server|ui)/)'),
		layer('ui-knows-no-feature', '^src/lib/ui/', '^src/(routes/|lib/(features|server)/)'),
		layer('nobody-imports-routes', '^(src/lib|worker)/', '^src/routes/'),
		{
			name: 'routes-use-commands',
			comment: 'Pages read and write through features, never through the engine or the tables.',
			severity: 'error',
			from: { path: '^src/routes/' },
			to: {
				path: '^src/lib/server/(db|jobs|records)/',
				dependencyTypesNot: ['type-only']
			}
		},
		{
			name: 'server-runs-without-kit',
			comment: 'The worker and the tests run these files in plain Node.',
			severity: 'error',
			from: { path: SERVER_HALF, pathNot: TEST },
			to: { path: '(^|/)@sveltejs/kit|^[$](app|env|lib)', dependencyTypesNot: ['type-only'] }
		},
		{
			name: 'features-keep-their-folders',
			comment: 'Root files of a feature are public, its folders are private.',
			severity: 'error',
			from: { path: '^src/lib/features/([^/]+)/' },
			to: { path: '^src/lib/features/[^/]+/[^/]+/', pathNot: '^src/lib/features/$1/' }
		},
		{
			name: 'folders-of-features-are-private',
			severity: 'error',
			from: { pathNot: '^src/lib/features/' },
			to: { path: '^src/lib/features/[^/]+/(?!components/)[^/]+/' }
		},
		{
			name: 'no-feature-cycles',
			comment: 'Imports between features follow foreign keys and never back.',
			severity: 'error',
			scope: 'folder',
			from: { path: '^src/lib/features/[^/]+$' },
			to: { circular: true }
		},
		{
			name: 'no-cycles',
			severity: 'error',
			from: {},
			to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } }
		},
		{
			name: 'registry-is-for-processes',
			comment: 'Only what composes a process may know everything.',
			severity: 'error',
			from: {
				pathNot: '^(src/(hub|server|hooks[.]server)[.]ts|worker/|scripts/|tests/|src/lib/registry)'
			},
			to: { path: '^src/lib/registry[.]server[.]ts$' }
		},
		{
			name: 'no-tests-in-the-product',
			severity: 'error',
			from: { path: '^(src|worker)/', pathNot: TEST },
			to: { path: '^tests/' }
		},
		{
			name: 'resolvable',
			severity: 'error',
			from: { pathNot: '^src/(service-worker|offline/)' },
			to: {
				couldNotResolve: true,
				pathNot: '^[$](app|env|service-worker)|messages/|[.]/[$]types|^virtual:|^@lucide/'
			}
		}
	],
	options: {
		doNotFollow: { path: 'node_modules' },
		// Tests reach across layers on purpose: they set up a world.
		exclude: { path: `^(src/lib/messages|build|[.]svelte-kit|bench)/|${TEST}` },
		tsPreCompilationDeps: true,
		tsConfig: { fileName: 'tsconfig.json' },
		enhancedResolveOptions: {
			exportsFields: ['exports'],
			conditionNames: ['svelte', 'import', 'node', 'default', 'types'],
			extensions: ['.ts', '.js', '.svelte', '.json']
		}
	}
};

function layer(name, from, to) {
	return {
		name,
		severity: 'error',
		from: { path: from, pathNot: TEST },
		to: { path: to }
	};
}
