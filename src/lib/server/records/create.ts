import type { Fault, RecordValues } from '#lib/records/values.ts';
import { isId, newId } from '#lib/shared/ids.ts';
import { inTransaction, type Ctx } from '../context.ts';
import { insertFresh } from '../db/insert-many.ts';
import { Forbidden } from '../errors.ts';
import { announceOf, type Source } from './announce.ts';
import { factsForNew } from './facts.ts';
import { once } from './idempotency.ts';
import { judgeNew } from './judge.ts';
import type { Asked, Row, ServerKind } from './kind.ts';
import { notifyLive, type LiveNotification } from './live.ts';
import { insertCollections, rowColumns } from './project.ts';
import { retrying } from './retry.ts';

export interface NewRecord {
	/** Made by whoever creates the record; else by the server. */
	readonly id?: string;
	/** What is not given is empty. */
	readonly values: RecordValues;
}

export type Created =
	| {
			readonly ok: true;
			readonly value: { readonly id: string; readonly number: number; readonly rev: number };
	  }
	| { readonly ok: false; readonly error: 'invalid'; readonly faults: readonly Fault[] };

export interface CreateManyOptions {
	/** When it is not the context's. */
	readonly source?: Source;
	/** Ties the records to what else is undone together with them. */
	readonly batchId?: string;
	/** Name of the command that has checked its own rights: it may begin where others may not. */
	readonly commandMark?: string;
}

export interface CreateOptions extends NewRecord, CreateManyOptions {
	/** The same person with the same key gets the first answer again, without a second record. */
	readonly idempotencyKey?: string;
}

const FIRST_REV = 1;

/** Begins a record; names every field that cannot be as it is given. Throws Forbidden. */
export function create(ctx: Ctx, serverKind: ServerKind, options: CreateOptions): Promise<Created> {
	const { idempotencyKey, id, values, ...rest } = options;
	const record = id === undefined ? { values } : { id, values };
	return retrying(ctx, () =>
		inTransaction(ctx, (ctx) =>
			once(ctx, idempotencyKey, [serverKind.kind.name, record], async () => {
				const [answer] = await createAll(ctx, serverKind, [record], rest);
				if (!answer) throw new Error('every record has an answer');
				return { answer, keep: answer.ok };
			})
		)
	);
}

/** Begins many records in one transaction; answers one by one, and those refused do not hold up the rest. */
export const createMany = (
	ctx: Ctx,
	serverKind: ServerKind,
	records: readonly NewRecord[],
	options: CreateManyOptions
): Promise<readonly Created[]> =>
	retrying(ctx, () => inTransaction(ctx, (ctx) => createAll(ctx, serverKind, records, options)));

/** What would be wrong with each of these records, were it begun; nothing is. */
export async function judgeMany(
	ctx: Ctx,
	serverKind: ServerKind,
	records: readonly NewRecord[]
): Promise<readonly (readonly Fault[])[]> {
	const drafts = await judgeAll(ctx, serverKind, records, null);
	return drafts.map(({ faults }) => faults);
}

interface Draft {
	readonly id: string;
	readonly values: RecordValues;
	readonly faults: readonly Fault[];
}

async function createAll(
	ctx: Ctx,
	serverKind: ServerKind,
	records: readonly NewRecord[],
	options: CreateManyOptions
): Promise<readonly Created[]> {
	const drafts = await judgeAll(ctx, serverKind, records, options.commandMark ?? null);
	const sound = drafts.filter(({ faults }) => faults.length === 0);
	if (sound.some(({ values }) => !serverKind.mayCreate(ctx.actor, values))) {
		throw new Forbidden(serverKind.kind.name);
	}
	const rows = await insertRows(ctx, serverKind, sound);
	const born = sound.filter((draft) => rows.get(draft.id)?.draft === draft);
	await Promise.all([
		insertCollections(ctx, serverKind, born),
		announceAll(ctx, serverKind, born, options),
		notifyAll(ctx, serverKind, born, rows)
	]);
	return drafts.map((draft) => {
		const { id, faults } = draft;
		const made = rows.get(id);
		if (made?.draft === draft) {
			return { ok: true, value: { id, number: made.number, rev: FIRST_REV } };
		}
		return { ok: false, error: 'invalid', faults: faults.length > 0 ? faults : [BAD_ID] };
	});
}

/** An id that is taken is refused like one that is none, so that nobody can probe for records. */
const BAD_ID: Fault = { field: 'id', code: 'not_a_reference' };

async function judgeAll(
	ctx: Ctx,
	serverKind: ServerKind,
	records: readonly NewRecord[],
	commandMark: string | null
): Promise<readonly Draft[]> {
	const groups = Map.groupBy(records, ({ values }) =>
		JSON.stringify([values.department, values.pipeline])
	);
	const drafts = new Map<NewRecord, Draft>();
	for (const members of groups.values()) {
		const facts = await factsForNew(
			ctx,
			serverKind,
			members.map(({ values }) => values)
		);
		const by = { serverKind, actor: ctx.actor, facts, commandMark, writable: 'all' } as const;
		for (const member of members) {
			const { values } = member;
			const judged = judgeNew({ ...by, values }, serverKind.kind, values);
			const id = member.id ?? newId(ctx.now.getTime());
			drafts.set(member, isId(id) ? { id, ...judged } : { id, ...judged, faults: [BAD_ID] });
		}
	}
	return records.flatMap((record) => drafts.get(record) ?? []);
}

interface Made {
	readonly draft: Draft;
	readonly number: number;
	readonly row: Row;
}

async function insertRows(
	ctx: Ctx,
	serverKind: ServerKind,
	drafts: readonly Draft[]
): Promise<ReadonlyMap<string, Made>> {
	const { kind, table, onCreate } = serverKind;
	const fields = Object.keys(kind.fields);
	const asked: Asked = new Map();
	const rows: (Record<string, unknown> & { id: string })[] = [];
	for (const { id, values } of drafts) {
		rows.push({
			...rowColumns(serverKind, values, fields),
			...(await onCreate?.(ctx, values, asked)),
			id,
			rev: FIRST_REV,
			createdAt: ctx.now,
			createdBy: ctx.actor.id,
			updatedAt: ctx.now,
			modifiedBy: ctx.actor.id
		});
	}
	const inserted = await insertFresh(ctx.db, table, rows);
	// Rows of the kind's own table, which always has a number.
	const byId = new Map((inserted as (Row & { number: number })[]).map((row) => [row.id, row]));
	const made = new Map<string, Made>();
	for (const draft of drafts) {
		const row = byId.get(draft.id);
		if (row && !made.has(draft.id)) made.set(draft.id, { draft, number: row.number, row });
	}
	return made;
}

/** One entry with the whole record. */
const announceAll = (
	ctx: Ctx,
	{ kind, notices }: ServerKind,
	drafts: readonly Draft[],
	{ source, batchId }: CreateManyOptions
) =>
	announceOf(
		ctx,
		notices,
		drafts.map(({ id, values }) => ({
			kind: kind.name,
			recordId: id,
			rev: FIRST_REV,
			act: 'create',
			...(source ? { source } : {}),
			batchId: batchId ?? null,
			new: values
		}))
	);

async function notifyAll(
	ctx: Ctx,
	serverKind: ServerKind,
	drafts: readonly Draft[],
	made: ReadonlyMap<string, Made>
): Promise<void> {
	const rows = drafts.flatMap(({ id }) => made.get(id)?.row ?? []);
	const others = await serverKind.beside?.(ctx, rows);
	const { name } = serverKind.kind;
	const notifications = drafts.flatMap(({ id, values }): LiveNotification[] => {
		const row = made.get(id)?.row;
		if (!row) return [];
		const topics = serverKind.topics(row, { ...values, ...others?.get(id) });
		return [{ type: 'record', kind: name, id, rev: FIRST_REV, topics, act: 'create' }];
	});
	await notifyLive(ctx, ...notifications);
}
