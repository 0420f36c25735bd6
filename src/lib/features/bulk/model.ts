import type { Field, Fields, RecordKind } from '#lib/records/kind.ts';
import { readValues } from '#lib/records/form.ts';
import type { Edit, Fault, FieldValue } from '#lib/records/values.ts';

/** Texts that tell one record from another: nobody gives them to many. */
const OWN_TEXTS: ReadonlySet<string> = new Set([
	'middleName',
	'lastName',
	'firstName',
	'alternativeNames',
	'registrationNumber'
]);

/** What can be set for many records of a kind at once, in the kind's order. */
export function manyFields({ fields }: RecordKind): Fields {
	return Object.fromEntries(
		Object.entries(fields).filter(([name, field]) => isForMany(name, field))
	);
}

function isForMany(name: string, field: Field): boolean {
	if (!field.live) return false;
	if (field.shape === 'set') return true;
	if (field.shape !== 'scalar' || field.type === 'website') return false;
	return !(field.type === 'text' && (field.required || OWN_TEXTS.has(name)));
}

/** Names of the inputs beside the field's own: what is added to a set, taken out of it, or emptied. */
export const addName = (field: string) => `${field}.add`;
export const removeName = (field: string) => `${field}.remove`;
export const clearName = (field: string) => `${field}.clear`;

/** What a posted form wishes for every record: only what is filled in or ticked counts. */
export function readManyEdits(kind: RecordKind, form: FormData): readonly Edit[] {
	const typed = readValues(kind, form);
	return Object.entries(manyFields(kind)).flatMap(([name, field]): Edit[] => {
		if (field.shape === 'set') return setEdits(name, form);
		if (form.get(clearName(name)) === 'on') return [{ field: name, set: null }];
		const value =
			field.shape === 'scalar' && field.type === 'flag' ? flagOf(form, name) : typed[name];
		return value === undefined ? [] : [{ field: name, set: value }];
	});
}

/** A flag has three choices there: yes, no, and as it is. */
function flagOf(form: FormData, name: string): boolean | undefined {
	const value = form.get(name);
	return value === 'true' || value === 'false' ? value === 'true' : undefined;
}

function setEdits(name: string, form: FormData): Edit[] {
	const [add, remove] = [idsIn(form, addName(name)), idsIn(form, removeName(name))];
	return add.length + remove.length === 0 ? [] : [{ field: name, add, remove }];
}

const idsIn = (form: FormData, name: string) =>
	form.getAll(name).filter((id): id is string => typeof id === 'string' && id !== '');

/** The wish in stored form, or why it could be nobody's. */
export function parseManyEdits(
	kind: RecordKind,
	edits: readonly Edit[]
): { readonly edits: readonly Edit[]; readonly faults: readonly Fault[] } {
	const faults: Fault[] = [];
	const parsed: Edit[] = [];
	const known = manyFields(kind);
	for (const edit of edits) {
		const field = Object.hasOwn(known, edit.field) ? known[edit.field] : undefined;
		if (!field) faults.push({ field: edit.field, code: 'unknown_field' });
		else if ('set' in edit) {
			const value = field.parse(edit.set);
			if (value.ok) parsed.push({ field: edit.field, set: value.value as FieldValue });
			else
				faults.push({
					field: edit.field,
					code: value.code,
					...(value.params && { params: value.params })
				});
		} else parsed.push(edit);
	}
	return { edits: parsed, faults };
}
