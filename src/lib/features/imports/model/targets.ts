import type { Field, RecordKind } from '#lib/records/kind.ts';

/** Where a column can go: a field of the kind, one half of a place, or a person's name still to be split. */
export interface Target {
	/** Unique within the kind; what the stored mapping holds. */
	readonly key: string;
	readonly field: string;
	/** How a cell is understood. */
	readonly reads:
		| 'value'
		| 'fullName'
		| 'country'
		| 'city'
		| 'emails'
		| 'phones'
		| 'richText'
		| 'company'
		| 'owner'
		| 'tags'
		| 'industries'
		| 'type'
		| 'source'
		/** Finds the record that is there already, and is no field of it. */
		| 'number'
		| 'flag'
		| 'day'
		| 'amount'
		| 'currency'
		| 'people'
		| 'contact'
		| 'pipeline'
		| 'stage';
	/** Several columns may go here, each adding to the list. */
	readonly takesMany: boolean;
}

/** One target for each column of the file; null: the column is left out. */
export type Mapping = readonly (string | null)[];

/** Everything that columns of this kind's files can be mapped to, from the kind's own declaration. */
export function targetsOf(kind: RecordKind): readonly Target[] {
	const targets = Object.entries(kind.fields).flatMap(([name, field]) =>
		targetsOfField(name, field)
	);
	return 'firstName' in kind.fields ? [FULL_NAME, ...targets, NUMBER] : [...targets, NUMBER];
}

const NUMBER: Target = { key: 'number', field: '', reads: 'number', takesMany: false };

const FULL_NAME: Target = {
	key: 'fullName',
	field: 'firstName',
	reads: 'fullName',
	takesMany: false
};

function targetsOfField(name: string, field: Field): Target[] {
	const one = { key: name, field: name, takesMany: false };
	if (field.shape === 'richText') return [{ ...one, reads: 'richText' }];
	if (field.shape === 'list') return [{ ...one, reads: field.type, takesMany: true }];
	if (field.shape === 'set') {
		if (field.target === 'tag') return [{ ...one, reads: 'tags', takesMany: true }];
		if (field.target === 'user') return [{ ...one, reads: 'people', takesMany: true }];
		return field.target === 'industry' ? [{ ...one, reads: 'industries', takesMany: true }] : [];
	}
	if (field.type === 'money') {
		return [
			{ key: name, field: name, reads: 'amount', takesMany: false },
			{ key: 'currency', field: name, reads: 'currency', takesMany: false }
		];
	}
	if (field.type === 'flag' || field.type === 'day') return [{ ...one, reads: field.type }];
	if (field.type === 'place') {
		return [
			{ key: 'country', field: name, reads: 'country', takesMany: false },
			{ key: 'city', field: name, reads: 'city', takesMany: false }
		];
	}
	if (field.type !== 'reference') return [{ ...one, reads: 'value' }];
	switch (field.target) {
		case 'contact':
			// A partner is chosen on the deal's page: two columns of people are too easily mistaken.
			return name === 'contact' ? [{ ...one, reads: 'contact' }] : [];
		case 'company':
		case 'pipeline':
		case 'stage':
			return [{ ...one, reads: field.target }];
		case 'user':
			return [{ ...one, reads: 'owner' }];
		case 'clientType':
			return [{ ...one, reads: 'type' }];
		case 'leadSource':
			return [{ ...one, reads: 'source' }];
		default:
			// The department is chosen once for the whole file; a deal's lead has no name of its own to be found by.
			return [];
	}
}

/** Why a mapping cannot be used yet; null when it can. */
export function mappingProblem(
	kind: RecordKind,
	mapping: Mapping
): { readonly code: 'no_name' } | { readonly code: 'target_twice'; readonly key: string } | null {
	const chosen = mapping.filter((key) => key !== null);
	for (const target of targetsOf(kind)) {
		const uses = chosen.filter((key) => key === target.key).length;
		if (uses > 1 && !target.takesMany) return { code: 'target_twice', key: target.key };
	}
	const names = 'firstName' in kind.fields ? ['fullName', 'firstName', 'lastName'] : ['name'];
	return names.some((key) => chosen.includes(key)) ? null : { code: 'no_name' };
}
