import { and, eq, inArray, isNull, lt, or } from 'drizzle-orm';
import { entriesOf, idsOf } from '#lib/records/document.ts';
import { baseName } from '#lib/records/form.ts';
import type { KindName } from '#lib/records/kind.ts';
import type { Edit, FieldValue, RichText } from '#lib/records/values.ts';
import { countTry } from '#lib/server/auth/rate-limit.ts';
import { inTransaction, type Ctx } from '#lib/server/context.ts';
import { keptEdits } from '#lib/server/db/tables/index.ts';
import { NotFound } from '#lib/server/errors.ts';
import { edit } from '#lib/server/records/commit.ts';
import { keepEdits, tellKept } from '#lib/server/records/kept-edits.ts';
import type { ServerKind } from '#lib/server/records/kind.ts';
import { loadRecord } from '#lib/server/records/load.ts';
import { fail, ok } from '#lib/shared/result.ts';
import type { ApplyKept, HandInDrafts, OneKept } from './schema.ts';

const MINUTE_MS = 60_000;
const HAND_INS_A_MINUTE = 30;

/**
 * Keeps what a device still had when the record closed to its person, whether or not he may see the
 * record any more: it is his own text. Handing in again keeps it once. Answers under which id each is
 * kept. Throws TooMany.
 */
export async function handInDrafts(ctx: Ctx, { drafts }: HandInDrafts) {
	const userId = ctx.actor.id;
	const limit = { name: 'kept:hand-in', subject: userId, tries: HAND_INS_A_MINUTE };
	await countTry(ctx.db, { ...limit, windowMs: MINUTE_MS }, ctx.now);
	const edits = drafts.map(({ kind, value, current, ...draft }) => ({
		...draft,
		// Whether there is such a kind, and a field of such a form, is asked when the list is read.
		kind: kind as KindName,
		value: value as FieldValue,
		current: current as FieldValue,
		userId,
		reason: 'closed' as const
	}));
	const ids = await inTransaction(ctx, (ctx) => keepEdits(ctx, edits));
	return ok({ ids });
}

type Kept = typeof keptEdits.$inferSelect;

/**
 * Puts a kept text into its record, by the rights of whoever presses: its author, or the person whose
 * value stands instead. What the record holds must still be what he saw. Settled for both of them.
 */
export function applyKept(ctx: Ctx, kinds: readonly ServerKind[], input: ApplyKept) {
	return inTransaction(ctx, async (ctx) => {
		const kept = await findKept(ctx, input.keptId);
		const serverKind = kinds.find(({ kind }) => kind.name === kept.kind);
		const wish = serverKind && (await wishOf(ctx, serverKind, kept, input));
		if (!serverKind || !wish) return fail('cannot_apply');
		const edited = await edit(ctx, serverKind, kept.recordId, [wish], { source: 'undo' });
		if (!edited.ok) {
			const isStale = edited.faults.some(({ code }) => code === 'stale');
			return isStale ? fail('moved_on') : ({ ok: false, faults: edited.faults } as const);
		}
		await settle(ctx, kept, { settledAt: ctx.now, settledHow: 'applied' });
		return ok({ keptId: kept.id });
	});
}

/**
 * Says that the text need not wait any more. Its author settles it for both; the other of the two only
 * stops seeing it, for whoever typed it may not have seen it yet.
 */
export function dismissKept(ctx: Ctx, { keptId }: OneKept) {
	return inTransaction(ctx, async (ctx) => {
		const kept = await findKept(ctx, keptId);
		const isAuthor = kept.userId === ctx.actor.id;
		await settle(
			ctx,
			kept,
			isAuthor ? { settledAt: ctx.now, settledHow: 'dismissed' } : { otherDismissedAt: ctx.now }
		);
		return ok({ keptId });
	});
}

/** Takes a dismissal back. What has been applied since stays settled: then there is nothing to find. */
export function takeBackDismissal(ctx: Ctx, { keptId }: OneKept) {
	return inTransaction(ctx, async (ctx) => {
		const me = ctx.actor.id;
		const [kept] = await ctx.db
			.select()
			.from(keptEdits)
			.where(
				and(
					eq(keptEdits.id, keptId),
					or(
						and(
							eq(keptEdits.userId, me),
							inArray(keptEdits.settledHow, ['dismissed', 'superseded'])
						),
						and(eq(keptEdits.otherId, me), isNull(keptEdits.settledAt))
					)
				)
			);
		if (!kept) throw new NotFound('kept edit');
		const isAuthor = kept.userId === me;
		await settle(
			ctx,
			kept,
			isAuthor ? { settledAt: null, settledHow: null } : { otherDismissedAt: null }
		);
		return ok({ keptId });
	});
}

/** A text that waits and concerns the actor; anybody else's does not exist. */
async function findKept(ctx: Ctx, id: string): Promise<Kept> {
	const concernsMe = or(eq(keptEdits.userId, ctx.actor.id), eq(keptEdits.otherId, ctx.actor.id));
	const [kept] = await ctx.db
		.select()
		.from(keptEdits)
		.where(and(eq(keptEdits.id, id), isNull(keptEdits.settledAt), concernsMe));
	if (!kept) throw new NotFound('kept edit');
	return kept;
}

/** Only once, whoever else is at it. The row is taken after that of its record, as commits take them. */
async function settle(ctx: Ctx, { id, settledHow }: Kept, how: Partial<Kept>): Promise<void> {
	const before =
		settledHow === null ? isNull(keptEdits.settledHow) : eq(keptEdits.settledHow, settledHow);
	const [settled] = await ctx.db
		.update(keptEdits)
		.set(how)
		.where(and(eq(keptEdits.id, id), before))
		.returning();
	if (!settled) throw new NotFound('kept edit');
	await tellKept(ctx, [settled]);
}

/** The edit that puts the text in; null when it is of no field that could take it. */
async function wishOf(
	ctx: Ctx,
	serverKind: ServerKind,
	kept: Kept,
	input: ApplyKept
): Promise<Edit | null> {
	const { fields } = serverKind.kind;
	const name = kept.field;
	const field = name !== null && Object.hasOwn(fields, name) ? fields[name] : undefined;
	if (name === null || !field?.live) return null;
	const value = kept.value as FieldValue; // written by keepEdits, judged again by the edit
	switch (field.shape) {
		case 'set':
			return { field: name, add: idsOf(value) };
		case 'list':
			return { field: name, put: entriesOf(value) };
		case 'richText': {
			const record = await loadRecord(ctx, serverKind, kept.recordId);
			const base = record?.values[name] ?? null;
			return { field: name, set: below(base, value), base };
		}
		case 'scalar': {
			const seen = input.base ?? input[baseName(name)];
			return { field: name, set: value, base: seenOf(seen, kept.current as FieldValue) };
		}
	}
}

/** A formatted text takes nobody's place: it comes under what others have written. */
function below(text: FieldValue, added: FieldValue): FieldValue {
	const parts = [text, added].flatMap((one) => (one as RichText | null)?.content ?? []);
	return { type: 'doc', content: parts };
}

/** What stood on the page, as its form sent it; without one, what stood there when the text was kept. */
function seenOf(sent: unknown, current: FieldValue): FieldValue {
	if (typeof sent !== 'string') return current;
	try {
		return JSON.parse(sent) as FieldValue; // compared with the stored form, nothing else
	} catch {
		return current;
	}
}

/** What its author has settled is there so long, to be put back or looked up. */
export const SETTLED_KEPT_DAYS = 180;
const FORGOTTEN_AT_ONCE = 2_000;

/** Forgets texts that were settled long ago, some thousand a statement; says how many. What waits, waits. */
export async function forgetSettled({ db, now }: Ctx): Promise<number> {
	const before = new Date(now.getTime() - SETTLED_KEPT_DAYS * 24 * 60 * 60 * 1000);
	const { id, settledAt } = keptEdits;
	for (let forgotten = 0; ;) {
		const old = db.select({ id }).from(keptEdits).where(lt(settledAt, before));
		const some = old.limit(FORGOTTEN_AT_ONCE);
		const gone = await db.delete(keptEdits).where(inArray(id, some)).returning({ id });
		forgotten += gone.length;
		if (gone.length < FORGOTTEN_AT_ONCE) return forgotten;
	}
}
