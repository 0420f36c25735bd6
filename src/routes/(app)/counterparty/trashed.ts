import { m } from '#lib/messages/messages.js';
import type { Format } from '#lib/ui/format.ts';

interface Trashed {
	readonly name: string;
	readonly contacts?: number;
	readonly deals: number;
}

/** Says what went into the trash, and what stays linked to it. */
export function trashedSentence(
	{ name, contacts = 0, deals }: Trashed,
	alone: (inputs: { name: string }) => string,
	linked: (inputs: { name: string; links: string }) => string,
	format: Format
): string {
	const links = [
		...(contacts > 0 ? [m.companies_links_contacts({ count: contacts })] : []),
		...(deals > 0 ? [m.companies_links_deals({ count: deals })] : [])
	];
	return links.length === 0 ? alone({ name }) : linked({ name, links: format.list(links) });
}
