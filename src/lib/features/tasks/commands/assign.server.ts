import { assignWork, lockWork } from '#lib/features/projects/commands.server.ts';
import { canEditWork } from '#lib/features/projects/policy.ts';
import type { AssignWork } from '#lib/features/projects/schema.ts';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import { Forbidden } from '#lib/server/errors.ts';
import { edit } from '#lib/server/records/commit.ts';
import { ok } from '#lib/shared/result.ts';
import { taskRecords } from '../record.server.ts';
import type { LinkTask } from '../schema.ts';
import { announceFamily, lockMain } from './family.server.ts';

/** Changes who does a task, who watches it and who owns it beside its owner; one person does a subtask. */
export const assignTask = (ctx: Ctx, input: AssignWork) =>
	inTransaction(ctx, async (ctx) => {
		const main = await lockMain(ctx, input.id);
		const assigned = await assignWork(ctx, 'task', taskRecords, input, main ?? undefined);
		if (assigned.ok) await announceFamily(ctx, input.id);
		return assigned;
	});

/** Makes a task a part of a project that the actor can see, or of none. */
export const linkTask = (ctx: Ctx, { id, project }: LinkTask) =>
	inTransaction(ctx, async (ctx) => {
		const task = await lockWork(ctx, 'task', taskRecords, id);
		if (!canEditWork(ctx.actor, 'task', task)) throw new Forbidden('task');
		const options = { commandMark: 'linkTask' };
		const edited = await edit(ctx, taskRecords, id, [{ field: 'project', set: project }], options);
		return edited.ok ? ok({ id }) : ({ ok: false, faults: edited.faults } as const);
	});
