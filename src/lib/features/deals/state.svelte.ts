import type { BoardCard, BoardColumn } from './queries.server.ts';

/** Where a card was dropped: the cards on both sides, as the person saw them. */
export interface Drop {
	readonly dealId: string;
	readonly stageId: string;
	readonly afterId: string | null;
	readonly beforeId: string | null;
}

interface ShownColumn extends Omit<BoardColumn, 'cards'> {
	cards: BoardCard[];
	/** How many the server sent; a card in the hand changes only `cards`. */
	readonly loaded: number;
}

/**
 * The board as this screen shows it: what the server sent, with my own moves painted at once. While I
 * drag, and until my moves are settled, what the others do waits, so that nothing jumps under the hand.
 */
export class BoardState {
	columns = $state.raw<readonly ShownColumn[]>([]);
	dragging = $state(false);
	#latest: readonly BoardColumn[] = [];
	#unsettled = 0;
	readonly #send: (drop: Drop, back: Drop | null) => Promise<unknown>;

	/**
	 * `send` asks the server and, when it is done, has handed the new board to `take`; `back` is the drop
	 * that puts the card where it lay.
	 */
	constructor(
		columns: readonly BoardColumn[],
		send: (drop: Drop, back: Drop | null) => Promise<unknown>
	) {
		this.#send = send;
		this.take(columns);
	}

	take(columns: readonly BoardColumn[]): void {
		this.#latest = columns;
		if (!this.dragging && this.#unsettled === 0) this.#show();
	}

	/** Cards of one column while something is dragged over it. */
	arrange(stageId: string, cards: readonly BoardCard[]): void {
		this.columns = this.columns.map((column) =>
			column.id === stageId ? { ...column, cards: [...cards] } : column
		);
	}

	/** Lets go of a card where it lies now. */
	async drop(dealId: string, stageId: string): Promise<void> {
		this.dragging = false;
		const cards = this.columns.find(({ id }) => id === stageId)?.cards ?? [];
		const at = cards.findIndex(({ id }) => id === dealId);
		if (at < 0) return this.#settle();
		if (this.#lies(dealId, stageId, at)) return this.#settle();
		this.#unsettled++;
		await this.#send(dropAt(dealId, stageId, cards, at), this.#place(dealId));
		this.#unsettled--;
		this.#settle();
	}

	/** Puts a card on top of another stage, from its menu. */
	async moveTo(dealId: string, stageId: string): Promise<void> {
		const card = this.columns.flatMap(({ cards }) => cards).find(({ id }) => id === dealId);
		if (!card) return;
		this.columns = this.columns.map((column) => {
			const others = column.cards.filter(({ id }) => id !== dealId);
			return { ...column, cards: column.id === stageId ? [card, ...others] : others };
		});
		await this.drop(dealId, stageId);
	}

	/** Where the card lies for the server. */
	#place(dealId: string): Drop | null {
		for (const { id, cards } of this.#latest) {
			const at = cards.findIndex((card) => card.id === dealId);
			if (at >= 0) return dropAt(dealId, id, cards, at);
		}
		return null;
	}

	#lies(dealId: string, stageId: string, at: number): boolean {
		return this.#latest.find(({ id }) => id === stageId)?.cards[at]?.id === dealId;
	}

	#settle(): void {
		if (!this.dragging && this.#unsettled === 0) this.#show();
	}

	#show(): void {
		this.columns = this.#latest.map((column) => ({
			...column,
			cards: [...column.cards],
			loaded: column.cards.length
		}));
	}
}

const dropAt = (
	dealId: string,
	stageId: string,
	cards: readonly BoardCard[],
	at: number
): Drop => ({
	dealId,
	stageId,
	afterId: cards[at - 1]?.id ?? null,
	beforeId: cards[at + 1]?.id ?? null
});
