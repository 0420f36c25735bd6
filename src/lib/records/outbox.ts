import { z } from 'zod';

/** One thing to do that is no edit of a document; the key makes any number of attempts one effect. */
export const OutboxPost = z.object({
	key: z.uuid(),
	/** Whose it is: somebody else who has signed in here meanwhile must not do it. */
	userId: z.uuid().optional(),
	action: z.string().max(60),
	input: z.record(z.string(), z.unknown())
});
export type OutboxPost = z.infer<typeof OutboxPost>;

const fault = z.object({
	field: z.string(),
	code: z.string(),
	params: z.record(z.string(), z.union([z.string(), z.number()])).optional()
});

/** The server's last word on an entry. */
export const OutboxAnswer = z.discriminatedUnion('ok', [
	z.object({
		ok: z.literal(true),
		/** How much of it was not taken, and is kept for its author. */
		kept: z.number().default(0)
	}),
	z.object({ ok: z.literal(false), faults: z.array(fault), message: z.string().nullable() })
]);
export type OutboxAnswer = z.infer<typeof OutboxAnswer>;

/** Not an answer to the entry: sign in first, or come back later. */
export const NOT_NOW: ReadonlySet<number> = new Set([401, 408, 425, 429]);
