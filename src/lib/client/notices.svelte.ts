import type { Fault, FieldValue } from '#lib/records/values.ts';
import type { EditNotice } from '#lib/records/wire.ts';
import { newId } from '#lib/shared/ids.ts';

/** What the server did with one of my edits, until I have dealt with it. */
export interface ShownNotice {
	readonly id: string;
	readonly type: 'rejected' | 'conflict';
	readonly field: string;
	readonly fault: Fault | null;
	readonly mine: FieldValue;
	readonly current: FieldValue;
}

/** The notices of one open record. */
export class Notices {
	#all = $state.raw<readonly ShownNotice[]>([]);

	/** `posted` is what the server did not take from a form posted without JavaScript. */
	constructor(posted: readonly Omit<ShownNotice, 'id'>[]) {
		this.#all = posted.map((notice) => ({ ...notice, id: notice.field }));
	}

	get all(): readonly ShownNotice[] {
		return this.#all;
	}

	get anyRejected(): boolean {
		return this.#all.some(({ type }) => type === 'rejected');
	}

	add({ type, id, field, fault, value, current }: EditNotice): void {
		if (type === 'overtaken') return;
		const notice = { type, id: id ?? newId(), field, fault, mine: value, current };
		this.#all = [...this.#all, notice];
	}

	dismiss(noticeId: string): void {
		this.#all = this.#all.filter(({ id }) => id !== noticeId);
	}

	/** Whoever writes the field again has read what was said about it. */
	edited(edited: string): void {
		this.#all = this.#all.filter(({ field }) => field !== edited);
	}
}
