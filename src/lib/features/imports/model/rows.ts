import { missingFacts, parseName } from '#lib/features/contacts/model.ts';
import { faultAt, isNamePart, put, readCell, type Draft } from './cells.ts';
import { columnsOf, type Lookups, type ReadRow, type RowPlan } from './columns.ts';

/** Reads one row with the same parsers that forms and live edits go through. */
export function readRow(plan: RowPlan, lookups: Lookups, cells: readonly string[]): ReadRow {
	const draft: Draft = {
		values: { owner: plan.owner, department: plan.department },
		nameParts: { fullName: '', firstName: '', middleName: '', lastName: '' },
		place: { country: null, city: null },
		faults: [],
		flags: []
	};
	const surplus = cells.findIndex(
		(cell, column) => column >= plan.mapping.length && cell.trim() !== ''
	);
	if (surplus >= 0) draft.faults.push({ column: null, code: 'too_many_cells' });
	for (const column of columnsOf(plan)) {
		const text = cells[column.column] ?? '';
		if (text.trim() === '') continue;
		if (text.includes('\uFFFD')) draft.faults.push({ column: column.column, code: 'unreadable' });
		else readCell(draft, lookups, column, text);
	}
	finishPlace(draft, plan);
	if (plan.kind.name === 'contact') finishContact(draft, plan);
	else requireName(draft, plan);
	return { values: draft.values, faults: draft.faults, flags: draft.flags };
}

function finishPlace(draft: Draft, plan: RowPlan) {
	const columns = columnsOf(plan).filter(
		({ target }) => target.reads === 'country' || target.reads === 'city'
	);
	const column = columns.find(({ target }) => target.reads === 'city') ?? columns[0];
	const { city } = draft.place;
	const country = draft.place.country ?? (city ? plan.defaultCountry : null);
	const isUnknown = draft.faults.some(({ code }) => code === 'unknown_country');
	if (!column || column.field.shape !== 'scalar' || isUnknown) return;
	if (country === null && city === null) return;
	if (country === null) {
		draft.flags.push({ column: column.column, code: 'city_alone' });
		return;
	}
	const parsed = column.field.parse({ country, city });
	if (parsed.ok) draft.values[column.target.field] = parsed.value;
	else draft.faults.push(faultAt(column.column, parsed));
}

/** A contact needs a name and nothing else; what else is missing is flagged [core 4.2, 4.3]. */
function finishContact(draft: Draft, plan: RowPlan) {
	const { fullName, firstName, middleName, lastName } = draft.nameParts;
	const columns = columnsOf(plan).filter(
		({ target }) => target.reads === 'fullName' || isNamePart(target.field)
	);
	const column = columns[0]?.column ?? null;
	// Parts that came in columns of their own stay as they are; without a first name the rest is read anew.
	const parsed = firstName === '' ? parseName(fullName, middleName, lastName) : null;
	if (parsed) {
		for (const [name, part] of Object.entries(parsed)) {
			const field = plan.kind.fields[name];
			if (field && part !== null) put(draft, column ?? 0, name, field, part);
			else delete draft.values[name];
		}
	} else if (firstName === '') {
		draft.faults.push({ column, code: 'required' });
	}
	const companyId = draft.values.company ? 'linked' : null;
	const email = Object.keys(draft.values.emails ?? {})[0] ?? null;
	for (const missing of missingFacts({ companyId, email })) {
		const isKnown = draft.flags.some(({ code }) => /_(company|companies)$/.test(code));
		if (missing === 'email') draft.flags.push({ column: null, code: 'missing_email' });
		else if (!isKnown) draft.flags.push({ column: null, code: 'missing_company' });
	}
}

function requireName(draft: Draft, plan: RowPlan) {
	const column = plan.mapping.indexOf('name');
	const isFaulted = draft.faults.some((fault) => fault.column === column);
	if (!draft.values.name && !isFaulted) draft.faults.push({ column, code: 'required' });
}
