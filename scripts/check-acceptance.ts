import { globSync, readFileSync } from 'node:fs';

const LIST = 'docs/acceptance.md';
const ROW = /^\| ([TCB]\d+) \| .* \| (.*) \|$/;
const CITED = /\[((?:[TCB]\d+)(?:, ?[TCB]\d+)*)\]/g;
const STATE = /^(tested|replaced: \S.+|later: \S.+|open)$/;

/** The state of each acceptance line, by its id. */
function statesInList(): ReadonlyMap<string, string> {
	const rows = readFileSync(LIST, 'utf8')
		.split('\n')
		.map((line) => ROW.exec(line));
	return new Map(rows.flatMap((row) => (row ? [[row[1] ?? '', row[2] ?? ''] as const] : [])));
}

/** The ids that titles of tests cite. */
function citedInTests(): ReadonlySet<string> {
	const files = globSync(['src/**/*.test.ts', 'tests/**/*.{test,e2e}.ts']);
	const texts = files.map((file) => readFileSync(file, 'utf8'));
	return new Set(
		texts.flatMap((text) =>
			[...text.matchAll(CITED)].flatMap(([, ids = '']) => ids.split(',').map((id) => id.trim()))
		)
	);
}

/** Where the list and the tests disagree: a line that claims a test has one, and the other way round. */
function faults(): string[] {
	const states = statesInList();
	const cited = citedInTests();
	return [
		...[...states].flatMap(([id, state]) => {
			if (!STATE.test(state))
				return [`${LIST}: ${id} is "${state}"; tested, replaced: …, later: … or open`];
			if (state === 'tested' && !cited.has(id))
				return [`${LIST}: ${id} is tested, but no title cites it`];
			if (state !== 'tested' && !state.startsWith('replaced') && cited.has(id))
				return [`${LIST}: ${id} has a test, but the list says "${state}"`];
			return [];
		}),
		...[...cited].flatMap((id) =>
			states.has(id) ? [] : [`${LIST}: ${id} is cited by a test and not in the list`]
		)
	];
}

const found = faults();
for (const fault of found) console.error(fault);
process.exitCode = found.length > 0 ? 1 : 0;
