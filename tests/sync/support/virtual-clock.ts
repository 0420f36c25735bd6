import { AsyncLocalStorage } from 'node:async_hooks';

/** When every simulation begins. */
const BEGIN = Date.parse('2026-11-20T12:00:00Z');

/** One operating system process of a simulation: it can die at any moment, and its clock may be wrong. */
export class SimProcess {
	readonly name: string;
	alive = true;
	skewMs = 0;

	constructor(name: string) {
		this.name = name;
	}
}

export interface Appointment {
	readonly at: number;
	cancelled: boolean;
	readonly work: () => void;
}

/** Time that passes only when nothing is left to do: what stands next in the agenda is the next moment. */
export class VirtualClock {
	now = BEGIN;
	readonly #agenda: Appointment[] = [];
	readonly #running = new AsyncLocalStorage<SimProcess>();

	/** Milliseconds since the beginning. */
	get elapsed(): number {
		return this.now - BEGIN;
	}

	at(inMs: number, work: () => void): Appointment {
		const appointment = { at: this.now + Math.max(0, inMs), cancelled: false, work };
		// Of two at the same moment the one that was made first comes first.
		let index = this.#agenda.length;
		while (index > 0 && (this.#agenda[index - 1]?.at ?? 0) > appointment.at) index--;
		this.#agenda.splice(index, 0, appointment);
		return appointment;
	}

	/** Lets the next thing happen; false when nothing is to come before that moment. */
	next(until = Infinity): boolean {
		let first = this.#agenda[0];
		while (first?.cancelled) {
			this.#agenda.shift();
			first = this.#agenda[0];
		}
		if (!first || first.at > until) return false;
		this.#agenda.shift();
		this.now = first.at;
		first.work();
		return true;
	}

	/** Resolves after so long, and never when the process is dead by then. */
	pause(ms: number, process?: SimProcess): Promise<void> {
		return new Promise((resolve) => {
			this.at(ms, () => {
				if (process?.alive !== false) resolve();
			});
		});
	}

	/** Does something as this process: its timers die with it, and it reads its own clock. */
	as<Value>(process: SimProcess, work: () => Value): Value {
		return this.#running.run(process, work);
	}

	/** The time as the process that asks believes it to be. */
	get believed(): number {
		return this.now + (this.#running.getStore()?.skewMs ?? 0);
	}

	/** Puts this clock in the place of the real one for whatever reads the time or sets timers; the answer undoes it. */
	install(what: 'time' | 'time and timers'): () => void {
		const { setTimeout, clearTimeout } = globalThis;
		const { now } = Date;
		Date.now = () => this.believed;
		if (what === 'time and timers') {
			const fake = (work: () => void, ms = 0) => this.#timer(work, ms);
			// As far as the hub uses them.
			globalThis.setTimeout = fake as unknown as typeof setTimeout;
			globalThis.clearTimeout = ((timer: { cancelled: boolean } | undefined) => {
				if (timer) timer.cancelled = true;
			}) as unknown as typeof clearTimeout;
		}
		return () => {
			Object.assign(globalThis, { setTimeout, clearTimeout });
			Date.now = now;
		};
	}

	#timer(work: () => void, ms: number) {
		const process = this.#running.getStore();
		const appointment = this.at(ms, () => {
			if (process?.alive !== false) work();
		});
		return Object.assign(appointment, { unref() {}, ref() {} });
	}
}

const { setImmediate: realImmediate } = globalThis;

/** Resolves when everything that waits for no timer and no disk has happened. */
export const settled = () => new Promise<void>((resolve) => realImmediate(resolve));
