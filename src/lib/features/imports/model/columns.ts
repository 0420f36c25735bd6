import type { Field, RecordKind } from '#lib/records/kind.ts';
import type { Fault, FaultCode, RecordValues } from '#lib/records/values.ts';
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
}

export interface FoundCompany {
	readonly id: string;
	readonly owner: string | null;
	readonly department: string;
}

/** Names in cells turned into ids; made for a batch of rows from what `namesIn` collects. */
export interface Lookups {
	company(name: string): FoundCompany | 'several' | null;
	/** By address, or by a name that only one has. */
	owner(called: string): string | null;
	named(list: NamedList, name: string): string | null;
}
export type NamedList = 'tags' | 'industries' | 'type' | 'source';

export interface RowPlan {
	readonly kind: RecordKind & { readonly name: 'company' | 'contact' };
	readonly mapping: Mapping;
	/** Who gets records whose row names nobody; null: they stay unassigned. */
	readonly owner: string | null;
	readonly department: string;
	/** Where a city lies when the file has no column for countries: the department's own, if it has one. */
	readonly defaultCountry: string | null;
}

export interface Column {
	readonly column: number;
	readonly target: Target;
	readonly field: Field;
}

/** The mapped columns of a plan, in the order of the file. */
export function columnsOf({ kind, mapping }: Pick<RowPlan, 'kind' | 'mapping'>): Column[] {
	const targets = new Map(targetsOf(kind).map((target) => [target.key, target]));
	return mapping.flatMap((key, column) => {
		const target = key === null ? undefined : targets.get(key);
		const field = target && kind.fields[target.field];
		return target && field ? [{ column, target, field }] : [];
	});
}

/** Names that a batch of rows mentions, by what they name, so that each kind is looked up once. */
export function namesIn(plan: RowPlan, rows: readonly (readonly string[])[]) {
	const names = {
		company: new Set<string>(),
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
