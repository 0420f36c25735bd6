import { mayReadSome } from '#lib/features/users/policy.ts';
import { type Actor, scopeOf } from '#lib/shared/actor.ts';
import type { KindName } from '#lib/shared/kinds.ts';

/** What one may want to do with many rows of a list at once; each record has its own rights all the same. */
export interface MayDoMany {
	readonly edit: boolean;
	readonly handOver: boolean;
	readonly trash: boolean;
}

/** Which acts on many a list offers to this person. */
export function mayDoMany(actor: Actor, kind: KindName): MayDoMany {
	const seen = mayReadSome(actor, kind);
	const can = (verb: 'update' | 'delete' | 'steer') => seen && scopeOf(actor, kind, verb) !== null;
	return {
		edit: can('update') || can('steer'),
		handOver: kind !== 'product' && can('update'),
		trash: can('delete')
	};
}
