import type { Placed } from '#lib/shared/actor.ts';
import type { RecordValues } from './values.ts';

/** Where a record with these values lies: its `owner` and `department` fields. */
export function placedBy({ owner, department }: RecordValues): Placed {
	return {
		ownerId: typeof owner === 'string' ? owner : null,
		departmentId: typeof department === 'string' ? department : null
	};
}
