import { fail, type RequestEvent } from '@sveltejs/kit';
import { readEdits } from '#lib/records/form.ts';
import type { RecordKind } from '#lib/records/kind.ts';
import type { Edit, Fault, FieldValue } from '#lib/records/values.ts';
import type { Ctx } from '../context.ts';
import type { Edited } from '../records/commit.ts';
import { ctxOf, refuse } from './action.ts';
import { stopOf } from './errors.ts';

/** A field that was not saved: what was entered beside what the record holds. */
interface NotSaved {
	readonly type: 'rejected' | 'conflict';
	readonly field: string;
	readonly fault: Fault;
	readonly mine: FieldValue;
	readonly current: FieldValue;
}

/**
 * Saves a record's form posted without JavaScript. Fields that cannot be saved do not hold up the
 * others; they come back with both values and the status 409 when somebody was faster, else 400.
 */
export async function saveForm(
	event: RequestEvent,
	kind: RecordKind,
	save: (ctx: Ctx, edits: readonly Edit[]) => Promise<Edited>
) {
	const ctx = ctxOf(event);
	const edits = readEdits(kind, await event.request.formData());
	try {
		const saved = await save(ctx, edits);
		if (saved.ok) return { done: true as const };
		const good = edits.filter((edit) => !saved.faults.some(({ field }) => field === edit.field));
		if (good.length < edits.length && good.length > 0) await save(ctx, good);
		const notices = saved.faults.map((fault) => notSaved(fault, edits, saved.current));
		const isStale = saved.faults.some(({ code }) => code === 'stale');
		return fail(isStale ? 409 : 400, { values: {}, faults: saved.faults, notices });
	} catch (thrown) {
		const stop = stopOf(thrown);
		if (!stop) throw thrown;
		return refuse(stop.status, {}, [], stop.message);
	}
}

function notSaved(
	fault: Fault,
	edits: readonly Edit[],
	current: Readonly<Record<string, FieldValue>>
): NotSaved {
	const { field } = fault;
	const edit = edits.find((edit) => edit.field === field);
	const before = current[field] ?? null;
	const mine = edit && 'set' in edit ? edit.set : before;
	return {
		type: fault.code === 'stale' ? 'conflict' : 'rejected',
		field,
		fault,
		mine,
		current: before
	};
}
