import { fail, type RequestEvent } from '@sveltejs/kit';
import { readEdits, typedIn } from '#lib/records/form.ts';
import type { RecordKind } from '#lib/records/kind.ts';
import type { Edit, Fault, FieldValue } from '#lib/records/values.ts';
import type { Ctx } from '../context.ts';
import type { Edited } from '../records/commit.ts';
import { ctxOf, type FormValues, refuse } from './action.ts';
import { stopOf } from './errors.ts';

/** A field that somebody else changed first: what was entered beside what the record holds. */
interface Conflict {
	readonly type: 'conflict';
	readonly field: string;
	readonly fault: Fault;
	readonly value: FieldValue;
	readonly current: FieldValue;
}

/**
 * Saves a record's form posted without JavaScript. Fields that cannot be saved do not hold up the
 * others; they come back as typed, beside the value of whoever was faster (409), or with the reason (400).
 */
export async function saveForm(
	event: RequestEvent,
	kind: RecordKind,
	save: (ctx: Ctx, edits: readonly Edit[]) => Promise<Edited>
) {
	const ctx = ctxOf(event);
	const form = await event.request.formData();
	const edits = readEdits(kind, form);
	try {
		const saved = await save(ctx, edits);
		if (saved.ok) return { done: true as const };
		const good = edits.filter((edit) => !saved.faults.some(({ field }) => field === edit.field));
		if (good.length < edits.length && good.length > 0) await save(ctx, good);
		const stale = saved.faults.filter(({ code }) => code === 'stale');
		return fail(stale.length > 0 ? 409 : 400, {
			values: refusedInputs(form, saved.faults),
			faults: saved.faults,
			notices: stale.map((fault) => conflictOf(fault, edits, saved.current))
		});
	} catch (thrown) {
		const stop = stopOf(thrown);
		if (!stop) throw thrown;
		return refuse(stop.status, typedIn(form), [], stop.message);
	}
}

function conflictOf(
	fault: Fault,
	edits: readonly Edit[],
	current: Readonly<Record<string, FieldValue>>
): Conflict {
	const { field } = fault;
	const edit = edits.find((edit) => edit.field === field);
	const now = current[field] ?? null;
	return {
		type: 'conflict',
		field,
		fault,
		value: edit && 'set' in edit ? edit.set : now,
		current: now
	};
}

/**
 * What was typed into the fields that were not saved. The others show what the record holds: what the
 * page had shown in them may be somebody's old value, and would be saved as new with the next press.
 */
function refusedInputs(form: FormData, faults: readonly Fault[]): FormValues {
	const isRefused = (name: string) =>
		faults.some(({ field }) => name === field || name.startsWith(`${field}.`));
	return Object.fromEntries(Object.entries(typedIn(form)).filter(([name]) => isRefused(name)));
}
