import { json } from '@sveltejs/kit';
import { createWorkTag } from '#lib/features/projects/commands.server.ts';
import { CreateWorkTag } from '#lib/features/projects/schema.ts';
import { stopOf } from '#lib/server/web/errors.ts';
import type { RequestHandler } from './$types';

/** Makes a tag of tasks or projects while one is typed into a record; answers it, or 409 when the name is taken. */
export const POST: RequestHandler = async ({ locals, request }) => {
	if (!locals.actor) return new Response(null, { status: 401 });
	const input = CreateWorkTag.safeParse(await request.json().catch(() => null));
	if (!input.success) return new Response(null, { status: 400 });
	try {
		const made = await createWorkTag(locals.ctx(), input.data);
		return made.ok ? json(made.value, { status: 201 }) : json(made, { status: 409 });
	} catch (thrown) {
		const stop = stopOf(thrown);
		if (!stop) throw thrown;
		return json({ message: stop.message }, { status: stop.status });
	}
};
