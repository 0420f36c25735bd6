import { and, eq, ilike, inArray, isNull, sql } from 'drizzle-orm';
import { filesById } from '#lib/features/attachments/queries.server.ts';
import type { FileAt } from '#lib/features/attachments/model.ts';
import type { History, HistoryEntry } from '#lib/records/history.ts';
import type { RecordValues } from '#lib/records/values.ts';
import { actorOf, person } from '#lib/server/auth/actor.ts';
import type { Ctx } from '#lib/server/context.ts';
import { comments, userProfiles, users } from '#lib/server/db/tables/index.ts';
import { likePattern } from '#lib/server/db/text-match.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import type { ServerKind } from '#lib/server/records/kind.ts';
import { findSubject, type FoundSubject, type SubjectRef } from '#lib/server/records/subject.ts';
import { loadHistory, namesIn } from '#lib/server/records/timeline.ts';
import type { Actor } from '#lib/shared/actor.ts';
import { isId } from '#lib/shared/ids.ts';
import type { Mentionable } from '#lib/ui/mentions.ts';
import type { Comment } from '../model.ts';
import type { CommentsOf, PeopleQuery } from '../schema.ts';

/** A record's history with what it tells of: comments as they are now, and the files that are still there. */
export interface Timeline extends History {
	readonly comments: Readonly<Record<string, Comment>>;
	readonly files: Readonly<Record<string, FileAt>>;
}

/**
 * One page of what happened at a record, as its page's address asks. The caller has made sure that the
 * actor may read it. The statements of its history, and one for comments and one for files where it has any.
 */
export async function loadTimeline(
	ctx: Ctx,
	serverKind: ServerKind,
	shown: { readonly id: string; readonly values: RecordValues },
	params: URLSearchParams
): Promise<Timeline> {
	const history = await loadHistory(ctx, serverKind, shown, params);
	const ref = { kind: serverKind.kind.name, recordId: shown.id };
	const [names, said, files] = await Promise.all([
		namesIn(ctx, serverKind, history.entries),
		commentsById(ctx, ref, idsIn(history.entries, 'comment')),
		filesById(ctx, ref, idsIn(history.entries, 'file'))
	]);
	return { ...history, names, comments: said, files };
}

/** Of comments or files that were added here, or came along from a record that was merged into this one. */
function idsIn(entries: readonly HistoryEntry[], name: 'comment' | 'file'): readonly string[] {
	return entries.flatMap((entry) => {
		if (![`${name}.added`, `${name}.moved`].includes(entry.act)) return [];
		if (typeof entry.new !== 'object' || entry.new === null) return [];
		const id = (entry.new as Record<string, unknown>)[name];
		return isId(id) ? [id] : [];
	});
}

const commentColumns = {
	id: comments.id,
	authorId: comments.authorId,
	body: sql<string>`case when ${comments.removedAt} is null then ${comments.body} else '' end`,
	names: sql<Record<string, string>>`coalesce((
		select json_object_agg(person.id, person.name) from ${users} person
		where person.id = any(${comments.mentions}) and ${comments.removedAt} is null), '{}')`,
	edited: sql<boolean>`${comments.editedAt} is not null`,
	removed: sql<boolean>`${comments.removedAt} is not null`
};

async function commentsById(
	ctx: Ctx,
	{ kind, recordId }: SubjectRef,
	ids: readonly string[]
): Promise<Record<string, Comment>> {
	if (ids.length === 0) return {};
	const rows = await ctx.db
		.select(commentColumns)
		.from(comments)
		.where(
			and(inArray(comments.id, [...ids]), eq(comments.kind, kind), eq(comments.recordId, recordId))
		);
	return Object.fromEntries(rows.map((row) => [row.id, row]));
}

/** A comment that the actor may change, with the record that it is about. Throws NotFound and Forbidden. */
export async function getOwnComment(ctx: Ctx, kinds: readonly ServerKind[], commentId: string) {
	if (!isId(commentId)) throw new NotFound('comment');
	const [comment] = await ctx.db
		.select({ ...commentColumns, kind: comments.kind, recordId: comments.recordId })
		.from(comments)
		.where(and(eq(comments.id, commentId), isNull(comments.removedAt)));
	if (!comment) throw new NotFound('comment');
	const { title } = await findSubject(ctx, kinds, comment);
	if (comment.authorId !== ctx.actor.id) throw new Forbidden('comment');
	return { ...comment, title };
}

/** What the record is called that somebody wants to say something about. Throws NotFound. */
export async function findCommented(
	ctx: Ctx,
	kinds: readonly ServerKind[],
	{ kind, id }: CommentsOf
): Promise<string> {
	return (await findSubject(ctx, kinds, { kind, recordId: id })).title;
}

const SUGGESTED = 6;
/** So many are looked at when not everybody may see the record. */
const LOOKED_AT = 60;

/**
 * Colleagues whose name begins so, or one of its words does; for whoever mentions somebody. At a record only those
 * who may see it.
 */
export async function suggestPeople(
	ctx: Ctx,
	kinds: readonly ServerKind[],
	{ q, kind, id }: PeopleQuery
): Promise<readonly Mentionable[]> {
	const start = likePattern(q).slice(1);
	const subject = kind && id ? await findSubject(ctx, kinds, { kind, recordId: id }) : undefined;
	const rows = await ctx.db
		.select(person)
		.from(users)
		.innerJoin(userProfiles, eq(userProfiles.userId, users.id))
		.where(
			and(
				eq(userProfiles.active, true),
				sql`(${ilike(users.name, start)} or ${ilike(users.name, `% ${start}`)})`
			)
		)
		.orderBy(users.name, users.id)
		.limit(subject ? LOOKED_AT : SUGGESTED);
	return rows
		.filter((row) => !subject || reads(subject, actorOf(row, null)))
		.slice(0, SUGGESTED)
		.map(({ id, name }) => ({ id, name }));
}

const reads = ({ serverKind, row, values }: FoundSubject, actor: Actor) =>
	serverKind.mayRead(actor, row, values);
