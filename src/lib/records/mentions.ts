import { isId } from '#lib/shared/ids.ts';

/**
 * A colleague who is mentioned in a formatted text. In the text it is a link to nobody's address but this: whoever
 * does not know mentions keeps it and shows the name. Each mention has an id, by which it is told once.
 */
export interface Mention {
	readonly userId: string;
	readonly id: string;
}

const HREF = /^mention:([0-9a-f-]{36}):([0-9a-f-]{36})$/;

export const mentionHref = ({ userId, id }: Mention): string => `mention:${userId}:${id}`;

/** The mention that a link stands for; null for any other link. */
export function mentionIn(href: unknown): Mention | null {
	const [, userId = '', id = ''] = (typeof href === 'string' && HREF.exec(href)) || [];
	return isId(userId) && isId(id) ? { userId, id } : null;
}

/** All mentions in a formatted text, in stored form. */
export function mentionsOf(document: unknown): readonly Mention[] {
	const found = new Map<string, Mention>();
	collect(document, found);
	return [...found.values()];
}

/** The mentions that a change of a text brings. */
export function freshMentions(old: unknown, fresh: unknown): readonly Mention[] {
	const all = mentionsOf(fresh);
	if (all.length === 0) return all;
	const known = new Set(mentionsOf(old).map(({ id }) => id));
	return all.filter(({ id }) => !known.has(id));
}

interface Node {
	readonly content?: unknown;
	readonly marks?: unknown;
}

function collect(node: unknown, found: Map<string, Mention>): void {
	if (typeof node !== 'object' || node === null) return;
	const { content, marks } = node as Node; // its parts are looked at one by one
	if (Array.isArray(marks)) {
		for (const mark of marks as readonly { readonly attrs?: { readonly href?: unknown } }[]) {
			const mention = mentionIn(mark?.attrs?.href);
			if (mention) found.set(mention.id, mention);
		}
	}
	if (Array.isArray(content)) for (const child of content) collect(child, found);
}
