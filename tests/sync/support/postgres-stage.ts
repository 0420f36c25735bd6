import { and, eq, sql } from 'drizzle-orm';
import { ydocs, ydocUpdates } from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import type { Ctx } from '#lib/server/context.ts';
import { createRecordPort } from '#lib/server/hub/record-port.ts';
import { edit } from '#lib/server/records/commit.ts';
import { create } from '#lib/server/records/create.ts';
import { loadRecord } from '#lib/server/records/load.ts';
import { restore, trash } from '#lib/server/records/trash.ts';
import { findRow } from '#lib/server/records/row.ts';
import { quietLog } from './people.ts';
import type { Stage } from './simulation.ts';
import type { Subject } from './world.ts';

/** The engine as it is, on a record that is made for this script. */
export async function postgresStage(ctx: Ctx, subject: Subject): Promise<Stage> {
	const { serverKind } = subject;
	const created = await create(ctx, serverKind, { values: subject.first, source: 'system' });
	if (!created.ok) throw new Error(JSON.stringify(created.faults));
	const { id } = created.value;
	const port = createRecordPort(ctx.db, [serverKind], quietLog);
	const { name: kind } = serverKind.kind;
	return {
		id,
		subject,
		portOf: () => port,
		async edit(_process, actor, edits, key) {
			const options = { source: 'form', idempotencyKey: `${id} ${key}` } as const;
			await edit({ ...ctx, actor }, serverKind, id, edits, options).catch(refusal);
		},
		async turn(_process, act) {
			await (act === 'trash' ? trash : restore)(ctx, serverKind, id).catch(refusal);
		},
		/** As a restored backup does it. */
		async raiseEpoch() {
			const own = (table: typeof ydocs | typeof ydocUpdates) =>
				and(eq(table.kind, kind), eq(table.recordId, id));
			await ctx.db
				.update(ydocs)
				.set({ epoch: sql`epoch + 1` })
				.where(own(ydocs));
			await ctx.db
				.update(ydocUpdates)
				.set({ epoch: sql`epoch + 1` })
				.where(own(ydocUpdates));
		},
		async head() {
			const row = await findRow(ctx, serverKind, id);
			if (row) {
				const loaded = await loadRecord(ctx, serverKind, id);
				const topics = serverKind.topics(row, loaded?.values ?? {});
				return { rev: row.rev, isTrashed: false, topics };
			}
			const [gone] = await ctx.db
				.select({ rev: serverKind.table.rev })
				.from(serverKind.table)
				.where(eq(serverKind.table.id, id));
			return { rev: Number(gone?.rev), isTrashed: true, topics: [] };
		},
		killed() {}
	};
}

const refusal = (error: unknown) => {
	if (!(error instanceof Forbidden) && !(error instanceof NotFound)) throw error;
};
