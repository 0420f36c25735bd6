import { and, eq, isNull, sql } from 'drizzle-orm';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import { comments, userProfiles, users } from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import { advance } from '#lib/server/records/advance.ts';
import type { ServerKind } from '#lib/server/records/kind.ts';
import { lockSubject } from '#lib/server/records/subject.ts';
import { newId } from '#lib/shared/ids.ts';
import { fail, ok } from '#lib/shared/result.ts';
import type { Mentionable } from '#lib/ui/mentions.ts';
import { storeMentions } from './model.ts';
import type { AddComment, EditComment, OneComment } from './schema.ts';

/** Says something about a record; whoever may read it may. Colleagues named with an @ are mentioned. */
export function addComment(
	ctx: Ctx,
	kinds: readonly ServerKind[],
	{ kind, id, body: text, commentId = newId(ctx.now.getTime()) }: AddComment
) {
	return inTransaction(ctx, async (ctx) => {
		const subject = await lockSubject(ctx, kinds, { kind, recordId: id });
		const { body, mentions } = storeMentions(text, await mentionedIn(ctx, text));
		const [made] = await ctx.db
			.insert(comments)
			.values({
				...{ id: commentId, kind, recordId: id, authorId: ctx.actor.id },
				...{ body, mentions: [...mentions], writtenAt: ctx.now }
			})
			.onConflictDoNothing()
			.returning({ id: comments.id });
		const done = ok({ commentId, kind, recordId: id });
		// Pressed twice; a foreign id answers the same as any bad one.
		if (!made) return (await isOwn(ctx, commentId, id)) ? done : fail('not_found');
		await advance(ctx, subject.serverKind, subject, {
			act: 'edit',
			events: [{ act: 'comment.added', new: { comment: commentId, text: body, mentions } }]
		});
		return done;
	});
}

async function isOwn(ctx: Ctx, commentId: string, recordId: string): Promise<boolean> {
	const [own] = await ctx.db
		.select({ id: comments.id })
		.from(comments)
		.where(
			and(
				eq(comments.id, commentId),
				eq(comments.recordId, recordId),
				eq(comments.authorId, ctx.actor.id)
			)
		);
	return own !== undefined;
}

/** Says it in other words; only who said it may. The history keeps what it was. */
export function editComment(
	ctx: Ctx,
	kinds: readonly ServerKind[],
	{ commentId, body: text }: EditComment
) {
	return inTransaction(ctx, async (ctx) => {
		const { comment, subject } = await lockComment(ctx, kinds, commentId);
		if (comment.authorId !== ctx.actor.id) throw new Forbidden('comment');
		const { kind, recordId } = comment;
		const done = ok({ commentId, kind, recordId });
		const { body, mentions } = storeMentions(text, await mentionedIn(ctx, text));
		if (body === comment.body) return done;
		await ctx.db
			.update(comments)
			.set({ body, mentions: [...mentions], editedAt: ctx.now })
			.where(eq(comments.id, commentId));
		const old = { comment: commentId, text: comment.body, mentions: comment.mentions };
		await advance(ctx, subject.serverKind, subject, {
			act: 'edit',
			events: [{ act: 'comment.edited', old, new: { ...old, text: body, mentions } }]
		});
		return done;
	});
}

/** Takes a comment away; its author may, and whoever may delete the record. */
export function removeComment(ctx: Ctx, kinds: readonly ServerKind[], { commentId }: OneComment) {
	return inTransaction(ctx, async (ctx) => {
		const { comment, subject } = await lockComment(ctx, kinds, commentId);
		if (comment.authorId !== ctx.actor.id && !subject.mayDelete) throw new Forbidden('comment');
		await ctx.db.update(comments).set({ removedAt: ctx.now }).where(eq(comments.id, commentId));
		await advance(ctx, subject.serverKind, subject, {
			act: 'edit',
			events: [{ act: 'comment.removed', old: { comment: commentId, text: comment.body } }]
		});
		return ok({ commentId, kind: comment.kind, recordId: comment.recordId });
	});
}

async function lockComment(ctx: Ctx, kinds: readonly ServerKind[], commentId: string) {
	const open = and(eq(comments.id, commentId), isNull(comments.removedAt));
	const [found] = await ctx.db.select().from(comments).where(open);
	if (!found) throw new NotFound('comment');
	// The record is what everybody locks first; the comment may have changed until then.
	const subject = await lockSubject(ctx, kinds, found);
	const [comment] = await ctx.db.select().from(comments).where(open);
	if (!comment) throw new NotFound('comment');
	return { comment, subject };
}

/** Active colleagues whose names stand in the text behind an @. */
async function mentionedIn(ctx: Ctx, text: string): Promise<readonly Mentionable[]> {
	if (!text.includes('@')) return [];
	return ctx.db
		.select({ id: users.id, name: users.name })
		.from(users)
		.innerJoin(userProfiles, eq(userProfiles.userId, users.id))
		.where(
			and(
				eq(userProfiles.active, true),
				sql`position('@' || lower(${users.name}) in lower(${text})) > 0`
			)
		);
}
