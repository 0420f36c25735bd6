import type { Ctx } from '#lib/server/context.ts';
import { assignRequest } from './assign.server.ts';
import { peekAtRequest } from './lock.server.ts';

interface Heir {
	readonly id: string;
	readonly ownerId: string | null;
	readonly departmentId: string;
}

/** Gives a request to another owner, and says nothing of its client: whose that is, its own hand-over says. */
export async function handOverRequest(ctx: Ctx, { id, ownerId, departmentId }: Heir) {
	const { coOwnerId } = await peekAtRequest(ctx, id);
	// A co-owner who becomes the owner is no co-owner any more.
	const isPromoted = ownerId !== null && ownerId === coOwnerId;
	const place = { id, ownerId, departmentId, client: 'stays' } as const;
	return assignRequest(ctx, isPromoted ? { ...place, coOwnerId: null } : place);
}

/** Puts somebody, or nobody, in the place of the co-owner; whoever owns the request is no co-owner beside that. */
export async function passCoOwnership(
	ctx: Ctx,
	{ id, to }: { readonly id: string; readonly to: string | null }
) {
	const { ownerId } = await peekAtRequest(ctx, id);
	return assignRequest(ctx, { id, coOwnerId: to === ownerId ? null : to, client: 'stays' });
}
