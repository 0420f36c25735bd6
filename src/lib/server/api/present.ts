import type { RecordKind } from '#lib/records/kind.ts';
import type { FieldValue } from '#lib/records/values.ts';
import type { LoadedRecord } from '../records/load.ts';
import type { RowFields, StoredRow } from './row-resource.ts';

/** A record as answers give it. */
export interface PresentedRecord {
	readonly id: string;
	readonly number: number;
	readonly rev: number;
	readonly createdAt: string;
	readonly createdBy: string | null;
	readonly updatedAt: string;
	readonly modifiedBy: string | null;
	readonly deletedAt: string | null;
	readonly fields: Readonly<Record<string, FieldValue>>;
}

/** A whole record. */
export const presentRecord = ({ fields }: RecordKind, loaded: LoadedRecord): PresentedRecord =>
	present(loaded, Object.keys(fields));

/** A record in a list: without long formatted texts. */
export const presentShort = ({ fields }: RecordKind, loaded: LoadedRecord): PresentedRecord =>
	present(loaded, shortFields(fields));

export const shortFields = (fields: RecordKind['fields']): readonly string[] =>
	Object.entries(fields)
		.filter(([, { shape }]) => shape !== 'richText')
		.map(([name]) => name);

/** The strong entity tag of a record at this revision. */
export const etagOf = (rev: number): string => `"${rev}"`;

function present({ row, values }: LoadedRecord, names: readonly string[]): PresentedRecord {
	return {
		id: row.id,
		number: Number(row.number),
		rev: row.rev,
		createdAt: instant(row.createdAt) ?? '',
		createdBy: textOf(row.createdBy),
		updatedAt: instant(row.updatedAt) ?? '',
		modifiedBy: textOf(row.modifiedBy),
		deletedAt: instant(row.deletedAt),
		fields: Object.fromEntries(names.map((name) => [name, values[name] ?? null]))
	};
}

/** A row beside records as answers give it. */
export const presentRow = (row: StoredRow, fields: RowFields) => ({
	id: row.id,
	rev: row.rev,
	createdAt: row.createdAt.toISOString(),
	createdBy: row.createdBy,
	updatedAt: row.updatedAt.toISOString(),
	modifiedBy: row.modifiedBy,
	fields
});

// Columns that every record table has; the engine knows rows by shape only.
const instant = (value: unknown) => (value instanceof Date ? value.toISOString() : null);
const textOf = (value: unknown) => (typeof value === 'string' ? value : null);
