import { seedClientIds } from './seeded-ids.ts';
import type { Edit } from '#lib/records/values.ts';
import type { RecordPort } from '#lib/server/hub/port.ts';
import { Unavailable } from '#lib/server/hub/port.ts';
import type { Notification } from '#lib/server/hub/listen.ts';
import type { Actor } from '#lib/shared/actor.ts';
import { Line, type Weather } from './line.ts';
import type { Oracle } from './oracle.ts';
import type { Random } from './random.ts';
import { Random as Source } from './random.ts';
import { SimClient, type Witness } from './sim-client.ts';
import { SimHub } from './sim-hub.ts';
import type { Office } from './sim-office.ts';
import { settled, SimProcess, type VirtualClock } from './virtual-clock.ts';
import { PEOPLE, type Name, type Subject } from './world.ts';

/** What the script is played on: the engine in memory or on Postgres. */
export interface Stage {
	readonly id: string;
	readonly subject: Subject;
	portOf(process: SimProcess): RecordPort;
	/** What a form or a job does, past every room; throws Unavailable when nobody can say what became of it. */
	edit(process: SimProcess, actor: Actor, edits: readonly Edit[], key: string): Promise<void>;
	turn(process: SimProcess, act: 'trash' | 'restore'): Promise<void>;
	/** The same document, as after a restored backup. */
	raiseEpoch(): Promise<void>;
	head(): Promise<Head>;
	/** The process is gone in the middle of whatever it did. */
	killed(process: SimProcess): void;
}

export interface Head {
	readonly rev: number;
	readonly isTrashed: boolean;
	readonly topics: readonly string[];
}

export interface SimulationOptions {
	readonly seed: number;
	readonly clock: VirtualClock;
	readonly office: Office;
	readonly stage: Stage;
	readonly oracle: Oracle;
	readonly cast: readonly Name[];
	readonly hubs: number;
	readonly weather: Weather;
	/**
	 * `interleaved`: transactions take time, and everything happens in the middle of everything.
	 * `sequential`: each event is over before the next, so that the same script means the same on any stage.
	 */
	readonly pace: 'interleaved' | 'sequential';
	/** How often a hint gets lost, comes twice, or late. */
	readonly hints: { lost: number; doubled: number; lateMs: number };
	readonly Hub?: typeof SimHub;
	readonly mutatePort?: ((port: RecordPort) => RecordPort) | undefined;
}

/** Several people, hubs and workers on one record, all on one clock. What happens to them, the script says. */
export class Simulation {
	readonly random: Random;
	readonly clock: VirtualClock;
	readonly office: Office;
	readonly stage: Stage;
	readonly clients: readonly SimClient[];
	readonly stranger: SimClient;
	readonly hubs: SimHub[];
	worker: SimProcess = new SimProcess('worker');
	readonly options: SimulationOptions;
	readonly #pending = new Set<Promise<unknown>>();
	#ports = new Source(0);
	#headRev = 0;
	#wasTrashed = false;
	#isTouched = false;
	#doomedAt = -1;
	#keys = 0;

	constructor(options: SimulationOptions) {
		this.options = options;
		this.random = new Source(options.seed);
		this.#ports = new Source(this.random.clientId());
		this.clock = options.clock;
		this.office = options.office;
		this.stage = options.stage;
		this.hubs = Array.from({ length: options.hubs }, (_, index) => this.newHub(index));
		this.clients = options.cast.map((name) => this.#client(name));
		this.stranger = this.#client('tina');
	}

	/** Plays everything that stands in the agenda up to that moment. */
	async playUntil(elapsedMs: number): Promise<void> {
		const until = this.clock.now - this.clock.elapsed + elapsedMs;
		while (this.clock.next(until)) {
			if (this.options.pace === 'interleaved') await settled();
			else await this.#quiet();
		}
		this.clock.now = Math.max(this.clock.now, until);
	}

	newHub(index: number): SimHub {
		const process = new SimProcess(`hub ${index}`);
		const { Hub = SimHub, oracle, mutatePort = (port) => port } = this.options;
		const port = mutatePort(this.#shaky(process, this.stage.portOf(process)));
		return new Hub(process, {
			...{ kind: this.stage.subject.serverKind.kind.name, id: this.stage.id, clock: this.clock },
			...{ port, timers: this.options.pace === 'interleaved' },
			actorOf: async (cookie) => this.office.actorOf(cookie),
			leaving: (client, frame) => {
				oracle.leaving(client, frame);
			},
			track: (work) => this.track(work)
		});
	}

	killHub(index: number): void {
		const hub = this.hubs[index];
		if (!hub?.alive) return;
		hub.kill();
		this.stage.killed(hub.process);
		this.clock.at(200 + this.random.next() * 3_000, () => {
			this.hubs[index] = this.newHub(index);
		});
	}

	stopHub(index: number): void {
		const hub = this.hubs[index];
		if (!hub?.alive) return;
		this.hubs[index] = this.newHub(index);
		this.track(hub.stop());
	}

	killWorker(): void {
		this.worker.alive = false;
		this.stage.killed(this.worker);
		this.worker = new SimProcess('worker');
	}

	/** A request with a key, sent again until there is an answer; sometimes twice at once. */
	post(actor: Actor, edits: readonly Edit[]): void {
		const key = `key ${++this.#keys}`;
		this.#attempt(actor, edits, key, 4);
		// The second click of an impatient person.
		if (this.random.chance(0.2)) {
			this.clock.at(this.random.next() * 50, () => this.#attempt(actor, edits, key, 1));
		}
	}

	turn(act: 'trash' | 'restore'): void {
		this.#isTouched = true;
		const again = (error: unknown) => {
			ignoreUnavailable(error);
			this.clock.at(1_000, () => this.turn(act));
		};
		// Of no worker that could die: whatever is put into the trash must come out again.
		this.track(this.stage.turn(new SimProcess('request'), act).catch(again));
	}

	raiseEpoch(): void {
		this.#isTouched = true;
		this.track(this.stage.raiseEpoch());
	}

	/** NOTIFY: each hub hears it once, later, twice or never. */
	announce(notification: Notification): void {
		const { lost, doubled, lateMs } = this.options.hints;
		for (const index of this.hubs.keys()) {
			if (this.random.chance(lost)) continue;
			const times = this.random.chance(doubled) ? 2 : 1;
			for (let time = 0; time < times; time++) {
				this.clock.at(this.random.next() * lateMs, () => this.hubs[index]?.hear(notification));
			}
		}
	}

	/** A commit as the database tells it to whoever listens. */
	announceRevision(rev: number, topics: readonly string[], act: string): void {
		const kind = this.stage.subject.serverKind.kind.name;
		this.announce({
			type: 'record',
			kind,
			id: this.stage.id,
			rev,
			epoch: null,
			topics: [...topics],
			act
		});
	}

	track(work: Promise<unknown>): void {
		const done = work.finally(() => this.#pending.delete(done));
		this.#pending.add(done);
	}

	#client(name: Name): SimClient {
		const { oracle, stage } = this.options;
		const { id } = PEOPLE[name];
		const witness: Witness = oracle;
		return new SimClient(id, this.office.signIn(id), {
			...{ kind: stage.subject.serverKind.kind, clock: this.clock, random: this.random, witness },
			dial: (client) => this.#dial(client),
			signIn: (client) => {
				client.cookie = this.office.signIn(client.userId);
			}
		});
	}

	/** No stickiness: any hub that is there. */
	#dial(client: SimClient): Line | null {
		const alive = this.hubs.filter((hub) => hub.alive);
		const hub = alive[this.random.below(alive.length)];
		if (!hub) return null;
		const random = new Source(this.random.clientId());
		const seed = random.clientId();
		// In how many frames a stage says the same must not matter to what comes after.
		const atOnce = () => this.#atThisMoment(seed).next();
		const chance = this.options.pace === 'sequential' ? atOnce : undefined;
		const line = new Line(this.clock, random, this.options.weather, chance);
		this.track(hub.accept(line, client));
		return line;
	}

	#attempt(actor: Actor, edits: readonly Edit[], key: string, times: number): void {
		const { worker, clock } = this;
		if (this.options.pace === 'sequential') seedClientIds(new Source(this.random.clientId()));
		this.#isTouched = true;
		let isAnswered = false;
		const again = () => {
			if (!isAnswered && times > 1) this.#attempt(actor, edits, key, times - 1);
			isAnswered = true;
		};
		const work = this.stage.edit(worker, actor, edits, key).then(
			() => (isAnswered = true),
			(error) => {
				ignoreUnavailable(error);
				again();
			}
		);
		this.track(work);
		// Of a dead worker nobody gets an answer; another one gets the same job.
		if (this.options.pace === 'interleaved') clock.at(8_000, again);
	}

	/** A database that is sometimes away: before the commit, or after it and before the answer. */
	#shaky(process: SimProcess, port: RecordPort): RecordPort {
		return {
			...port,
			open: async (kind, id) => {
				const replica = await port.open(kind, id);
				replica.doc.clientID = this.#fate(process).clientId();
				return replica;
			},
			commit: async (kind, id, replica, inputs) => {
				this.#isTouched = true;
				const fate = this.#fate(process).next();
				// Where one event is all there is, the second try of the same succeeds.
				const isDoomed = this.#doomedAt !== this.clock.now && fate < 0.04;
				if (this.options.pace === 'sequential') this.#doomedAt = this.clock.now;
				if (isDoomed && fate < 0.02) throw new Unavailable('gone before COMMIT');
				const committed = await port.commit(kind, id, replica, inputs);
				if (isDoomed) throw new Unavailable('answer lost');
				return committed;
			}
		};
	}

	/** In a sequential script the moment decides, however often a stage asks; otherwise each question does. */
	#fate({ name }: SimProcess): Random {
		if (this.options.pace === 'interleaved') return this.#ports;
		return this.#atThisMoment(this.options.seed + name.charCodeAt(name.length - 1));
	}

	#atThisMoment(seed: number): Random {
		const moment = Math.round(this.clock.elapsed * 1_000);
		return new Source(Math.imul(seed ^ moment, 0x9e3779b1));
	}

	/** Waits for the database, and then tells the hubs what was committed. */
	async #quiet(): Promise<void> {
		do {
			await settled();
			await Promise.all(this.#pending);
			for (const hub of this.hubs) for (const room of [...hub.rooms.all()]) await room.drained();
		} while (this.#pending.size > 0);
		if (!this.#isTouched) return;
		this.#isTouched = false;
		const { rev, isTrashed, topics } = await this.stage.head();
		const act = isTrashed ? 'trash' : this.#wasTrashed ? 'restore' : 'edit';
		if (rev !== this.#headRev) this.announceRevision(rev, topics, act);
		this.#headRev = rev;
		this.#wasTrashed = isTrashed;
	}
}

function ignoreUnavailable(error: unknown): void {
	if (!(error instanceof Unavailable)) throw error;
}
