import { emptyOf } from '#lib/records/document.ts';
import type { Fields } from '#lib/records/kind.ts';
import type { RecordValues } from '#lib/records/values.ts';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import { NotFound } from '#lib/server/errors.ts';
import { create } from '#lib/server/records/create.ts';
import { loadRecord } from '#lib/server/records/load.ts';
import { requestRecords } from '../record.server.ts';
import type { OneRequest } from '../schema.ts';
import { tell } from './lock.server.ts';

/** What belongs to the one request alone: when it came, what became of it. */
const OWN = { receivedOn: null, deal: null, pending: true, duplicate: false, case: false } as const;

/**
 * Begins another request of the same people [C49]: who they are, texts, links and owners are the same; the
 * ticket is its own, and the day of receipt is open.
 */
export function copyRequest(ctx: Ctx, { id }: OneRequest) {
	return inTransaction(ctx, async (ctx) => {
		const loaded = await loadRecord(ctx, requestRecords, id);
		if (!loaded || loaded.row.deletedAt !== null) throw new NotFound('request');
		const values: RecordValues = { ...loaded.values, ...OWN };
		const created = await createWithout(ctx, values);
		if (created.ok) await tell(ctx, created.value.id, 'copied', { fresh: { from: id } });
		return created;
	});
}

/** An owner who has left, or a contact that is in the trash by now, is left out instead of refusing the copy. */
async function createWithout(ctx: Ctx, values: RecordValues) {
	const created = await create(ctx, requestRecords, { values });
	if (created.ok) return created;
	const gone = created.faults.filter(({ code }) => code === 'not_found');
	if (gone.length === 0) return created;
	const fields: Fields = requestRecords.kind.fields;
	const emptied = gone.map(({ field }) => {
		const declared = fields[field];
		return [field, declared ? emptyOf(declared) : null] as const;
	});
	const rest = { ...values, ...Object.fromEntries(emptied) };
	return create(ctx, requestRecords, { values: rest });
}
