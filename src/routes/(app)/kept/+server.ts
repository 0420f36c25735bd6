import { json } from '@sveltejs/kit';
import { handInDrafts } from '#lib/features/kept/commands.server.ts';
import { HandInDrafts } from '#lib/features/kept/schema.ts';
import { stopOf } from '#lib/server/web/errors.ts';
import type { RequestHandler } from './$types';

/** Takes what a device still has of a record that is closed to its person; answers the ids it is kept under. */
export const POST: RequestHandler = async ({ locals, request }) => {
	const input = HandInDrafts.safeParse(await request.json().catch(() => null));
	if (!input.success) return new Response(null, { status: 400 });
	try {
		const { value } = await handInDrafts(locals.ctx(), input.data);
		return json(value, { status: 201 });
	} catch (thrown) {
		const stop = stopOf(thrown);
		if (!stop) throw thrown;
		const wait = stop.retryAfterSeconds;
		const headers = wait ? { 'retry-after': String(wait) } : undefined;
		return json({ message: stop.message }, { status: stop.status, ...(headers && { headers }) });
	}
};
