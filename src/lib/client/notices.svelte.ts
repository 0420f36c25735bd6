import type { Fault, FieldValue } from '#lib/records/values.ts';
import type { EditNotice } from '#lib/records/wire.ts';
import { newId } from '#lib/shared/ids.ts';

/** What the server did with one of my edits, until I have dealt with it. */
export interface ShownNotice {
	readonly id: string;
	readonly type: EditNotice['type'];
	readonly field: string;
	readonly fault: Fault | null;
	/** What the record does not hold: my value, or what somebody lost to mine. */
	readonly value: FieldValue;
	readonly current: FieldValue;
	/** False for the value of somebody else that mine stands in place of. */
	readonly mine: boolean;
	/** The other of the two people, when there is one. */
	readonly by: EditNotice['by'];
	/** Revision from which on the server keeps it under this id; null for what is nowhere else. */
	readonly keptAt: number | null;
}

/** What a form posted without JavaScript was answered about a field that somebody else changed first. */
export type PostedNotice = Pick<ShownNotice, 'type' | 'field' | 'fault' | 'value' | 'current'>;

/** The notices of one open record. */
export class Notices {
	#all = $state.raw<readonly ShownNotice[]>([]);

	constructor(posted: readonly PostedNotice[]) {
		this.#all = posted.map((notice) => ({
			...{ ...notice, id: notice.field, mine: true, by: null, keptAt: null }
		}));
	}

	get all(): readonly ShownNotice[] {
		return this.#all;
	}

	get anyRejected(): boolean {
		return this.#all.some(({ type }) => type === 'rejected');
	}

	add({ id, rev, ...notice }: EditNotice): void {
		const shown = {
			...{ ...notice, id: id ?? newId(), keptAt: id === null ? null : rev },
			mine: notice.type !== 'overtaken'
		};
		this.#all = [...this.#all.filter((old) => old.id !== shown.id), shown];
	}

	dismiss(noticeId: string): void {
		this.#all = this.#all.filter(({ id }) => id !== noticeId);
	}

	/** Whoever writes the field again has read why his value was refused. */
	edited(edited: string): void {
		this.#all = this.#all.filter(({ field, type }) => field !== edited || type !== 'rejected');
	}
}
