import { m } from '#lib/messages/messages.js';
import type { Command } from '#lib/ui/palette.svelte.ts';

/** The keys that walk through the rows of a list. */
export function rowCommands(
	table: () => HTMLElement | undefined,
	picks: boolean
): readonly Command[] {
	const walk = (step: 1 | -1) => {
		const shown = table();
		if (shown) walkRows(shown, step);
	};
	return [
		{ id: 'row-next', label: m.lists_next_row(), keys: 'j', run: () => walk(1) },
		{ id: 'row-previous', label: m.lists_previous_row(), keys: 'k', run: () => walk(-1) },
		...(picks ? [{ id: 'row-pick', label: m.bulk_pick_row(), keys: 'x', run: pickRow }] : [])
	];
}

/** Ticks the row that has the focus, or takes its tick away. */
function pickRow(): void {
	const row = document.activeElement?.closest('tr');
	row?.querySelector<HTMLInputElement>('input[name="ids"]')?.click();
}

/** Gives the link of the next or previous row the focus, so that Enter opens it. */
function walkRows(table: HTMLElement, step: 1 | -1): void {
	const links = [...table.querySelectorAll<HTMLElement>('a[data-row-link]')];
	const row = document.activeElement?.closest('tr');
	const at = links.findIndex((link) => link.closest('tr') === row);
	const next = links[at < 0 ? (step > 0 ? 0 : links.length - 1) : at + step];
	next?.focus();
	next?.scrollIntoView({ block: 'nearest' });
}
