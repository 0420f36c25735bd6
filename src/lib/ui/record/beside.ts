/** What a form beside a record gets back after a refusal. */
export interface BesideRefusal {
	readonly values: Readonly<Record<string, string | readonly string[]>>;
	readonly faults: readonly { readonly field: string; readonly code: string }[];
	readonly message?: string;
}

/** Name of the hidden field by which a panel knows its own answers. */
export const PANEL = 'panel';

/** The refusal of a form that this panel sent, or null. */
export function refusalBeside(form: object | null, panel: string): BesideRefusal | null {
	if (form === null || !('faults' in form)) return null;
	// Only `refuse` answers with faults.
	const refusal = form as BesideRefusal;
	return refusal.values[PANEL] === panel ? refusal : null;
}

/** True when what this panel sent was done. */
export const doneBeside = (form: object | null, panel: string): boolean =>
	form !== null && 'saved' in form && form.saved === panel;
