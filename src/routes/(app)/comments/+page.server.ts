import { redirect, type RequestEvent } from '@sveltejs/kit';
import { addComment, editComment, removeComment } from '#lib/features/activity/commands.server.ts';
import { typedOf } from '#lib/features/activity/model.ts';
import { findCommented, getOwnComment } from '#lib/features/activity/queries.server.ts';
import { AddComment, CommentsOf, EditComment, OneComment } from '#lib/features/activity/schema.ts';
import { NotFound } from '#lib/server/errors.ts';
import { formAction } from '#lib/server/web/action.ts';
import { loadPage } from '#lib/server/web/load.ts';
import { addressOf, type KindName } from '#lib/shared/kinds.ts';
import type { Actions, PageServerLoad } from './$types.js';

/** Where a comment is written without JavaScript once it was refused, and where one's own is changed. */
export const load: PageServerLoad = (event) =>
	loadPage(event, async (ctx) => {
		const asked = event.url.searchParams;
		const { kinds } = event.locals;
		const commentId = asked.get('comment');
		if (commentId !== null) {
			const { id, kind, recordId, title, ...said } = await getOwnComment(ctx, kinds, commentId);
			return { of: whereOf(kind, recordId, title), comment: { id, text: typedOf(said) } };
		}
		const of = CommentsOf.safeParse(Object.fromEntries(asked));
		if (!of.success) throw new NotFound('record');
		const { kind, id } = of.data;
		const title = await findCommented(ctx, kinds, of.data);
		return { of: whereOf(kind, id, title), comment: null };
	});

// The kind is one of the registered ones: the record was found.
const whereOf = (kind: string, id: string, title: string) => ({
	...{ kind, id, title },
	address: addressOf(kind as KindName, id)
});

function back(_event: RequestEvent, at: { readonly kind: string; readonly recordId: string }) {
	redirect(303, `${whereOf(at.kind, at.recordId, '').address}#history`);
}

/** The record's address stands beside the form's fields in the address. */
const inAddress = ({ url }: RequestEvent) => ({
	kind: url.searchParams.get('kind'),
	id: url.searchParams.get('id')
});

export const actions = {
	add: (event) =>
		formAction(
			AddComment.omit({ kind: true, id: true }),
			(ctx, { body, commentId }) => {
				const of = CommentsOf.safeParse(inAddress(event));
				if (!of.success) throw new NotFound('record');
				return addComment(ctx, event.locals.kinds, { ...of.data, body, commentId });
			},
			{ done: back }
		)(event),
	edit: (event) =>
		formAction(EditComment, (ctx, input) => editComment(ctx, event.locals.kinds, input), {
			done: back
		})(event),
	remove: (event) =>
		formAction(OneComment, (ctx, input) => removeComment(ctx, event.locals.kinds, input), {
			done: back
		})(event)
} satisfies Actions;
