import { availableParallelism } from 'node:os';
import { spawn } from 'node:child_process';
import { strikeLines, watchSaved } from '../../tests/sync/support/bad-lines.ts';
import { Havoc } from '../../tests/sync/support/havoc.ts';
import { killInALoop } from '../../tests/sync/support/kills.ts';
import { whyNoLoopDisk } from '../../tests/sync/support/loop-disk.ts';
import { dealRow } from '../../tests/sync/support/office.ts';
import { PowerPlant } from '../../tests/sync/support/power-cuts.ts';
import { stopAll } from '../../tests/sync/support/processes.ts';
import { Random } from '../../tests/sync/support/random.ts';
import { simulateMany } from '../../tests/sync/support/simulate-many.ts';
import { Sentence } from './sentence.ts';

/** What one part has found: figures for the summary, and whatever must not be. */
interface Found {
	readonly figures: string;
	readonly failed: readonly string[];
}

interface Part {
	readonly name: string;
	readonly what: string;
	/** How many, when nobody says. */
	readonly amount: number;
	run(amount: number, seed: number): Promise<Found>;
}

const parts: readonly Part[] = [
	{ name: 'simulator', what: 'seeds on the virtual clock', amount: 10_000, run: simulate },
	suite('postgres', 'scripts on both engines', 1_000, 'settle-postgres', 'SIM_SEEDS'),
	suite('properties', 'runs of each property', 10_000, 'properties', 'PROPERTY_RUNS'),
	suite('hostile', 'frames that are not quite right', 50_000, 'hostile', 'FRAMES'),
	{ name: 'kills', what: 'kills of web, worker and Postgres', amount: 500, run: kill },
	{ name: 'lines', what: 'strikes at lines of two web processes', amount: 500, run: strike },
	{ name: 'power', what: 'power cuts', amount: 20, run: cutPower }
];

/**
 * `npm run chaos`: the long forms of what the sync tests do, all of them or those named behind `--`, each
 * with another amount if one is given: `npm run chaos -- simulator=100000 kills=50`.
 */
export async function chaos(): Promise<void> {
	const chosen = choose(process.argv.slice(2).filter((word) => word !== '--'));
	const seed = Number(process.env.SIM_SEED ?? (Date.now() >>> 4) % 1_000_000_000);
	tell(`from seed ${seed} on, with ${availableParallelism()} cores`);
	const summary: string[] = [];
	let isGood = true;
	for (const { part, amount } of chosen) {
		const startedAt = performance.now();
		tell(`${part.name}: ${amount} ${part.what}`);
		const { figures, failed } = await part.run(amount, seed).catch(broken);
		const minutes = ((performance.now() - startedAt) / 60_000).toFixed(1);
		for (const line of failed) console.error(`  ${line}`);
		summary.push(
			`${failed.length > 0 ? 'FAILED' : 'passed'}  ${part.name}: ${figures} (${minutes} min)`
		);
		tell(summary.at(-1) ?? '');
		isGood &&= failed.length === 0;
	}
	await stopAll();
	console.log(`\n${summary.join('\n')}`);
	process.exitCode = isGood ? 0 : 1;
}

function choose(words: readonly string[]) {
	if (words.length === 0) return parts.map((part) => ({ part, amount: part.amount }));
	return words.map((word) => {
		const [name, amount] = word.split('=');
		const part = parts.find((one) => one.name === name);
		const known = parts.map((one) => one.name).join(', ');
		if (!part) throw new Sentence(`There is no part "${name}"; there are: ${known}.`);
		const number = amount === undefined ? part.amount : Number(amount);
		if (!Number.isSafeInteger(number) || number < 1) {
			throw new Sentence(`"${word}" wants a whole number behind the sign.`);
		}
		return { part, amount: number };
	});
}

function broken(error: unknown): Found {
	const failed = error instanceof Error ? (error.stack ?? error.message) : String(error);
	return { figures: 'broke off', failed: [failed] };
}

function tell(line: string): void {
	console.log(`${new Date().toISOString().slice(11, 19)} ${line}`);
}

async function simulate(amount: number, seed: number): Promise<Found> {
	let told = 0;
	const tally = await simulateMany({ first: seed, count: amount }, ({ seeds, failed }) => {
		if (seeds - told < 1_000) return;
		told = seeds;
		tell(`  ${seeds} seeds, ${failed.length} breaches`);
	});
	const { seeds, acks, saved, overtaken, commits, virtualMs, failed } = tally;
	const hours = (virtualMs / 3_600_000).toFixed(0);
	return {
		figures: `${seeds} seeds, ${hours} virtual hours, ${commits} commits, ${acks} acknowledgements, ${saved} values accounted for, ${overtaken} replaced in their own tab unsent`,
		failed
	};
}

const SITTING = 15;

async function kill(amount: number): Promise<Found> {
	const random = new Random(Date.now());
	const sum = { web: 0, worker: 0, postgres: 0, saved: 0 };
	const failed: string[] = [];
	// A fresh installation now and then: two texts that grow for hours measure something else.
	for (let left = amount; left > 0 && failed.length === 0; left -= SITTING) {
		const havoc = await Havoc.begin(random);
		try {
			const { kills, saved, losses } = await killInALoop(havoc, Math.min(SITTING, left), random);
			for (const victim of ['web', 'worker', 'postgres'] as const) sum[victim] += kills[victim];
			sum.saved += saved;
			failed.push(...losses);
		} finally {
			await havoc.end();
		}
		tell(`  ${sum.web + sum.worker + sum.postgres} kills, ${sum.saved} saved edits`);
	}
	const { web, worker, postgres, saved } = sum;
	const lost = `${failed.length} lost or different`;
	return {
		figures: `${web} web, ${worker} worker, ${postgres} Postgres, ${saved} saved edits, ${lost}`,
		failed
	};
}

const LINE_PING_MS = 2_000;

async function strike(amount: number, seed: number): Promise<Found> {
	const random = new Random(seed);
	const failed: string[] = [];
	let words = 0;
	for (let left = amount; left > 0 && failed.length === 0; left -= 100) {
		// Lines that are half-open have to be found out.
		const havoc = await Havoc.begin(random, LINE_PING_MS);
		try {
			const deal = await havoc.aSharedDeal();
			const typists = havoc.twoTypists(deal, 60);
			const stopWatching = watchSaved(typists, async () => {
				const { notesText } = await dealRow(havoc.database.db, deal);
				return new Set(String(notesText ?? '').split(/\s+/));
			});
			await strikeLines(havoc.proxy, Math.min(100, left), random);
			havoc.proxy.mend();
			failed.push(...(await havoc.losses(deal, typists)));
			failed.push(...(await stopWatching()).map((word) => `called saved too early: ${word}`));
			words += typists.reduce((sum, typist) => sum + typist.acked, 0);
			for (const typist of typists) typist.destroy();
		} finally {
			await havoc.end();
		}
		tell(`  ${amount - left + Math.min(100, left)} strikes, ${words} saved edits`);
	}
	return { figures: `${amount} strikes, ${words} saved edits, ${failed.length} lies`, failed };
}

async function cutPower(amount: number): Promise<Found> {
	const why = whyNoLoopDisk();
	if (why) return { figures: `SKIPPED, ${why}`, failed: [] };
	const plant = await PowerPlant.begin(new Random(Date.now()));
	let [acked, lost] = [0, 0];
	try {
		for (let cut = 1; cut <= amount; cut++) {
			const found = await plant.cut('engine');
			acked += found.acked;
			lost += found.lost;
			if (cut % 5 === 0) tell(`  ${cut} cuts, ${acked} acknowledged commits, ${lost} lost`);
		}
		const control = await controlCut(plant);
		const figures = `${amount} cuts, ${acked} acknowledged commits, ${lost} lost; control ${control.lost} of ${control.acked} lost`;
		const failed = lost > 0 ? [`${lost} acknowledged commits are gone`] : [];
		if (control.lost === 0) failed.push('the control lost nothing: these cuts prove nothing');
		return { figures, failed };
	} finally {
		await plant.end();
	}
}

/** Commits that do not wait for the disk; it may have been written by chance, but not five times. */
async function controlCut(plant: PowerPlant) {
	for (let cut = 1; ; cut++) {
		const found = await plant.cut('bare');
		if (found.lost > 0 || cut === 5) return found;
	}
}

/** A test file of the sync suite with more of everything. */
function suite(name: string, what: string, amount: number, file: string, variable: string): Part {
	return {
		name,
		what,
		amount,
		async run(count, seed) {
			const env = { [variable]: String(count), SIM_SEED: String(seed), NO_COLOR: '1' };
			const args = ['run', '--project', 'sync', `tests/sync/${file}.test.ts`];
			const { code, output } = await runQuietly('vitest', args, env);
			return { figures: `${count} ${what}`, failed: code === 0 ? [] : [output.slice(-6_000)] };
		}
	};
}

function runQuietly(command: string, args: readonly string[], env: Record<string, string>) {
	return new Promise<{ code: number; output: string }>((resolve, reject) => {
		let output = '';
		const child = spawn(command, args, {
			env: { ...process.env, ...env },
			stdio: ['ignore', 'pipe', 'pipe'],
			shell: process.platform === 'win32'
		});
		for (const stream of [child.stdout, child.stderr]) {
			stream.on('data', (part: Buffer) => {
				output += part.toString();
			});
		}
		child.once('error', reject);
		child.once('close', (code) => resolve({ code: code ?? 1, output }));
	});
}
