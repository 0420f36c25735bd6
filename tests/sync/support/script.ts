import type { Actor } from '#lib/shared/actor.ts';
import { randomEdit, randomForm } from './edits.ts';
import type { Simulation } from './simulation.ts';
import type { SimClient } from './sim-client.ts';
import { PEOPLE, type Name } from './world.ts';

/** What can happen besides that people type. */
export type Fault =
	| 'cut'
	| 'stall'
	| 'crash'
	| 'killHub'
	| 'stopHub'
	| 'killWorker'
	| 'outage'
	| 'revoke'
	| 'downgrade'
	| 'signOut'
	| 'trash'
	| 'epoch'
	| 'skew';

export const FAULTS: Readonly<Record<Fault, number>> = {
	cut: 8,
	stall: 5,
	crash: 4,
	killHub: 4,
	stopHub: 2,
	killWorker: 2,
	outage: 2,
	revoke: 2,
	downgrade: 2,
	signOut: 2,
	trash: 1,
	epoch: 1,
	skew: 2
};

export interface ScriptOptions {
	readonly lengthMs: number;
	/** Between two edits of one person. */
	readonly typingMs: number;
	readonly formMs: number;
	readonly faultMs: number;
	readonly faults: Readonly<Partial<Record<Fault, number>>>;
	/** What the database itself does, where the stage can. */
	outage(ms: number): void;
	raiseEpoch(): void;
}

/** After this long without a word a tab takes its line for dead. */
const TAB_PATIENCE_MS = 30_000;

/** Lets people type, forms be sent and things go wrong at moments that the seed decides. */
export class Script {
	readonly #simulation: Simulation;
	readonly #options: ScriptOptions;
	readonly #endsAt: number;

	constructor(simulation: Simulation, options: ScriptOptions) {
		this.#simulation = simulation;
		this.#options = options;
		this.#endsAt = simulation.clock.now + options.lengthMs;
	}

	begin(): void {
		const { clients, stranger, clock, random } = this.#simulation;
		for (const client of clients) {
			clock.at(random.next() * 1_000, () => client.open());
			this.#nowAndThen(this.#options.typingMs, () => this.#type(client));
		}
		clock.at(random.next() * 3_000, () => stranger.open());
		this.#nowAndThen(this.#options.formMs, () => this.#post());
		const { faults, faultMs } = this.#options;
		if (Object.keys(faults).length > 0) this.#nowAndThen(faultMs, () => this.#strike(faults));
	}

	#nowAndThen(meanMs: number, work: () => void): void {
		const { clock, random } = this.#simulation;
		clock.at(-Math.log(1 - random.next()) * meanMs, () => {
			if (clock.now >= this.#endsAt) return;
			work();
			this.#nowAndThen(meanMs, work);
		});
	}

	#type(client: SimClient): void {
		const { random, stage } = this.#simulation;
		// A page that may only be read offers no fields, but one that has not heard of it yet does.
		if (!client.mayWrite && random.chance(0.9)) return;
		const what = random.weighted({ edit: 20, burst: 3, undo: 3, keep: 4 });
		if (what === 'undo') client.undo();
		if (what === 'keep') client.keep();
		if (what !== 'edit' && what !== 'burst') return;
		for (let i = what === 'burst' ? random.below(8) : 0; i >= 0; i--) {
			client.edit(randomEdit(random, stage.subject));
		}
	}

	#post(): void {
		const { random, stage, office } = this.#simulation;
		const { id } = PEOPLE[random.pick<Name>(['ann', 'bob', 'olga', 'carl'])];
		const actor = office.versionsOfUser(id, 0).at(-1);
		if (actor) this.#simulation.post(actor, randomForm(random, stage.subject));
	}

	#strike(faults: Partial<Record<Fault, number>>): void {
		const simulation = this.#simulation;
		const { random, clock, clients, hubs, office } = simulation;
		const client = clients[random.below(clients.length)];
		const hub = random.below(hubs.length);
		// The chosen ones of a complete list.
		const fault = random.weighted(faults as Record<Fault, number>);
		if (!client) return;
		switch (fault) {
			case 'cut':
				client.hangUp();
				clock.at(random.next() * 10_000, () => client.open());
				break;
			case 'stall':
				this.#stall(client, random.chance(0.3) ? 45_000 : random.next() * 8_000);
				break;
			case 'crash':
				client.crash(random.chance(0.6));
				break;
			case 'killHub':
				simulation.killHub(hub);
				break;
			case 'stopHub':
				simulation.stopHub(hub);
				break;
			case 'killWorker':
				simulation.killWorker();
				break;
			case 'outage':
				this.#outage(random.next() * 4_000);
				break;
			case 'revoke':
				this.#changeRights(client.userId, (actor) => ({
					...actor,
					departmentIds: [],
					permissions: {}
				}));
				break;
			case 'downgrade':
				this.#changeRights(client.userId, readOnly);
				break;
			case 'signOut':
				office.signOut(client.cookie);
				simulation.announce({ type: 'session', session: client.cookie, user: client.userId });
				break;
			case 'trash':
				simulation.turn('trash');
				clock.at(1_000 + random.next() * 6_000, () => simulation.turn('restore'));
				break;
			case 'epoch':
				this.#options.raiseEpoch();
				break;
			case 'skew':
				this.#skew(hub, (random.next() - 0.5) * 6 * 86_400_000);
		}
	}

	#stall(client: SimClient, ms: number): void {
		const { line } = client;
		line?.stall(ms);
		if (ms < TAB_PATIENCE_MS) return;
		this.#simulation.clock.at(TAB_PATIENCE_MS, () => {
			if (client.line !== line) return;
			client.hangUp();
			client.open();
		});
	}

	#outage(ms: number): void {
		this.#options.outage(ms);
		for (const hub of this.#simulation.hubs) {
			this.#simulation.clock.at(ms + this.#simulation.random.next() * 2_000, () => hub.resync());
		}
	}

	#changeRights(userId: string, change: (actor: Actor) => Actor): void {
		const { clock, office, random } = this.#simulation;
		const tell = () => this.#simulation.announce({ type: 'rights', user: userId });
		office.change(userId, change);
		tell();
		clock.at(2_000 + random.next() * 10_000, () => {
			office.change(userId, null);
			tell();
		});
	}

	#skew(hub: number, ms: number): void {
		const { hubs, worker, random } = this.#simulation;
		const process = random.chance(0.7) ? hubs[hub]?.process : worker;
		if (process) process.skewMs = ms;
	}
}

const readOnly = (actor: Actor): Actor => ({
	...actor,
	permissions: Object.fromEntries(
		Object.entries(actor.permissions).filter(([key]) => key.endsWith('.read'))
	)
});
