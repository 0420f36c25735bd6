import { json, redirect, type RequestHandler } from '@sveltejs/kit';
import { removePicture, setPicture } from '#lib/features/attachments/commands.server.ts';
import { PICTURE_BYTES, PictureOf, type PictureFault } from '#lib/features/attachments/schema.ts';
import type { Ctx } from '#lib/server/context.ts';
import { NotFound } from '#lib/server/errors.ts';
import type { ServerKind } from '#lib/server/records/kind.ts';
import { discardStaged, isDiskFull, stageBlob } from '#lib/server/storage/blobs.ts';
import { receiveFiles } from '#lib/server/storage/multipart.ts';
import { ctxOf } from '#lib/server/web/context.ts';
import { orErrorPage } from '#lib/server/web/errors.ts';
import { addressOf } from '#lib/shared/kinds.ts';

/** Takes a person's face or a company's logo, or takes it away; leads back to where it was chosen. */
export const POST: RequestHandler = async (event) => {
	const ctx = ctxOf(event);
	const of = PictureOf.safeParse(event.params);
	const fault = await orErrorPage(async () => {
		if (!of.success) throw new NotFound('picture');
		return take(ctx, event.locals.kinds, event.request, of.data);
	});
	if (event.request.headers.get('accept') === 'application/json' || !of.success) {
		return json({ fault }, { status: fault ? 422 : 200 });
	}
	const { kind, id } = of.data;
	const back = kind === 'company' ? addressOf('company', id) : '/profile';
	redirect(303, fault ? `${back}?picture=${fault}#picture` : `${back}#picture`);
};

async function take(
	ctx: Ctx,
	kinds: readonly ServerKind[],
	request: Request,
	of: PictureOf
): Promise<PictureFault | null> {
	try {
		const received = await receiveFiles(request, {
			most: 1,
			take: (pieces) => stageBlob(pieces, { limitBytes: PICTURE_BYTES }),
			drop: async (staged) => {
				if (staged !== 'too_large') await discardStaged(staged);
			}
		});
		if (!received.ok) return received.reason;
		if (received.fields['remove']) {
			await removePicture(ctx, kinds, of);
			return null;
		}
		const [staged] = received.files;
		if (!staged) return 'no_file';
		if (staged === 'too_large') return staged;
		const set = await setPicture(ctx, kinds, of, staged);
		return set.ok ? null : set.error;
	} catch (error) {
		if (isDiskFull(error)) return 'disk_full';
		throw error;
	}
}
