import { on } from 'svelte/events';

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

/**
 * Calls back when the control's form is reset, after Svelte has emptied what is bound to it: a form that
 * was sent and stays shows what is given, also where sending changed nothing of it.
 */
export const whenReset = (again: () => void) => (control: Control) =>
	on(
		control.ownerDocument,
		'reset',
		({ target }) => {
			if (target === control.form) setTimeout(again);
		},
		{ capture: true }
	);
