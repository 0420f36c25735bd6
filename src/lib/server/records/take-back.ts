import { and, asc, eq, isNotNull } from 'drizzle-orm';
import { entriesOf, idsOf } from '#lib/records/document.ts';
import type { Field } from '#lib/records/kind.ts';
import type { Edit, Entries, FieldValue, RecordValues } from '#lib/records/values.ts';
import { isSame } from '#lib/shared/same.ts';
import { inTransaction, type Ctx } from '../context.ts';
import { changes } from '../db/tables/index.ts';
import { edit } from './commit.ts';
import { inLockOrder, unhindered } from './holders.ts';
import type { ServerKind } from './kind.ts';
import { loadRecord } from './load.ts';

/** What a batch did to one record that was there before: each field once, as it was before and after. */
export interface ChangedRecord {
	readonly serverKind: ServerKind;
	readonly id: string;
	readonly changes: readonly FieldChange[];
}

interface FieldChange {
	readonly field: string;
	readonly old: FieldValue;
	readonly new: FieldValue;
}

/** The records that a batch changed, in the order in which they are locked. */
export async function changedIn(
	ctx: Ctx,
	kinds: readonly ServerKind[],
	batchId: string
): Promise<readonly ChangedRecord[]> {
	const rows = await ctx.db
		.select()
		.from(changes)
		.where(and(eq(changes.batchId, batchId), eq(changes.act, 'edit'), isNotNull(changes.field)))
		.orderBy(asc(changes.recordId), asc(changes.rev), asc(changes.id));
	return inLockOrder(kinds).flatMap((serverKind) => {
		const own = rows.filter(({ kind }) => kind === serverKind.kind.name);
		return [...Map.groupBy(own, ({ recordId }) => recordId)].map(([id, changed]) => ({
			serverKind,
			id,
			changes: [...Map.groupBy(changed, ({ field }) => field ?? '')].map(([field, steps]) => ({
				field,
				// The engine wrote both, from values of this very field; `edit` judges them anew.
				old: (steps[0]?.old ?? null) as FieldValue,
				new: (steps.at(-1)?.new ?? null) as FieldValue
			}))
		}));
	});
}

interface TakeBackOptions {
	/** Name of the command that has checked its own rights. */
	readonly commandMark: string;
	/** Take back what can be, though somebody has changed another field of the record since. */
	readonly inPart?: boolean;
}

/**
 * Gives a record back what a batch changed in it. Answers how many of the fields stayed, because somebody
 * has changed them since; then nothing of the record is taken back, unless a part will do.
 */
export async function takeBack(
	ctx: Ctx,
	{ serverKind, id, changes }: ChangedRecord,
	{ commandMark, inPart = false }: TakeBackOptions
): Promise<number> {
	const all = unhindered(ctx);
	const loaded = await loadRecord(all, serverKind, id);
	// Whoever put it into the trash did not want it back.
	if (!loaded) return 0;
	const { fields } = serverKind.kind;
	const steps = changes.map((change) => reversal(fields[change.field], change, loaded.values));
	const stayed = steps.filter((step) => step === 'stays' || (step === 'back' && !inPart)).length;
	if (stayed > 0 && !inPart) return stayed;
	const edits = steps.filter((step) => typeof step === 'object');
	if (edits.length === 0) return stayed;
	const done = await inTransaction(all, (ctx) =>
		edit(ctx, serverKind, id, edits, { commandMark, source: 'undo' })
	);
	return done.ok ? stayed : changes.length;
}

/** The edit that takes a change back, or why there is none: somebody has set it back, or to something else. */
function reversal(
	field: Field | undefined,
	change: FieldChange,
	values: RecordValues
): Edit | 'back' | 'stays' {
	const now = values[change.field] ?? null;
	if (field?.shape === 'set') return members(change);
	if (field?.shape === 'list') return entries(change, entriesOf(now));
	if (isSame(now, change.old)) return 'back';
	return isSame(now, change.new) ? { field: change.field, set: change.old } : 'stays';
}

function members({ field, old, new: fresh }: FieldChange): Edit {
	const [before, after] = [idsOf(old), idsOf(fresh)];
	const add = before.filter((id) => !after.includes(id));
	const remove = after.filter((id) => !before.includes(id));
	return { field, add, remove };
}

/** Entries that somebody has changed since are his. */
function entries({ field, old, new: fresh }: FieldChange, now: Entries): Edit {
	const [before, after] = [entriesOf(old), entriesOf(fresh)];
	const untouched = (id: string) => isSame(now[id] ?? null, after[id] ?? null);
	const remove = Object.keys(after).filter((id) => !Object.hasOwn(before, id) && untouched(id));
	const put = Object.fromEntries(
		Object.entries(before).filter(
			([id, entry]) => !isSame(entry, after[id] ?? null) && untouched(id)
		)
	);
	return { field, put, remove };
}
