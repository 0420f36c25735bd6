import { redirect, type RequestEvent } from '@sveltejs/kit';
import { removeFile, restoreFile } from '#lib/features/attachments/commands.server.ts';
import {
	findRecordOf,
	getFileLimits,
	listFiles,
	listRemoved
} from '#lib/features/attachments/queries.server.ts';
import { FILE_FAULTS, FilesOf, OneFile } from '#lib/features/attachments/schema.ts';
import { NotFound } from '#lib/server/errors.ts';
import { formAction } from '#lib/server/web/action.ts';
import { loadPage } from '#lib/server/web/load.ts';
import { addressOf, type KindName } from '#lib/shared/kinds.ts';
import type { Actions, PageServerLoad } from './$types.js';

const AT_ONCE = 100;

export const load: PageServerLoad = (event) =>
	loadPage(event, async (ctx) => {
		const asked = event.url.searchParams;
		const of = FilesOf.safeParse(Object.fromEntries(asked));
		if (!of.success) throw new NotFound('record');
		const { kind, id } = of.data;
		event.depends(`live:${kind}`);
		const ref = { kind, recordId: id };
		const { title, mayWrite } = await findRecordOf(ctx, event.locals.kinds, of.data);
		const [{ files, more }, removed, limits] = await Promise.all([
			listFiles(ctx, ref, { limit: AT_ONCE, before: asked.get('before') ?? undefined }),
			mayWrite ? listRemoved(ctx, ref) : [],
			getFileLimits(ctx)
		]);
		return {
			of: { kind, id, title, address: addressOf(kind, id) },
			...{ mayWrite, files, more, removed, limits },
			refused: asked.getAll('refused').flatMap((text) => {
				const [reason = '', ...name] = text.split(' ');
				const fault = FILE_FAULTS.find((known) => known === reason);
				return fault ? [{ fault, name: name.join(' ') }] : [];
			})
		};
	});

/** Back to where the button was pressed. */
function back({ url }: RequestEvent, file: { readonly kind: string; readonly recordId: string }) {
	// The kind is one of the registered ones: the command has found the record.
	const kind = file.kind as KindName;
	const here = new URLSearchParams({ kind, id: file.recordId });
	redirect(
		303,
		url.searchParams.get('back') === 'files'
			? `/files?${here}`
			: `${addressOf(kind, file.recordId)}#files`
	);
}

export const actions = {
	remove: (event) =>
		formAction(OneFile, (ctx, input) => removeFile(ctx, event.locals.kinds, input), {
			done: back
		})(event),
	restore: (event) =>
		formAction(OneFile, (ctx, input) => restoreFile(ctx, event.locals.kinds, input), {
			done: back
		})(event)
} satisfies Actions;
