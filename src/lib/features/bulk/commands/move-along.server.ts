import type { FieldValue, RecordValues } from '#lib/records/values.ts';
import type { Ctx } from '#lib/server/context.ts';
import type { BulkReason } from '#lib/server/db/tables/index.ts';
import { NotFound } from '#lib/server/errors.ts';
import { loadRecord } from '#lib/server/records/load.ts';
import { BULK_KINDS } from '../record.server.ts';
import type { MoveWish } from '../schema.ts';
import { type Attempt, attemptOf, type Item, no } from './attempt.server.ts';

/**
 * Takes a record along with its owner to another department. What has an equal of the same name there becomes
 * that one; what has none is left behind and told.
 */
export async function moveAlong(
	ctx: Ctx,
	{ kind, recordId }: Item,
	{ userId, departmentId }: MoveWish
): Promise<Attempt> {
	const { records, handOver, moveTo = handOver } = BULK_KINDS[kind];
	if (!moveTo) return no('no_owner');
	const before = await loadRecord(ctx, records, recordId);
	if (!before) throw new NotFound(kind);
	const heir = { from: userId, ownerId: userId, departmentId };
	const answer = await moveTo(ctx, recordId, heir);
	if (!answer.ok) return attemptOf(answer);
	const after = await loadRecord(ctx, records, recordId);
	const lost = LISTS.filter((field) => isLess(after?.values ?? {}, before.values, field));
	return {
		ok: true,
		reasons: [
			...missingIn(answer.value).map((code) => ({ code })),
			...lost.map((field): BulkReason => ({ code: 'entry_missing', field }))
		]
	};
}

/** Fields whose entries are a department's own. */
const LISTS = ['type', 'source', 'industries', 'tags', 'products'];

const isLess = (after: RecordValues, before: RecordValues, field: string) =>
	sizeOf(after[field]) < sizeOf(before[field]);

const sizeOf = (value: FieldValue | undefined) =>
	Array.isArray(value) ? value.length : typeof value === 'string' ? 1 : 0;

const missingIn = (value: unknown): readonly string[] =>
	typeof value === 'object' && value !== null && 'missing' in value && Array.isArray(value.missing)
		? value.missing.filter((code) => typeof code === 'string')
		: [];
