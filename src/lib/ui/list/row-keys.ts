/** Elements in which letters are text. */
const TYPING =
	'input, textarea, select, [contenteditable], [role="textbox"], [role="dialog"], [role="menu"]';

/**
 * Walks the rows of a list with J and K: the link that opens the row gets the focus, so that Enter
 * opens it. An attachment for the table.
 */
export function walkRows(table: HTMLElement) {
	function press(event: KeyboardEvent) {
		const step = { j: 1, k: -1 }[event.key];
		if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
		if (event.target instanceof Element && event.target.closest(TYPING)) return;
		const links = [...table.querySelectorAll<HTMLElement>('a[data-row-link]')];
		const row = document.activeElement?.closest('tr');
		const at = links.findIndex((link) => link.closest('tr') === row);
		const next = links[at < 0 ? (step > 0 ? 0 : links.length - 1) : at + step];
		if (!next) return;
		event.preventDefault();
		next.focus();
		next.scrollIntoView({ block: 'nearest' });
	}
	window.addEventListener('keydown', press);
	return () => window.removeEventListener('keydown', press);
}
