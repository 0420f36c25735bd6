import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, readdirSync, cpSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { countPlaywright, countVitest, type Tally } from './tally.ts';

/** One thing that a change must pass. */
export interface Step {
	readonly name: string;
	readonly what: string;
	readonly hasTests?: boolean;
	run(tally: Tally): Promise<boolean>;
}

const REPORTS = path.resolve('test-results');

/** In the order in which they run: the quick ones first. */
export const steps: readonly Step[] = [
	check('messages', 'the catalogue is complete in every language', ['scripts/check-messages.ts']),
	check('features', 'names and sizes follow the rules', ['scripts/check-features.ts']),
	check('acceptance', 'each acceptance line is what the tests say of it', [
		'scripts/check-acceptance.ts'
	]),
	tool('format', 'prettier would change nothing', ['prettier', '--check', '--log-level=warn', '.']),
	tool('imports', 'imports go one way', [
		'depcruise',
		...['src', 'worker', 'scripts'],
		...['--config', '.dependency-cruiser.cjs', '--output-type', 'err']
	]),
	tool('unused', 'no file, export or package is unused', ['knip', '--no-progress']),
	{ name: 'migrations', what: 'the migrations are those of the tables', run: migrationsMatch },
	tool('types', 'types hold, components are accessible', [
		...['svelte-check', '--fail-on-warnings', '--output', 'human']
	]),
	tool('lint', 'the linter has nothing to say', ['eslint', '.']),
	vitest('unit', 'pure functions'),
	vitest('database', 'commands and queries on a real Postgres'),
	vitest('sync', 'the engine: simulator, sockets, kills'),
	{
		name: 'e2e',
		what: 'built, and used in a real browser',
		hasTests: true,
		async run(tally) {
			const report = reportFile('e2e');
			const isGood = await execute('playwright', ['test'], { PLAYWRIGHT_JSON_OUTPUT_FILE: report });
			countPlaywright(report, tally);
			return isGood;
		}
	}
];

function tool(name: string, what: string, [command = '', ...args]: string[]): Step {
	return { name, what, run: () => execute(command, args) };
}

function check(name: string, what: string, args: string[]): Step {
	return { name, what, run: () => execute(process.execPath, args) };
}

function vitest(project: string, what: string): Step {
	return {
		name: project,
		what,
		hasTests: true,
		async run(tally) {
			const report = reportFile(project);
			const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
			const isGood = await execute('vitest', ['run', '--project', project, ...reporters]);
			countVitest(report, tally);
			return isGood;
		}
	};
}

function reportFile(name: string): string {
	mkdirSync(REPORTS, { recursive: true });
	const file = path.join(REPORTS, `${name}.json`);
	// A report of an earlier run must not be counted when this run dies before it writes one.
	rmSync(file, { force: true });
	return file;
}

/** The journal must be sound, and generating again must find nothing to write. */
async function migrationsMatch(): Promise<boolean> {
	if (!(await execute('drizzle-kit', ['check']))) return false;
	const copy = mkdtempSync(path.join(tmpdir(), 'tandem-migrations-'));
	try {
		cpSync('drizzle', copy, { recursive: true });
		const table = 'src/lib/server/db/tables/index.ts';
		const where = ['--dialect', 'postgresql', '--casing', 'snake_case', '--schema', table];
		// drizzle-kit takes only paths below the working directory.
		const out = path.relative(process.cwd(), copy);
		await execute('drizzle-kit', ['generate', ...where, '--out', out, '--name', 'missing']);
		const extra = readdirSync(copy).filter((name) => name.endsWith('_missing.sql'));
		for (const name of extra) console.error(readFileSync(path.join(copy, name), 'utf8'));
		return extra.length === 0;
	} finally {
		rmSync(copy, { recursive: true, force: true });
	}
}

/** Runs a program of node_modules/.bin with its output shown; true when it ended well. */
export function execute(command: string, args: string[], env: Record<string, string> = {}) {
	return new Promise<boolean>((resolve) => {
		const child = spawn(command, args, {
			stdio: 'inherit',
			env: { ...process.env, ...env },
			shell: process.platform === 'win32'
		});
		child.on('error', (error) => {
			console.error(error.message);
			resolve(false);
		});
		child.on('exit', (code) => resolve(code === 0));
	});
}
