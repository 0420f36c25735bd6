import { mentionIn } from '#lib/records/mentions.ts';

/** A node of a rich text as JSON; only these parts of it are drawn. */
export interface NoteNode {
	readonly type: string;
	readonly text?: string;
	readonly attrs?: Readonly<Record<string, unknown>>;
	readonly marks?: readonly {
		readonly type: string;
		readonly attrs?: Readonly<Record<string, unknown>>;
	}[];
	readonly content?: readonly NoteNode[];
}

export const isNode = (value: unknown): value is NoteNode =>
	typeof value === 'object' && value !== null && 'type' in value && value.type === 'doc';

/** The address of a link mark, if it is one that may be opened from a page. */
export function linkOf(mark: {
	readonly attrs?: Readonly<Record<string, unknown>>;
}): string | undefined {
	const href = mark.attrs?.['href'];
	return typeof href === 'string' && /^(https?:|mailto:|tel:)/i.test(href) ? href : undefined;
}

/** Whether a link mark stands for a colleague who is mentioned. */
export const isMention = (mark: { readonly attrs?: Readonly<Record<string, unknown>> }): boolean =>
	mentionIn(mark.attrs?.['href']) !== null;
