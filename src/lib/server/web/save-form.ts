import { fail, type RequestEvent } from '@sveltejs/kit';
import { readEdits, typedIn } from '#lib/records/form.ts';
import type { RecordKind } from '#lib/records/kind.ts';
import type { Edit, Fault, FieldValue, RecordValues } from '#lib/records/values.ts';
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
		const { faults, current } = await saveWhatCan(edits, (good) => save(ctx, good));
		if (faults.length === 0) return { done: true as const };
		const stale = faults.filter(({ code }) => code === 'stale');
		return fail(stale.length > 0 ? 409 : 400, {
			values: refusedInputs(form, edits, faults),
			faults,
			notices: stale.map((fault) => conflictOf(fault, edits, current))
		});
	} catch (thrown) {
		const stop = stopOf(thrown);
		if (!stop) throw thrown;
		return refuse(stop.status, typedIn(form), [], stop.message);
	}
}

/** Leaves out what is refused and saves the rest; meanwhile somebody may be faster with that, too. */
async function saveWhatCan(
	edits: readonly Edit[],
	save: (edits: readonly Edit[]) => Promise<Edited>
): Promise<{ readonly faults: readonly Fault[]; readonly current: RecordValues }> {
	const faults: Fault[] = [];
	let current: RecordValues = {};
	for (let open = edits; ;) {
		const saved = await save(open);
		if (saved.ok) return { faults, current };
		faults.push(...saved.faults);
		current = { ...current, ...saved.current };
		const good = open.filter((edit) => !saved.faults.some(({ field }) => field === edit.field));
		if (good.length === 0 || good.length === open.length) return { faults, current };
		open = good;
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
		value: edit ? wantedBy(edit, now) : now,
		current: now
	};
}

/** What was entered; of a list the entries that its author changed. */
function wantedBy(edit: Edit, now: FieldValue): FieldValue {
	if ('set' in edit) return edit.set;
	return ('put' in edit && edit.put) || now;
}

/**
 * What was typed into the fields that were not saved. The others show what the record holds: what the
 * page had shown in them may be somebody's old value, and would be saved as new with the next press.
 */
function refusedInputs(
	form: FormData,
	edits: readonly Edit[],
	faults: readonly Fault[]
): FormValues {
	const isRefused = (name: string) =>
		faults.some(
			({ field }) =>
				name === field || (name.startsWith(`${field}.`) && isTouched(edits, field, name))
		);
	return Object.fromEntries(Object.entries(typedIn(form)).filter(([name]) => isRefused(name)));
}

/** Of a list only the entries that its author changed: the others may be somebody's old ones. */
function isTouched(edits: readonly Edit[], field: string, name: string): boolean {
	const edit = edits.find((one) => one.field === field);
	if (!edit || !('put' in edit)) return true;
	const [id = ''] = name.slice(field.length + 1).split('.');
	return id === 'new' || id in (edit.put ?? {}) || (edit.remove ?? []).includes(id);
}
