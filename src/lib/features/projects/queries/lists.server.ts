import { and, asc, eq } from 'drizzle-orm';
import type { Ctx } from '#lib/server/context.ts';
import { projectStages, taskStages, workTags } from '#lib/server/db/tables/index.ts';
import type { WorkKind } from '../policy.ts';
import type { Named } from './people.server.ts';

export const STAGE_TABLES = { task: taskStages, project: projectStages } as const;

export interface WorkStage extends Named {
	/** Of a stage that every installation begins with: the reader's language has a word for it. */
	readonly key: string | null;
	readonly isDefault: boolean;
	readonly isDone: boolean;
	readonly isActive: boolean;
}

/** The stages of tasks or of projects, in their order. */
export function listWorkStages(ctx: Ctx, kind: WorkKind): Promise<WorkStage[]> {
	const table = STAGE_TABLES[kind];
	return ctx.db
		.select({
			id: table.id,
			key: table.key,
			name: table.name,
			isDefault: table.isDefault,
			isDone: table.isDone,
			isActive: table.isActive
		})
		.from(table)
		.orderBy(asc(table.position), asc(table.id));
}

/** The tags of tasks or of projects, by name. */
export const listWorkTags = (ctx: Ctx, kind: WorkKind): Promise<Named[]> =>
	ctx.db
		.select({ id: workTags.id, name: workTags.name })
		.from(workTags)
		.where(and(eq(workTags.kind, kind)))
		.orderBy(asc(workTags.name), asc(workTags.id));
