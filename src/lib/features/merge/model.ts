import { entriesOf, idsOf } from '#lib/records/document.ts';
import { missingEntries } from '#lib/records/entries.ts';
import type { Field, RecordKind } from '#lib/records/kind.ts';
import {
	type Edit,
	type FieldValue,
	isBlank,
	type RecordValues,
	type RichText
} from '#lib/records/values.ts';
import { isSame } from '#lib/shared/same.ts';
import type { Pick } from './schema.ts';

/** How long a merge can be taken back. */
const UNDO_DAYS = 30;

/** A field in which the two records differ, and what becomes of it. */
export interface MergeRow {
	readonly field: string;
	readonly kept: FieldValue;
	readonly gone: FieldValue;
	/** Whose value may be taken. */
	readonly options: readonly Pick[];
	readonly pick: Pick;
	/** What both together would be, where that may be chosen. */
	readonly both: FieldValue;
	/** What the record will hold. */
	readonly result: FieldValue;
}

export interface MergePlan {
	readonly rows: readonly MergeRow[];
	/** The exact patch of the record that is kept. */
	readonly edits: readonly Edit[];
	/** The company that a contact moves to; undefined when he stays where he is. */
	readonly companyId?: string;
}

interface Planned extends Omit<MergeRow, 'field'> {
	readonly edit: Edit | null;
}

interface Both {
	readonly name: string;
	readonly field: Field;
	readonly kept: FieldValue;
	readonly gone: FieldValue;
	readonly asked: Pick | undefined;
}

/** Other names of the same record, as people write a list: commas between. */
const NAMES = 'alternativeNames';
const COMPANY = 'company';
/** These two say where a record belongs and who looks after it: that stays as it is at the one that is kept. */
const STAYS: ReadonlySet<string> = new Set(['owner', 'department']);
/** Of two flags that differ, the one that does no harm: nobody is written to who did not want it. */
const CAREFUL: Readonly<Record<string, boolean>> = { disqualified: true, subscribed: false };

/**
 * What merging does to the record that is kept: what only the other one knows is taken over, lists and sets are
 * united, and where both say something else the choice decides, without one the record that is kept.
 */
export function planMerge(
	kind: RecordKind,
	kept: RecordValues,
	gone: RecordValues,
	picks: Readonly<Record<string, Pick>>
): MergePlan {
	const rows: MergeRow[] = [];
	const edits: Edit[] = [];
	let companyId: string | undefined;
	for (const [name, field] of Object.entries(kind.fields)) {
		if (STAYS.has(name) || (!field.live && name !== COMPANY)) continue;
		const both = { name, field, kept: kept[name] ?? null, gone: gone[name] ?? null };
		const asked = picks[name];
		const other = name === NAMES ? otherName(kept, gone, rows) : null;
		const planned =
			name === NAMES ? planNames({ ...both, asked }, other) : planField({ ...both, asked });
		if (!planned) continue;
		const { edit, ...row } = planned;
		rows.push({ field: name, ...row });
		if (name !== COMPANY) edits.push(...(edit ? [edit] : []));
		else if (row.pick === 'gone' && typeof row.gone === 'string') companyId = row.gone;
	}
	return { rows, edits, ...(companyId === undefined ? {} : { companyId }) };
}

function planField(both: Both): Planned | null {
	const { field } = both;
	if (field.shape === 'set') return planSet(both);
	if (field.shape === 'list') return planList(both);
	if (field.shape === 'richText') return planText(both);
	return planScalar(both, field.type === 'flag');
}

function planScalar({ name, kept, gone, asked, field }: Both, isFlag: boolean): Planned | null {
	if (isSame(kept, gone) || (!isFlag && isBlank(gone))) return null;
	const isDay = field.shape === 'scalar' && field.type === 'day';
	// The last time one was spoken to is the later one.
	const isLater = isDay && name.startsWith('last') && String(gone) > String(kept);
	const usual = isFlag ? gone === CAREFUL[name] : isBlank(kept) || isLater;
	const options: readonly Pick[] = ['kept', 'gone'];
	const pick = chosen(options, asked, usual ? 'gone' : 'kept');
	const result = pick === 'gone' ? gone : kept;
	return { kept, gone, options, pick, both: null, result, edit: setting(name, kept, result) };
}

function planSet({ name, kept, gone, asked }: Both): Planned | null {
	const add = idsOf(gone).filter((id) => !idsOf(kept).includes(id));
	if (add.length === 0) return null;
	const pick = chosen(TOGETHER, asked, 'both');
	const united = { result: [...idsOf(kept), ...add].sort(), edit: { field: name, add } };
	return together({ kept, gone, pick, united });
}

function planList({ name, kept, gone, asked }: Both): Planned | null {
	const put = missingEntries(entriesOf(gone), entriesOf(kept));
	if (Object.keys(put).length === 0) return null;
	const pick = chosen(TOGETHER, asked, 'both');
	const united = { result: { ...entriesOf(kept), ...put }, edit: { field: name, put } };
	return together({ kept, gone, pick, united });
}

function planText({ name, kept, gone, asked }: Both): Planned | null {
	if (isBlank(gone) || isSame(kept, gone)) return null;
	const pick = chosen(TOGETHER, asked, 'both');
	// Of this field's type: its parser made it.
	const append = gone as RichText;
	const united = { result: gone, edit: { field: name, append } };
	return together({ kept, gone, pick, united });
}

/** Under which names the record is known from now on: also under the one that it does not bear any more. */
function planNames({ name, field, kept, gone, asked }: Both, other: string | null): Planned | null {
	const max = field.shape === 'scalar' ? (field.max ?? Infinity) : Infinity;
	const names = [...namesIn(kept)];
	for (const one of [...(other === null ? [] : [other]), ...namesIn(gone)]) {
		const isNew = !names.some((known) => known.toLowerCase() === one.toLowerCase());
		// What has no room any more is not in the preview either.
		if (isNew && [...names, one].join(', ').length <= max) names.push(one);
	}
	const joined = names.join(', ') || null;
	if (isSame(joined, namesIn(kept).join(', ') || null)) return null;
	const pick = chosen(TOGETHER, asked, 'both');
	const result = pick === 'both' ? joined : kept;
	return {
		...{ kept, gone, options: TOGETHER, pick, both: joined, result },
		edit: setting(name, kept, result)
	};
}

/** The name of the two that is not taken, when they differ. */
function otherName(kept: RecordValues, gone: RecordValues, rows: readonly MergeRow[]) {
	const row = rows.find(({ field }) => field === 'name');
	if (!row) return null;
	const other = row.pick === 'gone' ? kept['name'] : gone['name'];
	return typeof other === 'string' ? other.replaceAll(',', ' ') : null;
}

const namesIn = (list: FieldValue): readonly string[] =>
	typeof list === 'string'
		? list
				.split(',')
				.map((name) => name.trim())
				.filter((name) => name !== '')
		: [];

const TOGETHER: readonly Pick[] = ['both', 'kept'];

const chosen = (options: readonly Pick[], asked: Pick | undefined, usual: Pick) =>
	asked && options.includes(asked) ? asked : usual;

const together = ({
	kept,
	gone,
	pick,
	united: { result, edit }
}: Omit<MergeRow, 'field' | 'options' | 'both' | 'result'> & {
	readonly united: { readonly result: FieldValue; readonly edit: Edit };
}): Planned => ({
	...{ kept, gone, options: TOGETHER, pick, both: result },
	...(pick === 'both' ? { result, edit } : { result: kept, edit: null })
});

const setting = (field: string, kept: FieldValue, result: FieldValue): Edit | null =>
	isSame(kept, result) ? null : { field, set: result };

/** Until when a merge of then can be taken back. */
export const undoableUntil = (mergedAt: Date): Date =>
	new Date(mergedAt.getTime() + UNDO_DAYS * DAY_MS);

/** Whether a merge of then can still be taken back now. */
export const canStillUndo = (mergedAt: Date, now: Date): boolean => now < undoableUntil(mergedAt);

const DAY_MS = 24 * 60 * 60 * 1000;
