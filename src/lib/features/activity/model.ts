import { m } from '#lib/messages/messages.js';
import { addressOf, KINDS, type KindName } from '#lib/shared/kinds.ts';
import type { Mentionable } from '#lib/ui/mentions.ts';

/** A comment as the timeline shows it; one that was removed says nothing any more. */
export interface Comment {
	readonly id: string;
	readonly authorId: string;
	/** As it is stored, with @{id} for each colleague who is mentioned. */
	readonly body: string;
	/** Names of those, by id. */
	readonly names: Readonly<Record<string, string>>;
	readonly edited: boolean;
	readonly removed: boolean;
}

const STORED = /@\{([0-9a-f-]{36})\}/g;

/**
 * Puts ids in the place of the names that are mentioned with an @: of two names that fit, the longer. A
 * colleague who changes his name is then mentioned under the new one.
 */
export function storeMentions(
	text: string,
	people: readonly Mentionable[]
): { readonly body: string; readonly mentions: readonly string[] } {
	const longestFirst = people.toSorted((a, b) => b.name.length - a.name.length);
	const mentions = new Set<string>();
	let body = '';
	for (let at = 0; at < text.length;) {
		const person = text[at] === '@' ? personAt(text, at + 1, longestFirst) : undefined;
		if (person) mentions.add(person.id);
		body += person ? `@{${person.id}}` : text[at];
		at += person ? person.name.length + 1 : 1;
	}
	return { body, mentions: [...mentions] };
}

function personAt(text: string, at: number, people: readonly Mentionable[]) {
	return people.find(({ name }) => {
		const found = text.slice(at, at + name.length);
		const next = text.slice(at + name.length, at + name.length + 1);
		// "@Ann" is not in "@Annabel".
		return found.toLowerCase() === name.toLowerCase() && !/^[\p{L}\p{N}]/u.test(next);
	});
}

export interface Part {
	readonly text: string;
	/** A colleague who is mentioned. */
	readonly personId: string | null;
}

/** A stored comment as it is read: its text, with the names of those who are mentioned. */
export function partsOf({ body, names }: Pick<Comment, 'body' | 'names'>): readonly Part[] {
	const parts: Part[] = [];
	let from = 0;
	for (const found of body.matchAll(STORED)) {
		const [whole, personId = ''] = found;
		const name = names[personId];
		if (name === undefined) continue;
		if (found.index > from) parts.push({ text: body.slice(from, found.index), personId: null });
		parts.push({ text: `@${name}`, personId });
		from = found.index + whole.length;
	}
	if (from < body.length) parts.push({ text: body.slice(from), personId: null });
	return parts;
}

/** A stored comment as its author would type it. */
export const typedOf = (comment: Pick<Comment, 'body' | 'names'>): string =>
	partsOf(comment)
		.map(({ text }) => text)
		.join('');

const SETTINGS: ReadonlyMap<string, string> = new Map([
	['user', '/settings/people'],
	['department', '/settings/departments'],
	['pipeline', '/settings/pipelines'],
	['stage', '/settings/pipelines'],
	['tag', '/settings/lists'],
	['industry', '/settings/lists'],
	['clientType', '/settings/lists'],
	['leadSource', '/settings/lists'],
	['closingReason', '/settings/pipelines'],
	['qualitySignal', '/settings/quality']
]);

/** Where what an entry of the audit is about is shown; null when that is nowhere. */
export function addressOfObject(kind: string | null, id: string | null): string | null {
	if (kind === null || id === null || id === '') return null;
	if (Object.hasOwn(KINDS, kind)) return addressOf(kind as KindName, id); // as just looked up
	if (kind === 'role') return `/settings/roles/${id}`;
	return SETTINGS.get(kind) ?? null;
}

/** One sentence that says why a comment was not taken. */
export function commentFault(code: string): string {
	if (code === 'required') return m.comments_fault_required();
	return code === 'too_long' ? m.comments_fault_too_long() : m.comments_not_sent();
}
