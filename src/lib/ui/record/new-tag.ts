import { z } from 'zod';
import type { Option } from '#lib/ui/options.svelte.ts';

const Tag = z.object({ id: z.string(), name: z.string() });

/** Makes a tag of a department on the server; null when it did not work. */
export const newTag = (departmentId: string, name: string) =>
	make('/api/tags', { departmentId, name });

/** Makes a tag of a kind of work; null when it did not work. */
export const newWorkTag = (kind: 'task' | 'project', name: string) =>
	make('/api/work-tags', { kind, name });

async function make(address: string, wish: object): Promise<Option | null> {
	try {
		const response = await fetch(address, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify(wish)
		});
		const made = Tag.safeParse(await response.json());
		return response.ok && made.success ? { value: made.data.id, label: made.data.name } : null;
	} catch {
		return null;
	}
}
