import type { Toasts } from '#lib/ui/toasts.svelte.ts';
import { m } from '#lib/messages/messages.js';
import { postAction, refusedCode } from '../post-action.ts';
import { endedSentence, refusalSentence } from '../words.ts';

interface Card {
	readonly id: string;
	readonly name: string;
}

/** What a form that ends a deal sends. */
type Fields = Readonly<Record<string, string>>;

/** It was to end like this, and money is still expected of it. */
interface Left {
	readonly outcome: string;
	readonly reasonId: string;
}

/** Ends deals from their cards: at once where nothing has to be asked, else through the board's dialog. */
export class Ending {
	/** What the dialog asks about. */
	asked = $state.raw<(Card & { readonly left: Left | null }) | null>(null);
	#answer: ((fields: Fields | null) => void) | null = null;
	readonly #toasts: Toasts;
	readonly #refresh: () => Promise<void>;

	constructor(toasts: Toasts, refresh: () => Promise<void>) {
		this.#toasts = toasts;
		this.#refresh = refresh;
	}

	/** Done when the deal has ended, was refused, or the dialog was closed. */
	async end({ id, name }: Card, outcome: string): Promise<void> {
		const card = { id, name };
		let fields = outcome === 'lost' ? await this.#ask(card, null) : { outcome };
		while (fields) {
			const left = await this.#send(card, fields);
			fields = left ? await this.#ask(card, left) : null;
		}
		await this.#refresh();
	}

	/** What was chosen in the dialog; null when it was closed. */
	answer(fields: Fields | null): void {
		this.asked = null;
		this.#answer?.(fields);
		this.#answer = null;
	}

	#ask(card: Card, left: Left | null): Promise<Fields | null> {
		// One card after the other: whoever asks for the next has left the one before.
		this.answer(null);
		this.asked = { ...card, left };
		return new Promise((resolve) => {
			this.#answer = resolve;
		});
	}

	/** How it was to end when money is still expected of it; null when there is nothing more to ask. */
	async #send({ id: dealId, name }: Card, fields: Fields): Promise<Left | null> {
		const { outcome = '', reasonId = '' } = fields;
		const result = await postAction('?/close', { ...fields, dealId });
		const code = result && refusedCode(result);
		if (code === 'forecasts_left') return { outcome, reasonId };
		if (result?.type === 'success') {
			this.#toasts.show(endedSentence(name, outcome), { undo: () => this.#reopen(dealId, name) });
			return null;
		}
		const reason = code ? refusalSentence(code) : m.deals_reason_forbidden();
		const sentence = result ? m.deals_not_ended({ name, reason }) : m.offline_no_line();
		this.#toasts.show(sentence, { tone: 'bad' });
		return null;
	}

	async #reopen(dealId: string, name: string): Promise<void> {
		const result = await postAction('?/reopen', { dealId });
		if (result?.type === 'success') this.#toasts.show(m.deals_open_again({ name }));
		else {
			const sentence = result ? refusalSentence(refusedCode(result)) : m.offline_no_line();
			this.#toasts.show(sentence, { tone: 'bad' });
		}
		await this.#refresh();
	}
}
