import { z } from 'zod';
import { KIND_NAMES } from '#lib/shared/kinds.ts';

export const SEARCH_MAX = 100;

/** What is looked for, as the address carries it; too long a text is cut, not refused. */
export const SearchQuery = z.object({
	q: z
		.string()
		.default('')
		.transform((text) => text.replaceAll('\0', '').trim().slice(0, SEARCH_MAX))
});

export const Hit = z.object({
	kind: z.enum(KIND_NAMES),
	id: z.string(),
	number: z.number(),
	title: z.string(),
	/** What tells two of the same name apart: place, company, stage, or the e-mail address that was found. */
	detail: z.string().nullable(),
	/** Nothing is called what was looked for; this is nearly. */
	near: z.boolean()
});
export type Hit = z.output<typeof Hit>;

export const SearchAnswer = z.object({ q: z.string(), hits: z.array(Hit) });
export type SearchAnswer = z.output<typeof SearchAnswer>;
