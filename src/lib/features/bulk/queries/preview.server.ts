import { asc, eq } from 'drizzle-orm';
import type { Edit, RecordValues } from '#lib/records/values.ts';
import type { Ctx } from '#lib/server/context.ts';
import { bulkItems, type BulkReason } from '#lib/server/db/tables/index.ts';
import { rehearse } from '#lib/server/records/commit-many.ts';
import type { Row } from '#lib/server/records/kind.ts';
import { readAllValues, readRows } from '#lib/server/records/row.ts';
import { isKind, type KindName } from '#lib/shared/kinds.ts';
import { reasonsOf } from '../commands/acts.server.ts';
import { BULK_KINDS } from '../record.server.ts';
import { EditWish, HandOverWish } from '../schema.ts';
import { type Outcome, type ShownRun, withTitles } from './run.server.ts';

export interface Preview {
	readonly changes: number;
	/** Hold what is wished already. */
	readonly same: number;
	/** The actor may not change them, or not see them any more. */
	readonly forbidden: number;
	/** They do not take the value: an entry of another department's list, a stage that only closing reaches. */
	readonly unfit: number;
	/** The first of those that will be left out, with the reasons. */
	readonly leftOut: readonly Outcome[];
}

const SHOWN = 20;

/** What a run would do to its records as they are now; nothing is done. */
export async function rehearseRun(ctx: Ctx, run: ShownRun): Promise<Preview> {
	const rows = await ctx.db
		.select()
		.from(bulkItems)
		.where(eq(bulkItems.runId, run.id))
		.orderBy(asc(bulkItems.position));
	const foreseen = new Map<string, Foreseen>();
	for (const [kind, own] of Map.groupBy(rows, (row) => row.kind)) {
		if (!isKind(kind)) continue;
		const ids = own.map(({ recordId }) => recordId);
		for (const [id, one] of await foresee(ctx, run, kind, ids)) foreseen.set(id, one);
	}
	const all = [...foreseen.values()];
	const of = (fate: Foreseen['fate']) => all.filter((one) => one.fate === fate).length;
	const out = rows
		.filter(({ recordId }) => isOut(foreseen.get(recordId)))
		.slice(0, SHOWN)
		.map((row) => ({ ...row, reasons: foreseen.get(row.recordId)?.reasons ?? [] }));
	return {
		changes: of('changes'),
		same: of('same'),
		forbidden: of('forbidden'),
		unfit: of('unfit'),
		leftOut: await withTitles(ctx, out)
	};
}

interface Foreseen {
	readonly fate: 'changes' | 'same' | 'forbidden' | 'unfit';
	readonly reasons: readonly BulkReason[];
}

const isOut = (one: Foreseen | undefined) => one?.fate === 'forbidden' || one?.fate === 'unfit';

async function foresee(
	ctx: Ctx,
	run: ShownRun,
	kind: KindName,
	ids: readonly string[]
): Promise<ReadonlyMap<string, Foreseen>> {
	if (run.act === 'edit') return foreseeEdits(ctx, run, kind, ids);
	if (run.act === 'trash' || run.act === 'restore') return foreseeTurn(ctx, run.act, kind, ids);
	return foreseeHeir(ctx, run, kind, ids);
}

async function foreseeEdits(ctx: Ctx, run: ShownRun, kind: KindName, ids: readonly string[]) {
	const edits = EditWish.parse(run.wish).edits as readonly Edit[];
	const { records } = BULK_KINDS[kind];
	const wishes = ids.map((id) => ({ id, edits }));
	const answers = await rehearse(ctx, records, wishes);
	return new Map(
		[...answers].map(([id, answer]): [string, Foreseen] => {
			if (answer.ok) return [id, { fate: answer.changes ? 'changes' : 'same', reasons: [] }];
			const reasons = reasonsOf(answer);
			const isRight = reasons.some(({ code }) => RIGHTS.has(code));
			return [id, { fate: isRight ? 'forbidden' : 'unfit', reasons }];
		})
	);
}

const RIGHTS: ReadonlySet<string> = new Set(['forbidden', 'not_writable']);

/** Whether the records may go into the trash, or come out of it. */
async function foreseeTurn(
	ctx: Ctx,
	act: 'trash' | 'restore',
	kind: KindName,
	ids: readonly string[]
) {
	const { records } = BULK_KINDS[kind];
	return eachRecord(ctx, kind, ids, (row, values) => {
		if ((row.deletedAt !== null) === (act === 'trash')) return { fate: 'same', reasons: [] };
		if (records.mayDelete(ctx.actor, row, values)) return { fate: 'changes', reasons: [] };
		return { fate: 'forbidden', reasons: [{ code: 'forbidden' }] };
	});
}

async function foreseeHeir(ctx: Ctx, run: ShownRun, kind: KindName, ids: readonly string[]) {
	const { ownerId } = HandOverWish.parse(run.wish);
	const { records } = BULK_KINDS[kind];
	return eachRecord(ctx, kind, ids, (row, values) => {
		if (records.writable(ctx.actor, row, values) !== 'all') {
			return { fate: 'forbidden', reasons: [{ code: 'forbidden' }] };
		}
		const isSame =
			'owner' in values && kind !== 'task' && kind !== 'project' && values.owner === ownerId;
		return { fate: isSame ? 'same' : 'changes', reasons: [] };
	});
}

type Judge = (row: Row, values: RecordValues) => Foreseen;

async function eachRecord(ctx: Ctx, kind: KindName, ids: readonly string[], judge: Judge) {
	const { records } = BULK_KINDS[kind];
	const rows = await readRows(ctx, records, ids);
	const values = await readAllValues(ctx, records, rows);
	const gone = ids.map((id): [string, Foreseen] => [
		id,
		{ fate: 'forbidden', reasons: [{ code: 'not_found' }] }
	]);
	const seen = rows.flatMap((row, at): [string, Foreseen][] => {
		const own = values[at] ?? {};
		return records.mayRead(ctx.actor, row, own) ? [[row.id, judge(row, own)]] : [];
	});
	return new Map([...gone, ...seen]);
}
