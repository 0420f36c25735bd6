import { and, eq, inArray, isNull, notExists, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { z } from 'zod';
import type { Ctx } from '#lib/server/context.ts';
import {
	attachments,
	comments,
	leadConversions,
	pictures,
	reminders,
	users
} from '#lib/server/db/tables/index.ts';
import type { MergeableKind } from '../schema.ts';

/** The two records of a merge. */
export interface Two {
	readonly kind: MergeableKind;
	readonly keptId: string;
	readonly goneId: string;
}

const Ids = z.array(z.string()).default([]);
const Made = z.array(z.object({ id: z.string(), made: z.boolean() })).default([]);

/** What moved that is no record of a kind, as a merge remembers it. */
export const Moved = z.object({
	attachments: Ids,
	comments: Ids,
	reminders: Ids,
	conversions: Made,
	/** The pictures of both as they were. */
	pictures: z
		.object({ kept: z.string().nullable(), gone: z.string().nullable() })
		.default({ kept: null, gone: null })
});
export type Moved = z.output<typeof Moved>;

/** Takes what stands beside the record that goes to the one that is kept, and answers what that was. */
export async function moveBeside(ctx: Ctx, two: Two): Promise<Moved> {
	return {
		attachments: await moveFiles(ctx, two),
		comments: await moveRows(ctx, comments, two),
		reminders: await moveRows(ctx, reminders, two),
		conversions: await moveConversions(ctx, two),
		pictures: await unitePictures(ctx, two)
	};
}

/** Takes back what `moveBeside` moved and is still where it was moved to. */
export async function moveBesideBack(ctx: Ctx, two: Two, moved: Moved): Promise<void> {
	await rowsBack(ctx, attachments, two, moved.attachments);
	await rowsBack(ctx, comments, two, moved.comments);
	await rowsBack(ctx, reminders, two, moved.reminders);
	await conversionsBack(ctx, two, moved);
	await picturesBack(ctx, two, moved);
}

/** A file that the other record has too, under the same name, is there already. */
async function moveFiles(ctx: Ctx, { kind, keptId, goneId }: Two): Promise<string[]> {
	const own = alias(attachments, 'own');
	const sameFile = ctx.db
		.select({ id: own.id })
		.from(own)
		.where(
			and(
				eq(own.kind, kind),
				eq(own.recordId, keptId),
				eq(own.blob, attachments.blob),
				eq(own.name, attachments.name),
				isNull(own.removedAt)
			)
		);
	const rows = await ctx.db
		.update(attachments)
		.set({ recordId: keptId })
		.where(and(eq(attachments.kind, kind), eq(attachments.recordId, goneId), notExists(sameFile)))
		.returning({ id: attachments.id });
	return rows.map(({ id }) => id);
}

async function moveRows(
	ctx: Ctx,
	table: typeof comments | typeof reminders,
	{ kind, keptId, goneId }: Two
): Promise<string[]> {
	const rows = await ctx.db
		.update(table)
		.set({ recordId: keptId })
		.where(and(eq(table.kind, kind), eq(table.recordId, goneId)))
		.returning({ id: table.id });
	return rows.map(({ id }) => id);
}

async function rowsBack(
	ctx: Ctx,
	table: typeof attachments | typeof comments | typeof reminders,
	{ kind, keptId, goneId }: Two,
	ids: readonly string[]
): Promise<void> {
	if (ids.length === 0) return;
	await ctx.db
		.update(table)
		.set({ recordId: goneId })
		.where(and(inArray(table.id, [...ids]), eq(table.kind, kind), eq(table.recordId, keptId)));
}

/**
 * Leads that became the record that goes have become the one that is kept; that one was there before, so that
 * taking such a conversion back does not put it into the trash.
 */
async function moveConversions(
	ctx: Ctx,
	{ kind, keptId, goneId }: Two
): Promise<Moved['conversions']> {
	if (kind === 'lead') return [];
	const [reference, made, kept] = conversionColumns(kind, keptId);
	const rows = await ctx.db
		.select({ id: leadConversions.id, made })
		.from(leadConversions)
		.where(eq(reference, goneId));
	if (rows.length > 0) {
		await ctx.db.update(leadConversions).set(kept).where(eq(reference, goneId));
	}
	return rows;
}

async function conversionsBack(ctx: Ctx, { kind, goneId, keptId }: Two, { conversions }: Moved) {
	if (kind === 'lead') return;
	for (const { id, made } of conversions) {
		const before =
			kind === 'company'
				? { companyId: goneId, companyMade: made }
				: { contactId: goneId, contactMade: made };
		const [reference] = conversionColumns(kind, keptId);
		await ctx.db
			.update(leadConversions)
			.set(before)
			.where(and(eq(leadConversions.id, id), eq(reference, keptId)));
	}
}

const conversionColumns = (kind: 'company' | 'contact', keptId: string) =>
	kind === 'company'
		? ([
				leadConversions.companyId,
				leadConversions.companyMade,
				{ companyId: keptId, companyMade: false }
			] as const)
		: ([
				leadConversions.contactId,
				leadConversions.contactMade,
				{ contactId: keptId, contactMade: false }
			] as const);

/** The record that is kept keeps its picture; without one it gets the other's. */
async function unitePictures(ctx: Ctx, two: Two): Promise<Moved['pictures']> {
	const before = await picturesOf(ctx, two);
	if (before.kept === null && before.gone !== null) {
		await ctx.db
			.update(pictures)
			.set({ recordId: two.keptId })
			.where(and(eq(pictures.kind, two.kind), eq(pictures.recordId, two.goneId)));
	}
	return before;
}

async function picturesBack(ctx: Ctx, two: Two, { pictures: before }: Moved): Promise<void> {
	const now = await picturesOf(ctx, two);
	if (before.kept !== null || before.gone === null || now.kept !== before.gone) return;
	await ctx.db
		.update(pictures)
		.set({ recordId: two.goneId })
		.where(and(eq(pictures.kind, two.kind), eq(pictures.recordId, two.keptId)));
}

async function picturesOf(ctx: Ctx, { kind, keptId, goneId }: Two): Promise<Moved['pictures']> {
	const rows = await ctx.db
		.select({ recordId: pictures.recordId, blob: pictures.blob })
		.from(pictures)
		.where(and(eq(pictures.kind, kind), inArray(pictures.recordId, [keptId, goneId])));
	const of = (id: string) => rows.find(({ recordId }) => recordId === id)?.blob ?? null;
	return { kept: of(keptId), gone: of(goneId) };
}

/** What the timeline of the record that is kept tells of comments and files that came along. */
export async function newsOfMoved(ctx: Ctx, { comments: said, attachments: files }: Moved) {
	const spoken = await ctx.db
		.select({ comment: comments.id, name: users.name })
		.from(comments)
		.innerJoin(users, eq(users.id, comments.authorId))
		.where(and(inArrayOf(comments.id, said), isNull(comments.removedAt)))
		.orderBy(comments.writtenAt, comments.id);
	const filed = await ctx.db
		.select({ file: attachments.id, name: attachments.name })
		.from(attachments)
		.where(and(inArrayOf(attachments.id, files), isNull(attachments.removedAt)))
		.orderBy(attachments.uploadedAt, attachments.id);
	return [
		...spoken.map((fresh) => ({ act: 'comment.moved' as const, new: fresh })),
		...filed.map((fresh) => ({ act: 'file.moved' as const, new: fresh }))
	];
}

const inArrayOf = (column: typeof comments.id | typeof attachments.id, ids: readonly string[]) =>
	ids.length > 0 ? inArray(column, [...ids]) : sql`false`;
