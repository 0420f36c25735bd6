import type { Attachment } from 'svelte/attachments';

const met = new WeakSet<Element>();

/**
 * Shows `text` in an input without moving the caret of somebody who stands in it: the selection keeps
 * its distance to the text around it when the change comes from elsewhere. What was typed before the
 * scripts had started counts as typed now.
 */
export const shownText =
	(text: string): Attachment<HTMLInputElement | HTMLTextAreaElement> =>
	(input) => {
		const isNew = !met.has(input);
		met.add(input);
		if (input.value === text) return;
		if (isNew) return takeOver(input);
		if (document.activeElement !== input) {
			input.value = text;
			return;
		}
		const { selectionStart, selectionEnd, value } = input;
		input.value = text;
		if (selectionStart === null || selectionEnd === null) return;
		const shared = sharedStart(value, text);
		const move = (at: number) =>
			at <= shared ? at : Math.max(shared, at + text.length - value.length);
		input.setSelectionRange(move(selectionStart), move(selectionEnd));
	};

function takeOver(input: HTMLElement): void {
	input.dispatchEvent(new InputEvent('input', { bubbles: true }));
	if (document.activeElement !== input) input.dispatchEvent(new FocusEvent('blur'));
}

function sharedStart(a: string, b: string): number {
	let at = 0;
	while (at < a.length && a[at] === b[at]) at++;
	return at;
}
