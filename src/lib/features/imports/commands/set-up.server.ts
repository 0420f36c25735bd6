import { eq } from 'drizzle-orm';
import { inTransaction, type Ctx } from '#lib/server/context.ts';
import { imports } from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import { enqueue } from '#lib/server/jobs/job.ts';
import { fail, ok } from '#lib/shared/result.ts';
import { runImportJob, undoImportJob } from '../jobs.server.ts';
import { importableKind } from '../model/kinds.ts';
import { mappingProblem, targetsOf } from '../model/targets.ts';
import { canImportInto, canSetUpImport, canStopImport } from '../policy.ts';
import { getImport, type Import } from '../queries/imports.server.ts';
import type { SetUpImport } from '../schema.ts';
import { forgetTrial } from './trial.server.ts';
import { guessSheet } from './upload.server.ts';

/**
 * Takes over how a file is to be read and where its columns go. When the way of reading changed, the
 * columns are other columns, so the mapping is guessed anew.
 */
export function setUpImport(ctx: Ctx, input: SetUpImport) {
	return inTransaction(ctx, async (ctx) => {
		const one = await lockOwn(ctx, input.importId);
		if (one.state !== 'uploaded') return fail('already_begun');
		const values = await chosen(one, input);
		await forgetTrial(ctx, one.id);
		await ctx.db.update(imports).set(values).where(eq(imports.id, one.id));
		return ok(null);
	});
}

/** Has the whole file read and judged without bringing anything in; then the import is where it is now. */
export const tryImport = (ctx: Ctx, input: SetUpImport) => begin(ctx, input, 'trying');

/** Starts bringing the rows in, in the worker; from here on nothing about the import can be changed. */
export const startImport = (ctx: Ctx, input: SetUpImport) => begin(ctx, input, 'queued');

function begin(ctx: Ctx, input: SetUpImport, state: 'queued' | 'trying') {
	return inTransaction(ctx, async (ctx) => {
		const one = await lockOwn(ctx, input.importId);
		if (one.state !== 'uploaded') return fail('already_begun');
		if (!canImportInto(ctx.actor, one.kind, one.departmentId)) throw new Forbidden('import');
		const values = await chosen(one, input);
		const problem = mappingProblem(importableKind(one.kind), values.mapping);
		await forgetTrial(ctx, one.id);
		// What was chosen is kept either way.
		await ctx.db
			.update(imports)
			.set({ ...values, state: problem ? 'uploaded' : state })
			.where(eq(imports.id, one.id));
		if (problem) return fail(problem.code);
		await enqueue(ctx, runImportJob, { importId: one.id }, { key: one.id });
		return ok(null);
	});
}

/** Asks a running import to stop; what is in by then stays. */
export function cancelImport(ctx: Ctx, { importId }: { importId: string }) {
	return inTransaction(ctx, async (ctx) => {
		const one = await getImport(ctx, importId);
		if (!canStopImport(ctx.actor, one)) throw new Forbidden('import');
		if (!STOPPABLE.has(one.state)) return fail('already_ended');
		await ctx.db
			.update(imports)
			.set({ cancelRequestedAt: ctx.now })
			.where(eq(imports.id, importId));
		// An import whose job has given up is ended by this one; otherwise it finds nothing to do.
		await enqueue(ctx, runImportJob, { importId }, { key: importId });
		return ok(null);
	});
}

const STOPPABLE: ReadonlySet<string> = new Set(['queued', 'running', 'trying']);
const UNDOABLE: ReadonlySet<string> = new Set(['done', 'cancelled', 'failed']);

/** Has what an import brought taken back, in the worker; records that somebody has changed since stay. */
export function undoImport(ctx: Ctx, { importId }: { importId: string }) {
	return inTransaction(ctx, async (ctx) => {
		const one = await lockOwn(ctx, importId);
		if (!UNDOABLE.has(one.state)) return fail('not_undoable');
		await ctx.db.update(imports).set({ state: 'undoing' }).where(eq(imports.id, importId));
		await enqueue(ctx, undoImportJob, { importId }, { key: importId });
		return ok(null);
	});
}

async function lockOwn(ctx: Ctx, importId: string): Promise<Import> {
	await ctx.db
		.select({ id: imports.id })
		.from(imports)
		.where(eq(imports.id, importId))
		.for('update');
	const one = await getImport(ctx, importId);
	if (!canSetUpImport(ctx.actor, one)) throw new NotFound('import');
	return one;
}

async function chosen(one: Import, input: SetUpImport) {
	const { encoding, delimiter, hasHeader, existing = one.existing } = input;
	const isReadAnew =
		encoding !== one.encoding || delimiter !== one.delimiter || hasHeader !== one.hasHeader;
	if (isReadAnew) {
		const choice = { storedAs: one.storedAs, encoding, delimiter };
		const { mapping, headings } = await guessSheet(one.kind, choice, hasHeader);
		return { encoding, delimiter, hasHeader, existing, mapping, headings };
	}
	const known = new Set(targetsOf(importableKind(one.kind)).map(({ key }) => key));
	// As many columns as the file has, whatever the form sent.
	const mapping = one.mapping.map((_, column) => {
		const key = input.mapping[column] ?? null;
		return key !== null && known.has(key) ? key : null;
	});
	return { encoding, delimiter, hasHeader, existing, mapping };
}
