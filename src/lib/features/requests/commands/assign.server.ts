import { eq } from 'drizzle-orm';
import { assignCompany, assignContact } from '#lib/features/contacts/commands.server.ts';
import { assignLead } from '#lib/features/leads/commands.server.ts';
import { assignDeal } from '#lib/features/deals/commands.server.ts';
import type { Edit } from '#lib/records/values.ts';
import { type Ctx } from '#lib/server/context.ts';
import { relist } from '#lib/server/db/department-twins.ts';
import { membersOf } from '#lib/server/db/referable.ts';
import { companies, contacts, leads } from '#lib/server/db/tables/index.ts';
import { NotFound, Stale } from '#lib/server/errors.ts';
import { edit } from '#lib/server/records/commit.ts';
import { loadRecord } from '#lib/server/records/load.ts';
import { fail, ok } from '#lib/shared/result.ts';
import { canHandOverTo, canReadRequest } from '../policy.ts';
import { requestRecords } from '../record.server.ts';
import type { AssignRequest } from '../schema.ts';
import {
	liveDealOf,
	lockEditableRequest,
	orTakenBack,
	peekAtRequest,
	type RequestRow,
	takeBack
} from './lock.server.ts';
import { takeProductsAlong } from './products.server.ts';

interface Place {
	readonly ownerId: string | null;
	readonly coOwnerId: string | null;
	readonly departmentId: string;
}

/**
 * Gives a request to an owner, a co-owner, another department. When its client belongs to somebody else,
 * nothing happens until the actor has said whether the client goes along [B57]; the request's deal always does.
 */
export function assignRequest(ctx: Ctx, input: AssignRequest) {
	return orTakenBack(ctx, async (ctx) => {
		const { id } = input;
		const before = await peekAtRequest(ctx, id);
		const client = await clientOf(ctx, before);
		const place = placeFor(before, input);
		if (mustAsk(client, place, input)) return fail('client_elsewhere');
		const refusal = await refusalOf(ctx, before, place);
		if (refusal) return fail(refusal);
		// Companies and contacts are locked before requests, everywhere.
		if (input.client === 'moves' && client) {
			const moved = await moveClient(ctx, client, place);
			if (!moved.ok) takeBack(moved.error);
		}
		const request = await lockEditableRequest(ctx, id);
		if (!isSamePlace(request, before)) throw new Stale('request');
		await settleIn(ctx, request, place);
		await moveDeal(ctx, request, place);
		return ok({ id, stillVisible: canReadRequest(ctx.actor, place) });
	});
}

/** Where it is to be; who owned it in the old department does not own it in the new one unless he is named. */
function placeFor(now: RequestRow, { ownerId, coOwnerId, departmentId }: AssignRequest): Place {
	const moves = departmentId !== undefined && departmentId !== now.departmentId;
	const stays = (person: string | null) => (moves ? null : person);
	return {
		ownerId: ownerId === undefined ? stays(now.ownerId) : ownerId,
		coOwnerId: coOwnerId === undefined ? stays(now.coOwnerId) : coOwnerId,
		departmentId: departmentId ?? now.departmentId
	};
}

async function refusalOf(ctx: Ctx, now: RequestRow, { ownerId, coOwnerId, departmentId }: Place) {
	if (departmentId !== now.departmentId && !canHandOverTo(ctx.actor, departmentId)) {
		return 'foreign_department';
	}
	if (ownerId !== null && ownerId === coOwnerId) return 'co_owner_is_owner';
	const fresh = [ownerId, coOwnerId].filter((id) => id !== null);
	const members = await membersOf(ctx, { ids: fresh, departmentId });
	const isUnfit = (id: string | null, was: string | null) =>
		id !== null && !members.has(id) && !(id === was && departmentId === now.departmentId);
	if (isUnfit(ownerId, now.ownerId)) return 'owner_not_member';
	return isUnfit(coOwnerId, now.coOwnerId) ? 'co_owner_not_member' : null;
}

/** Nobody has linked or handed it over while what belongs to it was being locked. */
const isSamePlace = (now: RequestRow, before: RequestRow) =>
	now.contactId === before.contactId &&
	now.companyId === before.companyId &&
	now.leadId === before.leadId &&
	now.ownerId === before.ownerId &&
	now.departmentId === before.departmentId;

interface Client extends Pick<Place, 'ownerId' | 'departmentId'> {
	readonly kind: 'company' | 'contact' | 'lead';
	readonly id: string;
}

const CLIENTS = { company: companies, contact: contacts, lead: leads } as const;

/** The company, which its contacts follow, or a contact without one, or a lead. */
async function clientOf(ctx: Ctx, request: RequestRow): Promise<Client | null> {
	const { companyId, contactId, leadId } = request;
	const kind = companyId !== null ? 'company' : contactId !== null ? 'contact' : 'lead';
	const id = companyId ?? contactId ?? leadId;
	const table = CLIENTS[kind];
	if (id === null) return null;
	const [found] = await ctx.db
		.select({ ownerId: table.ownerId, departmentId: table.departmentId })
		.from(table)
		.where(eq(table.id, id));
	return found ? { kind, id, ...found } : null;
}

/** Only a new owner can take a client over; who takes the owner away has not said whose the client is. */
const mustAsk = (client: Client | null, { ownerId, departmentId }: Place, input: AssignRequest) =>
	input.client === undefined &&
	client !== null &&
	ownerId !== null &&
	(client.ownerId !== ownerId || client.departmentId !== departmentId);

const HAND_OVER = { company: assignCompany, contact: assignContact, lead: assignLead } as const;

const moveClient = (ctx: Ctx, { kind, id }: Client, { ownerId, departmentId }: Place) =>
	HAND_OVER[kind](ctx, { id, ownerId, departmentId });

async function settleIn(ctx: Ctx, request: RequestRow, place: Place): Promise<void> {
	const loaded = await loadRecord(ctx, requestRecords, request.id);
	if (!loaded) throw new NotFound('request');
	const moves = place.departmentId !== request.departmentId;
	const edits: Edit[] = [
		{ field: 'department', set: place.departmentId },
		{ field: 'owner', set: place.ownerId },
		{ field: 'coOwner', set: place.coOwnerId },
		...(moves ? await relist(ctx, loaded.values, place.departmentId) : []),
		...(moves ? await takeProductsAlong(ctx, loaded.values, place.departmentId) : [])
	];
	const done = await edit(ctx, requestRecords, request.id, edits, { commandMark: 'assignRequest' });
	// Half of a handover would be worse than none: the whole transaction goes back.
	if (!done.ok) throw new Stale('request');
}

async function moveDeal(ctx: Ctx, request: RequestRow, place: Place): Promise<void> {
	const dealId = await liveDealOf(ctx, request.dealId);
	if (dealId === null) return;
	const { ownerId, departmentId } = place;
	const moved = await assignDeal(ctx, { dealId, ownerId, departmentId });
	if (!moved.ok) takeBack('error' in moved ? moved.error : 'deal_not_moved');
}
