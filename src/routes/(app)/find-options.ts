import { z } from 'zod';
import type { KindName } from '#lib/shared/kinds.ts';
import type { FindOptions } from '#lib/ui/options.svelte.ts';

const Options = z.array(z.object({ value: z.string(), label: z.string() }));

/** Looks records of a kind up on the server while one types. */
export const findOptions =
	(kind: KindName): FindOptions =>
	async (query, signal) => {
		const params = new URLSearchParams({ kind, q: query });
		const response = await fetch(`/api/options?${params}`, { signal });
		return Options.parse(await response.json());
	};
