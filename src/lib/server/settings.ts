import { eq } from 'drizzle-orm';
import type { z } from 'zod';
import { inTransaction, type Ctx } from './context.ts';
import { installation } from './db/tables/index.ts';
import { announceFields, INSTALLATION } from './records/announce.ts';

/** One group of settings of the installation: a row of the one table of settings, and what may stand in it. */
export interface Setting<Schema extends z.ZodObject> {
	readonly key: string;
	/** Makes the usual value of nothing, field by field, so that a new field needs no migration. */
	readonly schema: Schema;
}

export const defineSetting = <Schema extends z.ZodObject>(setting: Setting<Schema>) => setting;

/** What is set, or what is usual. */
export async function readSetting<Schema extends z.ZodObject>(
	{ db }: Ctx,
	{ key, schema }: Setting<Schema>
): Promise<z.output<Schema>> {
	const [row] = await db
		.select({ value: installation.value })
		.from(installation)
		.where(eq(installation.key, key));
	return schema.parse(row?.value ?? {});
}

/** Sets it, and writes into the history what was set before; the caller has checked rights. */
export function changeSetting<Schema extends z.ZodObject>(
	ctx: Ctx,
	setting: Setting<Schema>,
	value: z.output<Schema>
): Promise<void> {
	return inTransaction(ctx, async (ctx) => {
		const before = await readSetting(ctx, setting);
		await ctx.db
			.insert(installation)
			.values({ key: setting.key, value })
			.onConflictDoUpdate({ target: installation.key, set: { value } });
		await announceFields(ctx, INSTALLATION, before, value);
	});
}
