import { error, type RequestHandler } from '@sveltejs/kit';
import { getPicture } from '#lib/features/attachments/queries.server.ts';
import { PictureOf } from '#lib/features/attachments/schema.ts';
import { m } from '#lib/messages/messages.js';
import { NotFound } from '#lib/server/errors.ts';
import { openBlob } from '#lib/server/storage/blobs.ts';
import { ctxOf } from '#lib/server/web/context.ts';
import { orErrorPage } from '#lib/server/web/errors.ts';
import { fileResponse } from '#lib/server/web/file-response.ts';

/** A person's face or a company's logo. */
export const GET: RequestHandler = async (event) => {
	const ctx = ctxOf(event);
	const picture = await orErrorPage(async () => {
		const of = PictureOf.safeParse(event.params);
		if (!of.success) throw new NotFound('picture');
		return getPicture(ctx, event.locals.kinds, of.data).catch((thrown: unknown) => {
			// A page that is open still shows a face which was taken away: that is no fault.
			const isFace = of.data.kind === 'user' && event.url.searchParams.has('v');
			if (thrown instanceof NotFound && isFace) return null;
			throw thrown;
		});
	});
	if (!picture) return new Response(null, { status: 204 });
	const opened = await openBlob(picture.sha256);
	if (!opened) error(404, { message: m.users_stop_not_found() });
	const served = { ...picture, name: 'picture.png', mayBeShown: true };
	const answer = fileResponse(event.request, opened, served);
	// Faces stand everywhere and are no secret among colleagues; a new one has another address.
	if (event.params.kind === 'user') answer.headers.set('cache-control', 'private, max-age=86400');
	return answer;
};
