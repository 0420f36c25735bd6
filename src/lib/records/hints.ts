import { z } from 'zod';

const person = z.object({ id: z.string(), name: z.string(), colour: z.string() });

/** What the hub says on /ws/live, one JSON text a message: never data, only where to look again. */
export const liveMessage = z.discriminatedUnion('type', [
	/** Rows of this topic ("deal", "import") changed; null stands for more ids than are worth naming. */
	z.object({
		type: z.literal('hint'),
		topic: z.string(),
		ids: z.array(z.string()).nullable(),
		rev: z.number()
	}),
	/** Hints may have been lost: look at everything again. */
	z.object({ type: z.literal('refetch') }),
	/** Who has this record open now; nobody closes the matter. */
	z.object({
		type: z.literal('presence'),
		kind: z.string(),
		id: z.string(),
		people: z.array(person)
	}),
	/** Colleagues who are here now. */
	z.object({ type: z.literal('online'), people: z.array(person) })
]);

export type LiveMessage = z.infer<typeof liveMessage>;
