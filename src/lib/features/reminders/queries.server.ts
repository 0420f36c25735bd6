import {
	and,
	asc,
	desc,
	eq,
	getTableColumns,
	inArray,
	lte,
	ne,
	or,
	type SQL,
	sql
} from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import { z } from 'zod';
import { getPace } from '#lib/features/notifications/queries.server.ts';
import type { Ctx } from '#lib/server/context.ts';
import { reminders } from '#lib/server/db/tables/index.ts';
import { NotFound } from '#lib/server/errors.ts';
import type { ServerKind } from '#lib/server/records/kind.ts';
import { refKey, titlesOf } from '#lib/server/records/titles.ts';
import { isId } from '#lib/shared/ids.ts';
import { addressOf, type KindName } from '#lib/shared/kinds.ts';
import { stepReminderAt } from './model.ts';
import type { AboutRecord, RemindersQuery } from './schema.ts';

/** The job that fires a reminder at its time. */
export const FIRE = {
	name: 'reminders.fire',
	input: z.object({ reminderId: z.string().refine(isId) })
};

type Reminder = typeof reminders.$inferSelect;

const AT_ONCE = 200;

export type ReminderItem = Awaited<ReturnType<typeof listReminders>>[number];

/** The actor's reminders, the next one first; those of one record where the address names one. */
export async function listReminders(
	ctx: Ctx,
	kinds: readonly ServerKind[],
	{ show, kind, record }: RemindersQuery
) {
	const rows = await ctx.db
		.select()
		.from(reminders)
		.where(
			and(
				isMine(ctx),
				show === 'done' ? eq(reminders.state, 'done') : ne(reminders.state, 'done'),
				kind && record ? and(eq(reminders.kind, kind), eq(reminders.recordId, record)) : undefined
			)
		)
		.orderBy(show === 'done' ? desc(reminders.id) : asc(reminders.dueAt), asc(reminders.id))
		.limit(AT_ONCE);
	return describe(ctx, kinds, rows);
}

/** Reminders of the actor that have fired and are not done, and those of today still to come. */
export async function listDueReminders(
	ctx: Ctx,
	kinds: readonly ServerKind[],
	until: Date,
	limit: number
) {
	const rows = await ctx.db
		.select()
		.from(reminders)
		.where(
			and(
				isMine(ctx),
				or(
					eq(reminders.state, 'fired'),
					and(eq(reminders.state, 'active'), lte(reminders.dueAt, until))
				)
			)
		)
		.orderBy(asc(reminders.dueAt), asc(reminders.id))
		.limit(limit);
	return describe(ctx, kinds, rows);
}

/** One reminder of the actor's, or NotFound. */
export async function getReminder(ctx: Ctx, kinds: readonly ServerKind[], reminderId: string) {
	const condition: SQL | undefined = isId(reminderId) ? eq(reminders.id, reminderId) : sql`false`;
	const rows = await ctx.db
		.select()
		.from(reminders)
		.where(and(isMine(ctx), condition));
	const [own] = await describe(ctx, kinds, rows);
	if (!own) throw new NotFound('reminder');
	return own;
}

/** The name of the record that a reminder is to be made for, or NotFound. */
export async function remindable(ctx: Ctx, kinds: readonly ServerKind[], ref: AboutRecord) {
	const record = (await titlesOf(ctx, kinds, [ref])).get(refKey(ref));
	if (!record || record.isInTrash) throw new NotFound(ref.kind);
	return { ...ref, title: record.title };
}

export type RemindersAtRecord = Awaited<ReturnType<typeof remindersAt>>;

/** What the actor is reminded of at a record: whether of its next step, and how often else. */
export async function remindersAt(ctx: Ctx, { kind, recordId }: AboutRecord) {
	const rows = await ctx.db
		.select({ state: reminders.state, followsStep: reminders.followsStep, dueAt: reminders.dueAt })
		.from(reminders)
		.where(
			and(
				isMine(ctx),
				eq(reminders.kind, kind),
				eq(reminders.recordId, recordId),
				inArray(reminders.state, ['active', 'fired'])
			)
		)
		.orderBy(asc(reminders.dueAt));
	const plain = rows.filter(({ followsStep }) => !followsStep);
	return {
		followsStep: rows.some(({ followsStep }) => followsStep),
		count: plain.length,
		isDue: plain.some(({ state }) => state === 'fired'),
		next: plain[0]?.dueAt ?? null
	};
}

/** With the records as the actor sees them; of one that follows the next step, with what that says now. */
async function describe(ctx: Ctx, kinds: readonly ServerKind[], rows: readonly Reminder[]) {
	const [titles, steps] = await Promise.all([
		titlesOf(ctx, kinds, rows),
		stepsOf(
			ctx,
			kinds,
			rows.filter(({ followsStep }) => followsStep)
		)
	]);
	return rows
		.map((row) => {
			const record = titles.get(refKey(row));
			const step = steps.get(refKey(row));
			const isOpen = record !== undefined && !record.isInTrash;
			const { id, kind, recordId, description, sendMail, state, followsStep } = row;
			return {
				...{ id, kind, recordId, description, sendMail, state, followsStep },
				subject: row.subject || step?.step || record?.title || '',
				dueAt: row.dueAt ?? step?.dueAt ?? null,
				title: record?.title ?? null,
				href: isOpen ? addressOf(kind as KindName, recordId) : null
			};
		})
		.toSorted((a, b) => (a.dueAt?.getTime() ?? Infinity) - (b.dueAt?.getTime() ?? Infinity));
}

interface Step {
	readonly step: string | null;
	readonly dueAt: Date | null;
}

async function stepsOf(
	ctx: Ctx,
	kinds: readonly ServerKind[],
	rows: readonly Reminder[]
): Promise<ReadonlyMap<string, Step>> {
	if (rows.length === 0) return new Map();
	const { dayStartsAt } = await getPace(ctx);
	const asked = kinds.flatMap((serverKind) => {
		const columns = stepColumns(serverKind);
		const ids = rows.filter(({ kind }) => kind === serverKind.kind.name).map((row) => row.recordId);
		if (!columns || ids.length === 0) return [];
		const { kind, table, visibleTo } = serverKind;
		return sql`select ${kind.name}::text as "kind", ${table.id} as "recordId", ${columns.step} as "step", ${columns.day}::text as "day"
			from ${table} where ${and(inArray(table.id, ids), visibleTo(ctx.actor))}`;
	});
	if (asked.length === 0) return new Map();
	const found = await ctx.db.execute<FoundStep>(sql.join(asked, sql` union all `));
	const { timeZone } = ctx.actor;
	return new Map(
		[...found].map((row) => [
			refKey(row),
			{
				step: row.step,
				dueAt: row.day === null ? null : stepReminderAt(timeZone, row.day, dayStartsAt)
			}
		])
	);
}

/** Where a kind keeps its next step; null for kinds without one. */
export function stepColumns({
	table,
	columns
}: ServerKind): { readonly step: PgColumn; readonly day: PgColumn } | null {
	const own = getTableColumns(table as PgTable);
	const columnOf = (field: string) => own[columns[field]?.columns[0] ?? ''];
	const [step, day] = [columnOf('nextStep'), columnOf('nextStepOn')];
	return step && day ? { step, day } : null;
}

interface FoundStep extends Record<string, unknown> {
	readonly kind: string;
	readonly recordId: string;
	readonly step: string | null;
	readonly day: string | null;
}

const isMine = ({ actor }: Ctx) => eq(reminders.userId, actor.id);
