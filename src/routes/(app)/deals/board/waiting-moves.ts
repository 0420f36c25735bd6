import { z } from 'zod';
import type { OutboxEntry } from '#lib/client/device/outbox.svelte.ts';
import type { BoardCard, BoardColumn } from '#lib/features/deals/queries.server.ts';

const Move = z.object({
	dealId: z.string(),
	stageId: z.string(),
	afterId: z.string().nullish(),
	beforeId: z.string().nullish()
});
type Move = z.infer<typeof Move>;

/** The board with the moves that wait on this device already made. */
export function withWaitingMoves(
	columns: readonly BoardColumn[],
	waiting: readonly OutboxEntry[]
): readonly BoardColumn[] {
	return waiting
		.filter(({ action }) => action === 'deal.move')
		.flatMap(({ input }) => Move.safeParse(input).data ?? [])
		.reduce(moved, columns);
}

function moved(columns: readonly BoardColumn[], move: Move): readonly BoardColumn[] {
	const from = columns.find(({ cards }) => cards.some(({ id }) => id === move.dealId));
	const card = from?.cards.find(({ id }) => id === move.dealId);
	if (!card || !columns.some(({ id }) => id === move.stageId)) return columns;
	return columns.map((column) => {
		const cards = column.cards.filter(({ id }) => id !== card.id);
		const count = column.count - (column === from ? 1 : 0);
		if (column.id !== move.stageId) return { ...column, cards, count };
		const placed = placedAmong(cards, { ...card, stageId: move.stageId }, move);
		return { ...column, cards: placed, count: count + 1 };
	});
}

function placedAmong(cards: readonly BoardCard[], card: BoardCard, { afterId, beforeId }: Move) {
	const after = cards.findIndex(({ id }) => id === afterId);
	const before = cards.findIndex(({ id }) => id === beforeId);
	const at = after >= 0 ? after + 1 : Math.max(0, before);
	return cards.toSpliced(at, 0, card);
}
