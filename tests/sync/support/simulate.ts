import { seedClientIds } from './seeded-ids.ts';
import type { RecordPort } from '#lib/server/hub/port.ts';
import type { settle } from '#lib/server/records/settle.ts';
import { MemoryEngine } from './memory-engine.ts';
import { Oracle } from './oracle.ts';
import { Random } from './random.ts';
import { FAULTS, Script, type Fault } from './script.ts';
import type { SimHub } from './sim-hub.ts';
import { Office } from './sim-office.ts';
import { Simulation, type SimulationOptions, type Stage } from './simulation.ts';
import { settled, VirtualClock } from './virtual-clock.ts';
import { company, deal, type Name, type Subject } from './world.ts';

export interface Mutant {
	readonly subject?: Subject;
	readonly Hub?: typeof SimHub;
	readonly port?: (port: RecordPort) => RecordPort;
	readonly settle?: typeof settle;
}

export interface Played {
	readonly breaches: readonly string[];
	readonly acks: number;
	readonly saved: number;
	readonly overtaken: number;
	readonly commits: number;
	readonly virtualMs: number;
}

export const RECORD = '01900000-0000-7000-8000-00000000aaaa';
const CAST: readonly Name[] = ['ann', 'bob', 'olga', 'carl', 'cleo', 'ann', 'bob'];

export const subjectOf = (seed: number): Subject => (seed % 2 === 0 ? deal : company);

/** What this seed is about: how many there are, how bad the lines, and what goes wrong. No two are alike. */
function profileOf(random: Random) {
	const names = Object.keys(FAULTS) as Fault[]; // its own keys
	const chosen = names.filter(() => random.chance(0.5));
	const areHintsGood = random.chance(0.5);
	return {
		cast: CAST.slice(0, 3 + random.below(5)),
		hubs: 1 + random.below(3),
		weather: { least: random.next() * 40, jitter: random.pick([5, 50, 400]) },
		moment: random.pick([0.5, 3, 30]),
		hints: areHintsGood
			? { lost: 0, doubled: 0.2, lateMs: 100 }
			: { lost: 0.5, doubled: 0.3, lateMs: 2_000 },
		typingMs: random.pick([400, 1_500, 4_000]),
		formMs: random.pick([2_000, 8_000]),
		faultMs: random.pick([800, 2_500, 6_000]),
		faults: Object.fromEntries(chosen.map((fault) => [fault, FAULTS[fault]])),
		lengthMs: 10_000 + random.next() * 30_000
	};
}

/** What is under way when a right ends; without hints, until somebody looks. */
function leniencyOf({ hints, faults }: ReturnType<typeof profileOf>): number {
	const isTold = hints.lost === 0 && !('outage' in faults);
	return isTold ? 4_000 : 75_000;
}

/** Plays one seed against the engine in memory, everything in the middle of everything, and judges it. */
export async function simulate(seed: number, mutant: Mutant = {}): Promise<Played> {
	const random = new Random(seed);
	seedClientIds(new Random(random.clientId()));
	const subject = mutant.subject ?? subjectOf(seed);
	const profile = profileOf(random);
	const clock = new VirtualClock();
	const office = new Office(clock);
	const oracle = new Oracle(subject, office, { rightsMs: leniencyOf(profile) });
	const delays = new Random(random.clientId());
	let simulation: Simulation | null = null;
	const engine = new MemoryEngine({
		serverKind: subject.inMemory,
		row: subject.firstRow(RECORD),
		first: subject.first,
		pace: { clock, moment: () => delays.next() * profile.moment },
		now: (process) => new Date(clock.now + process.skewMs),
		seen(commit) {
			oracle.seen(commit);
			const { topics } = subject.serverKind;
			const { before, after } = commit;
			if (after.row.rev === before.row.rev) return;
			const wasTrashed = before.row.deletedAt !== null;
			const isTrashed = after.row.deletedAt !== null;
			const act = wasTrashed === isTrashed ? 'edit' : isTrashed ? 'trash' : 'restore';
			const all = [...topics(before.row, before.values), ...topics(after.row, after.values)];
			simulation?.announceRevision(after.row.rev, [...new Set(all)], act);
		},
		breach: (claim) => oracle.breach(claim),
		...(mutant.settle ? { settle: mutant.settle } : {})
	});
	oracle.watch(engine);
	const uninstall = clock.install('time and timers');
	try {
		simulation = new Simulation({
			...{ seed: random.clientId(), clock, office, oracle, pace: 'interleaved' },
			...{ cast: profile.cast, hubs: profile.hubs, weather: profile.weather, hints: profile.hints },
			stage: memoryStage(engine, subject),
			mutatePort: mutant.port,
			...(mutant.Hub ? { Hub: mutant.Hub } : {})
		});
		const script = new Script(simulation, {
			...profile,
			outage: (ms) => engine.outage(ms),
			raiseEpoch: () => engine.raiseEpoch(random.chance(0.5) ? 'kept' : 'made')
		});
		script.begin();
		await simulation.playUntil(profile.lengthMs + 15_000);
		await endWell(simulation, oracle);
	} finally {
		uninstall();
	}
	return {
		breaches: oracle.breaches,
		acks: oracle.ackCount,
		saved: oracle.savedCount,
		overtaken: oracle.overtakenCount,
		commits: engine.stored.row.rev,
		virtualMs: clock.elapsed
	};
}

/** From here on nothing goes wrong: whoever is behind must come up, by himself and in time. */
async function endWell(simulation: Simulation, oracle: Oracle): Promise<void> {
	const { clients, stranger, clock, stage } = simulation;
	if ((await stage.head()).isTrashed) simulation.turn('restore');
	// Polls, beats and waits of the product are half a minute and a minute long.
	for (let round = 0; round < 6; round++) {
		await simulation.playUntil(clock.elapsed + 35_000);
		if (clients.every((client) => client.synced && client.pending === 0)) break;
	}
	// The last commits may have come without a hint.
	await simulation.playUntil(clock.elapsed + 35_000);
	oracle.atEnd(clients);
	if (stranger.bytesHeard > 0) oracle.breach('I10: a stranger was sent something');
	for (const hub of simulation.hubs) hub.kill();
	await settled();
}

export function memoryStage(engine: MemoryEngine, subject: Subject): Stage {
	return {
		id: RECORD,
		subject,
		portOf: (process) => engine.portOf(process),
		edit: async (process, actor, edits, key) => {
			await engine.edit(process, actor, edits, key);
		},
		turn: (process, act) => engine.turn(process, act),
		raiseEpoch: async () => engine.raiseEpoch('kept'),
		head: async () => ({
			rev: engine.stored.row.rev,
			isTrashed: engine.stored.row.deletedAt !== null,
			topics: engine.topics
		}),
		killed: (process) => engine.killed(process)
	};
}

interface Sequence {
	readonly stage: Stage;
	readonly clock: VirtualClock;
	readonly office: Office;
	readonly oracle: Oracle;
}

/** Plays one short seed on any stage, one thing after the other; ends with everybody in agreement. */
export async function playSequence(seed: number, { stage, clock, office, oracle }: Sequence) {
	const random = new Random(seed);
	seedClientIds(new Random(random.clientId()));
	const faults: Partial<Record<Fault, number>> = { ...FAULTS };
	// A database that is away, and clocks that are wrong, are not the same everywhere.
	delete faults.outage;
	delete faults.skew;
	const options: SimulationOptions = {
		...{ seed: random.clientId(), clock, office, oracle, stage, pace: 'sequential' },
		...{ cast: CAST.slice(0, 5), hubs: 2, weather: { least: 10, jitter: 300 } },
		hints: { lost: 0.2, doubled: 0.2, lateMs: 500 }
	};
	const uninstall = clock.install('time');
	try {
		const simulation = new Simulation(options);
		const script = new Script(simulation, {
			...{ lengthMs: 12_000, typingMs: 2_500, formMs: 4_000, faultMs: 2_000, faults },
			outage() {},
			raiseEpoch: () => simulation.raiseEpoch()
		});
		script.begin();
		await simulation.playUntil(25_000);
		await endWell(simulation, oracle);
		return simulation;
	} finally {
		uninstall();
	}
}
