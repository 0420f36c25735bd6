/** Gives the link of the next or previous row the focus, so that Enter opens it. */
export function walkRows(table: HTMLElement, step: 1 | -1): void {
	const links = [...table.querySelectorAll<HTMLElement>('a[data-row-link]')];
	const row = document.activeElement?.closest('tr');
	const at = links.findIndex((link) => link.closest('tr') === row);
	const next = links[at < 0 ? (step > 0 ? 0 : links.length - 1) : at + step];
	next?.focus();
	next?.scrollIntoView({ block: 'nearest' });
}
