import type { Awareness } from 'y-protocols/awareness';
import { z } from 'zod';
import type { Person } from '#lib/records/people.ts';

const presence = z.object({
	user: z.object({ id: z.string(), name: z.string(), color: z.string() }),
	field: z.string().nullish()
});

/** The others in a record, once per person and field; what the server has not stamped is nobody. */
export function peopleIn(
	awareness: Awareness,
	ownId: string | undefined
): readonly (Person & { readonly field: string | null })[] {
	const people = new Map<string, Person & { readonly field: string | null }>();
	for (const [clientId, state] of awareness.getStates()) {
		const { data } = presence.safeParse(state);
		if (!data || clientId === awareness.clientID || data.user.id === ownId) continue;
		const { id, name, color } = data.user;
		const field = data.field ?? null;
		people.set(`${id} ${field}`, { id, name, colour: color, field });
		if (field !== null) people.delete(`${id} null`);
	}
	return [...people.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}
