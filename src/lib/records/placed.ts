import type { RecordValues } from './values.ts';

/** Where a record with these values belongs: its `owner` and `department` fields. */
export function placedBy({ owner, department }: RecordValues): {
	readonly ownerId: string | null;
	readonly departmentId: string | null;
} {
	return {
		ownerId: typeof owner === 'string' ? owner : null,
		departmentId: typeof department === 'string' ? department : null
	};
}
