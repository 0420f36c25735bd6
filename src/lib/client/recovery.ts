import type { Edit } from '#lib/records/values.ts';
import type { ClosedReason } from './connection.svelte.ts';
import type { Why } from './device/aside.svelte.ts';
import type { Unsent } from './difference.ts';
import type { Keeper, Named } from './keeper.ts';

/** What becomes of a record whose socket was closed for good. */
interface Fate {
	/** Why unsent edits are set aside; null when they are made again on the new document. */
	readonly why: Why | null;
	/** True when the page can go on with a fresh document. */
	readonly goesOn: boolean;
}

const FATES: Record<Exclude<ClosedReason, 'too-old'>, Fate> = {
	'no-access': { why: 'no-access', goesOn: false },
	gone: { why: 'gone', goesOn: false },
	reset: { why: null, goesOn: true },
	'too-large': { why: 'too-large', goesOn: true },
	'read-only': { why: 'read-only', goesOn: true },
	refused: { why: 'malformed', goesOn: true }
};

export const fateOf = (reason: Exclude<ClosedReason, 'too-old'>): Fate => FATES[reason];

/**
 * Brings what only this device has into safety before its document is thrown away: fields of a record
 * that has a new document are changed there as operations with the value they were based on; texts,
 * and everything that was refused, stay readable on the device.
 */
export async function rescue(
	keeper: Keeper,
	record: Named,
	unsent: readonly Unsent[],
	{ why }: Pick<Fate, 'why'>
): Promise<void> {
	if (why !== null) {
		if (unsent.length > 0) await keeper.setAside(record, why, unsent);
		return;
	}
	const edits = unsent.flatMap(({ edit }): readonly Edit[] => (edit ? [edit] : []));
	const texts = unsent.filter(({ edit }) => edit === null);
	if (texts.length > 0) await keeper.setAside(record, 'other-document', texts);
	if (edits.length > 0) await keeper.replay(record, edits);
}
