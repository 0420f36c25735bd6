import { z } from 'zod';
import type { FindOptions } from '#lib/ui/options.svelte.ts';

const Options = z.array(z.object({ value: z.string(), label: z.string() }));

/** Looks companies or contacts up on the server while one types. */
export const findOptions =
	(kind: 'company' | 'contact'): FindOptions =>
	async (query, signal) => {
		const params = new URLSearchParams({ kind, q: query });
		const response = await fetch(`/deals/options?${params}`, { signal });
		return Options.parse(await response.json());
	};
