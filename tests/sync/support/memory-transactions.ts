import { Unavailable } from '#lib/server/hub/port.ts';
import type { SimProcess, VirtualClock } from './virtual-clock.ts';

/** How long a database takes for what; with none, everything happens at once. */
export interface Pace {
	readonly clock: VirtualClock;
	/** A moment under way between process and database, in ms; null means at once. */
	readonly moment: (() => number) | null;
}

interface Held {
	readonly process: SimProcess;
	release(): void;
}

const LOCK_TIMEOUT_MS = 2_000;

interface Work<Answer> {
	readonly answer: Answer;
	/** What COMMIT makes true; null when there is nothing to commit. */
	readonly apply: (() => void) | null;
}

/** One row's lock, and what becomes of a transaction when its process or the database dies in the middle. */
export class MemoryTransactions {
	readonly #pace: Pace;
	readonly #waiting: (() => void)[] = [];
	#held: Held | null = null;
	/** Raised with each death of the database. */
	#life = 0;
	#backAt = 0;

	constructor(pace: Pace) {
		this.#pace = pace;
	}

	async run<Answer>(process: SimProcess, work: () => Promise<Work<Answer>>): Promise<Answer> {
		const life = this.#life;
		await this.#step(process, life);
		const held = await this.#lock(process);
		let answer: Answer;
		try {
			await this.#step(process, life);
			const done = await work();
			answer = done.answer;
			await this.#step(process, life);
			// COMMIT is on its way: the process that sent it may die, it is carried out all the same.
			if (this.#pace.moment) await this.#pace.clock.pause(this.#pace.moment());
			this.#mustLive(life);
			if (this.#held === held) done.apply?.();
			else if (done.apply) throw new Unavailable('rolled back');
		} finally {
			held.release();
		}
		await this.#step(process, life);
		return answer;
	}

	async read<Value>(process: SimProcess, look: () => Value): Promise<Value> {
		const life = this.#life;
		await this.#step(process, life);
		const value = look();
		await this.#step(process, life);
		return value;
	}

	/** The database notices that a client is gone, and rolls back what it had open. */
	killed(process: SimProcess): void {
		const held = this.#held;
		if (held?.process !== process || !this.#pace.moment) return;
		// Long enough for a COMMIT that was already sent.
		this.#pace.clock.at(500, () => held.release());
	}

	outage(ms: number): void {
		this.#backAt = this.#pace.clock.now + ms;
		this.abortAll();
	}

	abortAll(): void {
		this.#life++;
		this.#held?.release();
	}

	async #step(process: SimProcess, life: number): Promise<void> {
		if (!process.alive) return new Promise(() => {});
		const { moment, clock } = this.#pace;
		if (moment) await clock.pause(moment(), process);
		this.#mustLive(life);
	}

	#mustLive(life: number): void {
		if (life !== this.#life || this.#pace.clock.now < this.#backAt) throw new Unavailable('down');
	}

	async #lock(process: SimProcess): Promise<Held> {
		const life = this.#life;
		while (this.#held) {
			const isFree = new Promise<boolean>((resolve) => {
				this.#waiting.push(() => resolve(true));
				if (this.#pace.moment) this.#pace.clock.at(LOCK_TIMEOUT_MS, () => resolve(false));
			});
			if (!(await isFree)) throw new Unavailable('lock timeout');
			if (!process.alive) return new Promise(() => {});
			this.#mustLive(life);
		}
		const held: Held = {
			process,
			release: () => {
				if (this.#held !== held) return;
				this.#held = null;
				for (const next of this.#waiting.splice(0)) next();
			}
		};
		this.#held = held;
		return held;
	}
}
