import { on } from 'svelte/events';
import { DATA_FAILED_HEADER } from '#lib/shared/data-failed.ts';
import type { SaveSource, SaveState } from './connection.svelte.ts';

type Fetch = typeof fetch;

/** A whole answer, to be handed to whoever waits for it. */
interface Answer {
	readonly body: ArrayBuffer;
	readonly status: number;
	readonly headers: Headers;
}

/** Behind the address of a page, Kit asks for its data. */
const DATA = '/__data.json';
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 15_000;

/**
 * Lets an open page outlive a server that fails or is away while the page looks at its data again: it
 * would be replaced by the error page, and with it what is typed and not yet sent. It stays as it is, the
 * state line says that it is behind, and it asks until it is answered. Going to another page fails as ever.
 */
export class Loads implements SaveSource {
	readonly saves = false;
	readonly pending = 0;
	readonly reason = null;
	#behind = $state(false);
	/** Counts what was asked; only the newest question is asked again. */
	#turn = 0;
	#newest: Promise<Answer> | null = null;

	get state(): SaveState {
		return this.#behind ? 'behind' : 'saved';
	}

	/** Another page is open now: whatever was asked for the one before concerns nobody. */
	arrived(): void {
		this.#turn++;
		this.#newest = null;
		this.#behind = false;
	}

	/** What `window.fetch` has to be for this; `isMoving` tells whether Kit is on the way to another page. */
	guard(fetch: Fetch, isMoving: () => boolean): Fetch {
		return async (input, init) => {
			if (!isDataOfThisPage(input) || isMoving()) return fetch(input, init);
			const turn = ++this.#turn;
			this.#newest = this.#insist(turn, () => fetch(input, init));
			const { body, ...rest } = await this.#newest;
			return new Response(body, rest);
		};
	}

	async #insist(turn: number, ask: () => Promise<Response>): Promise<Answer> {
		for (let tries = 0; ; tries++) {
			const answer = await wholeAnswer(ask);
			// Kit looks only at the last answer; it gets the same as that.
			if (turn !== this.#turn) return this.#newest ?? never();
			this.#behind = answer === null;
			if (answer) return answer;
			await pause(tries);
			if (turn !== this.#turn) return this.#newest ?? never();
		}
	}
}

/** The one of this tab: what guards `fetch` before the first page and what the shell shows are the same. */
export const loads = new Loads();

/** Null when the server failed or could not be reached, at the beginning or in the middle. */
async function wholeAnswer(ask: () => Promise<Response>): Promise<Answer | null> {
	try {
		const response = await ask();
		const { status, headers } = response;
		if (status >= 500 || headers.has(DATA_FAILED_HEADER)) return null;
		return { body: await response.arrayBuffer(), status, headers };
	} catch {
		return null;
	}
}

function isDataOfThisPage(input: Parameters<Fetch>[0]): boolean {
	const asked = new URL(input instanceof Request ? input.url : input, location.href);
	if (asked.origin !== location.origin || !asked.pathname.endsWith(DATA)) return false;
	return asked.pathname.slice(0, -DATA.length) === location.pathname.replace(/\/$/, '');
}

/** Longer each time, at random so that a thousand tabs do not ask in step; over at once when the line is back. */
function pause(tries: number): Promise<void> {
	const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** tries) * (0.5 + Math.random() / 2);
	return new Promise((resolve) => {
		const timer = setTimeout(end, wait);
		const deafen = on(window, 'online', end);
		function end() {
			clearTimeout(timer);
			deafen();
			resolve();
		}
	});
}

const never = () => new Promise<never>(() => {});
