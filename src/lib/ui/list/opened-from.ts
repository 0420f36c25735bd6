import { z } from 'zod';

// In this tab only, and gone with it: an address of a record stays one address, whoever opened it from where.
const KEY = 'tandem.opened-from';

const Opened = z.object({
	kind: z.string(),
	/** The list, as its address asks for it. */
	query: z.string(),
	/** The record that was opened. */
	id: z.string()
});
export type Opened = z.infer<typeof Opened>;

/** Keeps from which list a record is opened. */
export function rememberList(opened: Opened): void {
	try {
		sessionStorage.setItem(KEY, JSON.stringify(opened));
	} catch {
		// A browser that keeps nothing walks through no list.
	}
}

/** The list that this record was opened from, or null. */
export function openedFrom(kind: string, id: string): Opened | null {
	try {
		const opened = Opened.parse(JSON.parse(sessionStorage.getItem(KEY) ?? ''));
		return opened.kind === kind && opened.id === id ? opened : null;
	} catch {
		return null;
	}
}
