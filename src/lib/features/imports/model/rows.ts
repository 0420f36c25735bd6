import { missingFacts, parseName } from '#lib/features/contacts/model.ts';
import { parseAmount } from '#lib/shared/money.ts';
import { faultAt, isNamePart, put, readCell, type Draft } from './cells.ts';
import { columnsOf, type Lookups, type ReadRow, type RowPlan } from './columns.ts';

/** Reads one row with the same parsers that forms and live edits go through. */
export function readRow(plan: RowPlan, lookups: Lookups, cells: readonly string[]): ReadRow {
	const draft: Draft = {
		values: { owner: plan.owner, department: plan.department },
		nameParts: { fullName: '', firstName: '', middleName: '', lastName: '' },
		place: { country: null, city: null },
		parts: {},
		followsCompany: plan.kind.name === 'contact',
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
	if (plan.kind.name === 'deal') finishDeal(draft, plan, lookups);
	if ('firstName' in plan.kind.fields) finishPerson(draft, plan);
	else requireName(draft, plan);
	return {
		values: draft.values,
		faults: draft.faults,
		flags: draft.flags,
		number: numberOf(draft)
	};
}

function numberOf({ parts, faults }: Draft): number | null {
	if (!parts.number) return null;
	const digits = /^(?:id|#)?\s*(\d{1,15})$/i.exec(parts.number.text)?.[1];
	if (digits === undefined) faults.push({ column: parts.number.column, code: 'not_a_number' });
	return digits === undefined ? null : Number(digits);
}

function finishPlace(draft: Draft, plan: RowPlan) {
	const columns = columnsOf(plan).filter(
		({ target }) => target.reads === 'country' || target.reads === 'city'
	);
	const column = columns.find(({ target }) => target.reads === 'city') ?? columns[0];
	const { city } = draft.place;
	const country = draft.place.country ?? (city ? plan.defaultCountry : null);
	const isUnknown = draft.faults.some(({ code }) => code === 'unknown_country');
	if (!column?.field || column.field.shape !== 'scalar' || isUnknown) return;
	if (country === null && city === null) return;
	if (country === null) {
		draft.flags.push({ column: column.column, code: 'city_alone' });
		return;
	}
	const parsed = column.field.parse({ country, city });
	if (parsed.ok) draft.values[column.target.field] = parsed.value;
	else draft.faults.push(faultAt(column.column, parsed));
}

/** A deal stands somewhere in a pipeline; an amount is one of a currency. */
function finishDeal(draft: Draft, plan: RowPlan, lookups: Lookups) {
	putStage(draft, lookups);
	putAmount(draft, plan);
}

function putStage(draft: Draft, lookups: Lookups) {
	const { pipeline, stage } = draft.parts;
	const found = lookups.pipeline(pipeline?.text ?? null);
	if (!found) {
		const code = pipeline ? 'unknown_pipeline' : 'no_pipeline';
		draft.faults.push({ column: pipeline?.column ?? null, code });
	} else {
		draft.values.pipeline = found.id;
		const id = found.stage(stage?.text ?? null);
		if (id) draft.values.stage = id;
		else draft.faults.push({ column: stage?.column ?? null, code: 'unknown_stage' });
	}
}

function putAmount(draft: Draft, plan: RowPlan) {
	const { amount, currency } = draft.parts;
	const unit = currency?.text.toUpperCase() ?? plan.defaultCurrency;
	const field = plan.kind.fields.amount;
	if (!amount || field?.shape !== 'scalar') return;
	if (unit === null)
		return void draft.faults.push({ column: amount.column, code: 'currency_alone' });
	const parsed = field.parse({
		minor: parseAmount(amount.text, unit) ?? amount.text,
		currency: unit
	});
	if (parsed.ok) draft.values.amount = parsed.value;
	else {
		const column = parsed.code === 'not_a_currency' ? currency?.column : undefined;
		draft.faults.push(faultAt(column ?? amount.column, parsed));
	}
}

/** A person needs a name and nothing else; what else a contact lacks is flagged [core 4.2, 4.3]. */
function finishPerson(draft: Draft, plan: RowPlan) {
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
	if (plan.kind.name !== 'contact') return;
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
