import { createHash } from 'node:crypto';
import type { RecordValues } from '#lib/records/values.ts';
import type { Ctx } from '#lib/server/context.ts';
import { relisted } from '#lib/server/db/department-twins.ts';
import type { Row } from '#lib/server/records/kind.ts';
import type { FoundSubject } from '#lib/server/records/subject.ts';
import { type MergePlan, planMerge } from '../model.ts';
import type { Pick } from '../schema.ts';

/** The plan of a merge with a mark of exactly this patch on exactly these two revisions. */
export interface Patch extends MergePlan {
	readonly mark: string;
}

/** What merging would do to the record that is kept, its department's own lists minded. */
export async function patchOf(
	ctx: Ctx,
	{ kept, gone }: { readonly kept: FoundSubject; readonly gone: FoundSubject },
	picks: Readonly<Record<string, Pick>>
): Promise<Patch> {
	const departmentId = kept.values['department'];
	const theirs: RecordValues =
		typeof departmentId === 'string' && departmentId !== gone.values['department']
			? await relisted(ctx, gone.values, departmentId)
			: gone.values;
	const plan = planMerge(kept.serverKind.kind, kept.values, theirs, picks);
	const what = [idOf(kept.row), idOf(gone.row), plan.edits, plan.companyId ?? null];
	const mark = createHash('sha256').update(JSON.stringify(what)).digest('base64url');
	return { ...plan, mark };
}

const idOf = ({ id, rev }: Row) => [id, rev];
