import type { Field } from '#lib/records/kind.ts';
import type { Fault, FaultCode, RecordValues } from '#lib/records/values.ts';
import type { ImportableKind } from './kinds.ts';
import { targetsOf, type Mapping, type Target } from './targets.ts';

/** What is wrong with a row or one of its cells; each code has a sentence in the catalogue. */
export type CellCode =
	| FaultCode
	| 'unclosed_quote'
	| 'row_too_long'
	| 'too_many_cells'
	| 'unreadable'
	| 'unknown_country'
	| 'unknown_company'
	| 'several_companies'
	| 'unknown_owner'
	| 'unknown_name'
	| 'missing_email'
	| 'missing_company'
	| 'city_alone'
	| 'unknown_contact'
	| 'several_contacts'
	| 'unknown_pipeline'
	| 'unknown_stage'
	| 'no_pipeline'
	| 'currency_alone'
	| 'not_a_number'
	| 'exists'
	| 'several_exist'
	| 'not_allowed';

export interface CellFault {
	/** Index of the column in the file; null when the row as a whole is meant. */
	readonly column: number | null;
	readonly code: CellCode;
	readonly params?: Fault['params'];
}

/** A row turned into a record's values. Faults keep it out; flags do not. */
export interface ReadRow {
	readonly values: RecordValues;
	readonly faults: readonly CellFault[];
	readonly flags: readonly CellFault[];
	/** The number of a record that the row is about. */
	readonly number: number | null;
}

export interface FoundCompany {
	readonly id: string;
	readonly owner: string | null;
	readonly department: string;
}

export interface FoundContact {
	readonly id: string;
	readonly company: string | null;
}

export interface FoundPipeline {
	readonly id: string;
	/** By name; the one that deals begin at for no name. */
	stage(name: string | null): string | null;
}

/** Names in cells turned into ids; made for a batch of rows from what `namesIn` collects. */
export interface Lookups {
	company(name: string): FoundCompany | 'several' | null;
	/** A contact by the whole name. */
	contact(name: string): FoundContact | 'several' | null;
	/** By name; the first one for no name. */
	pipeline(name: string | null): FoundPipeline | null;
	/** By address, or by a name that only one has. */
	owner(called: string): string | null;
	named(list: NamedList, name: string): string | null;
}
export type NamedList = 'tags' | 'industries' | 'type' | 'source';

export interface RowPlan {
	readonly kind: ImportableKind;
	readonly mapping: Mapping;
	/** Who gets records whose row names nobody; null: they stay unassigned. */
	readonly owner: string | null;
	readonly department: string;
	/** Where a city lies when the file has no column for countries: the department's own, if it has one. */
	readonly defaultCountry: string | null;
	/** What an amount is in when the file has no column for it. */
	readonly defaultCurrency: string | null;
}

export interface Column {
	readonly column: number;
	readonly target: Target;
	/** None of a number, which is no field. */
	readonly field: Field | null;
}

const known = new WeakMap<Mapping, readonly Column[]>();

/** The mapped columns of a plan, in the order of the file; found once for each mapping that was read. */
export function columnsOf({ kind, mapping }: Pick<RowPlan, 'kind' | 'mapping'>): readonly Column[] {
	const columns = known.get(mapping) ?? findColumns(kind, mapping);
	known.set(mapping, columns);
	return columns;
}

function findColumns(kind: ImportableKind, mapping: Mapping): readonly Column[] {
	const targets = new Map(targetsOf(kind).map((target) => [target.key, target]));
	return mapping.flatMap((key, column) => {
		const target = key === null ? undefined : targets.get(key);
		return target ? [{ column, target, field: kind.fields[target.field] ?? null }] : [];
	});
}

/** Names that a batch of rows mentions, by what they name, so that each kind is looked up once. */
export function namesIn(plan: RowPlan, rows: readonly (readonly string[])[]) {
	const names = {
		company: new Set<string>(),
		contact: new Set<string>(),
		owner: new Set<string>(),
		tags: new Set<string>(),
		industries: new Set<string>(),
		type: new Set<string>(),
		source: new Set<string>()
	};
	for (const { column, target } of columnsOf(plan)) {
		if (!(target.reads in names)) continue;
		// Just checked: the key is one of these.
		const key = target.reads as keyof typeof names;
		const isSet = key === 'tags' || key === 'industries';
		for (const row of rows) {
			const text = row[column] ?? '';
			for (const name of isSet ? partsOf(text) : [text.trim()])
				if (name !== '') names[key].add(name);
		}
	}
	return names;
}

/** What a cell that holds several holds: one in each line, or all in one line, which then has no end. */
export const partsOf = (text: string) =>
	text
		.split(text.includes('\n') ? '\n' : /[,;|]/)
		.map((part) => part.trim())
		.filter((part) => part !== '');
