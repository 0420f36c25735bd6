import { inArray } from 'drizzle-orm';
import type { z } from 'zod';
import { isAbout, type NoticeRule, type Told, type ToldChange } from '#lib/records/notices.ts';
import type { RecordValues } from '#lib/records/values.ts';
import { inTransaction, type Ctx } from '#lib/server/context.ts';
import { changes } from '#lib/server/db/tables/index.ts';
import type { Row, ServerKind } from '#lib/server/records/kind.ts';
import { findRow, readValues } from '#lib/server/records/row.ts';
import { changeOf, type FAN_OUT } from '#lib/server/records/tell.ts';
import { titleOf } from '#lib/server/records/titles.ts';
import { systemActor } from '#lib/shared/actor.ts';
import { notifyAll, type NewNotification } from './notify.server.ts';
import { type Addressee, addresseesOf } from './people.server.ts';

/** What the features have declared, from the composition root. */
export interface Registered {
	readonly kinds: readonly ServerKind[];
	readonly rules: readonly NoticeRule[];
}

type Written = typeof changes.$inferSelect;

/** A change that somebody is to hear of. */
interface Matter {
	readonly written: Written;
	readonly change: ToldChange;
	readonly serverKind: ServerKind;
	readonly row: Row;
	readonly values: RecordValues;
	/** Each person once, with the first thing that concerns him. */
	readonly told: ReadonlyMap<
		string,
		{ readonly rule: NoticeRule; readonly reason: Told['reason'] }
	>;
}

/**
 * Tells people of changes: each once, in one transaction with the mail that he gets, whoever runs this and
 * however often. Nobody hears of his own act, of a record that he may not read, or that he has muted.
 */
export function tellPeople(
	ctx: Ctx,
	registered: Registered,
	{ changeIds }: z.output<typeof FAN_OUT.input>
): Promise<void> {
	return inTransaction(ctx, async (ctx) => {
		const rows = await ctx.db
			.select()
			.from(changes)
			.where(inArray(changes.id, changeIds))
			.orderBy(changes.id);
		const matters: Matter[] = [];
		for (const written of rows) {
			const matter = await matterOf(ctx, registered, written);
			if (matter) matters.push(matter);
		}
		if (matters.length === 0) return;
		const people = await addresseesOf(ctx, [
			...new Set(matters.flatMap(({ told }) => [...told.keys()]))
		]);
		await notifyAll(
			ctx,
			matters.flatMap((matter) => noticesOf(ctx, matter, people)),
			people
		);
	});
}

/** Null when the record is gone or nobody is concerned. */
async function matterOf(
	ctx: Ctx,
	{ kinds, rules }: Registered,
	written: Written
): Promise<Matter | null> {
	const change = changeOf(written);
	const about = rules.filter((rule) => isAbout(rule, change));
	const serverKind = kinds.find(({ kind }) => kind.name === written.kind);
	if (about.length === 0 || !serverKind) return null;
	const row = await findRow(ctx, serverKind, written.recordId);
	if (!row) return null;
	const values = await readValues(ctx, serverKind, row);
	const told = about.flatMap((rule) =>
		rule
			.to(change, { row, values })
			.filter(({ userId }) => rule.ofConflicts || userId !== written.actorId)
			.map(({ userId, reason }) => [userId, { rule, reason }] as const)
	);
	// The first of equal keys counts.
	return { written, change, serverKind, row, values, told: new Map(told.toReversed()) };
}

function noticesOf(
	ctx: Ctx,
	{ written, change, serverKind, row, values, told }: Matter,
	people: ReadonlyMap<string, Addressee>
): readonly NewNotification[] {
	return [...told].flatMap(([userId, { rule, reason }]): NewNotification[] => {
		const person = people.get(userId);
		if (!person || !serverKind.mayRead(person.actor, row, values)) return [];
		const { id, batchId, recordId, actorId } = written;
		return [
			{
				...{ userId, causeId: id, batchId, notice: rule, reason, recordId },
				...{ kind: serverKind.kind.name, title: titleOf(serverKind, row) },
				actorId: actorId === systemActor.id ? null : actorId,
				at: written.at,
				params: rule.params?.(change, { row, values }) ?? {}
			}
		];
	});
}
