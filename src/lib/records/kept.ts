import type { Fault, FieldValue } from './values.ts';
import type { EditNotice } from './wire.ts';

/** A text that a record did not take and that waits at one of its fields for somebody to choose. */
export interface KeptNote extends Pick<EditNotice, 'type' | 'field' | 'by'> {
	readonly id: string;
	readonly fault: Fault | null;
	/** What the record does not hold. */
	readonly value: FieldValue;
	/** What it held then. */
	readonly current: FieldValue;
	/** True when the viewer typed it; otherwise he is the one whose value stands. */
	readonly mine: boolean;
}

/** What waits at one record for its viewer. */
export interface KeptAtRecord {
	/** Revision of the record at which this was so. */
	readonly rev: number;
	readonly notes: readonly KeptNote[];
}
