import { z } from 'zod';
import type { Option } from '#lib/ui/options.svelte.ts';

const Tag = z.object({ id: z.string(), name: z.string() });

/** Makes a tag of a department on the server; null when it did not work. */
export async function newTag(departmentId: string, name: string): Promise<Option | null> {
	try {
		const response = await fetch('/api/tags', {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify({ departmentId, name })
		});
		const made = Tag.safeParse(await response.json());
		return response.ok && made.success ? { value: made.data.id, label: made.data.name } : null;
	} catch {
		return null;
	}
}
