import { isSame } from '#lib/shared/same.ts';
import type { Edit } from '#lib/records/values.ts';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import { edit } from '#lib/server/records/commit.ts';
import type { ServerKind } from '#lib/server/records/kind.ts';
import { lockRow, readValues } from '#lib/server/records/row.ts';
import { fail, ok } from '#lib/shared/result.ts';
import {
	canEditWork,
	canReadWork,
	canSteerWork,
	type WorkKind,
	type WorkRights
} from '../policy.ts';
import { listWorkChoices } from '../queries/people.server.ts';
import { projectRecords, workRightsOf } from '../record.server.ts';
import type { AssignWork } from '../schema.ts';
import { areAmong, type Main, withoutResponsible } from './create.server.ts';

/** Changes who does a project, who watches it and who owns it beside its owner. */
export const assignProject = (ctx: Ctx, input: AssignWork) =>
	inTransaction(ctx, (ctx) => assignWork(ctx, 'project', projectRecords, input));

/**
 * Changes the people of a task or project: responsible people and co-owner are for its owners and for
 * task operators, subscribers for everybody who may edit it. Whoever has a part already may keep it.
 */
export async function assignWork(
	ctx: Ctx,
	kind: WorkKind,
	serverKind: ServerKind,
	input: AssignWork,
	main?: Main
) {
	const work = await lockWork(ctx, kind, serverKind, input.id);
	const { coOwner = work.coOwnerId } = input;
	const responsible = sorted(input.responsible ?? work.responsibleIds);
	const subscribers = sorted(input.subscribers ?? work.subscriberIds);
	const steers = !isSame(responsible, work.responsibleIds) || coOwner !== work.coOwnerId;
	const watches = !isSame(subscribers, work.subscriberIds);
	if (steers && !canSteerWork(ctx.actor, kind, work)) throw new Forbidden(kind);
	if (watches && !canEditWork(ctx.actor, kind, work)) throw new Forbidden(kind);
	if (responsible.length === 0) return withoutResponsible();
	if (main && responsible.length > 1) return fail('one_responsible');
	const choices = await listWorkChoices(ctx, kind, main?.responsibleIds);
	const fresh = responsible.filter((id) => !work.responsibleIds.includes(id));
	if (!areAmong(choices.responsible, fresh)) return fail('responsible_not_choosable');
	const isNewCoOwner = coOwner !== null && coOwner !== work.coOwnerId;
	if (isNewCoOwner && !areAmong(choices.coOwners, [coOwner])) return fail('co_owner_not_choosable');
	const edits: Edit[] = [
		{ field: 'responsible', set: responsible },
		{ field: 'subscribers', set: subscribers },
		{ field: 'coOwner', set: coOwner }
	];
	const edited = await edit(ctx, serverKind, input.id, edits, { commandMark: 'assignWork' });
	return edited.ok ? ok({ id: input.id }) : ({ ok: false, faults: edited.faults } as const);
}

const sorted = (ids: readonly string[]) => [...new Set(ids)].sort();

/** Takes the row of work that the actor may see; what is in the trash or foreign is not found. */
export async function lockWork(
	ctx: Ctx,
	kind: WorkKind,
	serverKind: ServerKind,
	id: string
): Promise<WorkRights> {
	const row = await lockRow(ctx, serverKind, id);
	if (!row || row.deletedAt) throw new NotFound(kind);
	const work = workRightsOf(row, await readValues(ctx, serverKind, row));
	if (!canReadWork(ctx.actor, kind, work)) throw new NotFound(kind);
	return work;
}

interface HandOverWork {
	readonly id: string;
	/** Whose part goes over; without him the work has a new responsible person. */
	readonly from: string | null;
	readonly ownerId: string | null;
}

/** Puts somebody into the place of a person who leaves: as owner, co-owner and responsible person. */
export const handOverWork = (
	ctx: Ctx,
	kind: WorkKind,
	serverKind: ServerKind,
	{ id, from, ownerId: heir }: HandOverWork
) =>
	inTransaction(ctx, async (ctx) => {
		const work = await lockWork(ctx, kind, serverKind, id);
		if (!canSteerWork(ctx.actor, kind, work)) throw new Forbidden(kind);
		if (heir === null) return fail('heir_needed');
		const edited = await edit(ctx, serverKind, id, heirEdits(work, from, heir), {
			commandMark: 'handOverWork'
		});
		return edited.ok ? ok({ id }) : ({ ok: false, faults: edited.faults } as const);
	});

function heirEdits(work: WorkRights, from: string | null, heir: string): Edit[] {
	if (from === null) return [{ field: 'responsible', set: [heir] }];
	const over = (id: string | null) => (id === from ? heir : id);
	const ownerId = work.ownerId === from ? heir : work.ownerId;
	const coOwnerId = over(work.coOwnerId);
	return [
		{
			field: 'responsible',
			set: sorted(work.responsibleIds.map((id) => (id === from ? heir : id)))
		},
		{ field: 'subscribers', set: sorted(work.subscriberIds.filter((id) => id !== from)) },
		{ field: 'owner', set: ownerId },
		{ field: 'coOwner', set: coOwnerId === ownerId ? null : coOwnerId }
	];
}
