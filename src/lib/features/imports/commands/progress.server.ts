import type { Ctx } from '#lib/server/context.ts';
import { notifyLive } from '#lib/server/records/live.ts';
import type { Import } from '../queries/imports.server.ts';

/** Tells the open pages of the import's person that it has moved on. */
export const notifyProgress = (ctx: Ctx, one: Import) =>
	notifyLive(ctx, {
		type: 'topic',
		topic: `import:user:${one.ownerId}`,
		ids: [one.id],
		rev: one.settledRows
	});

/** A gate that opens at most once in so many milliseconds. */
export function atMostEvery(pauseMs: number): () => boolean {
	let last = -Infinity;
	return () => {
		// How often to tell, not what is true: the one thing here that goes by the wall clock.
		const now = performance.now();
		if (now - last < pauseMs) return false;
		last = now;
		return true;
	};
}
