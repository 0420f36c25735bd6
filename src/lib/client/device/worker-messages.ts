import { z } from 'zod';

/** What a page tells the service worker. */
export const workerMessage = z.discriminatedUnion('type', [
	/** Whose pages are to be shown when nobody can be asked. */
	z.object({ type: z.literal('who'), userId: z.string() }),
	/** Keep these pages, one after the other, unless they are no older than this. */
	z.object({
		type: z.literal('keep'),
		userId: z.string(),
		addresses: z.array(z.string()),
		freshMs: z.number()
	}),
	/** The page at this path is to be gone, whatever its search. */
	z.object({ type: z.literal('forget'), userId: z.string(), address: z.string() })
]);

export type WorkerMessage = z.infer<typeof workerMessage>;

/** Tells the service worker, where there is one: over plain http there is none. */
export async function tellWorker(message: WorkerMessage): Promise<void> {
	if (!('serviceWorker' in navigator)) return;
	const registration = await navigator.serviceWorker.ready;
	registration.active?.postMessage(message);
}
