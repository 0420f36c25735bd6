import { sql } from 'drizzle-orm';
import { expect } from 'vitest';
import { inRollback } from '#tests/support/database.ts';
import { listTags } from '#lib/features/settings/queries.server.ts';
import { newId } from '#lib/shared/ids.ts';
import type { Ctx } from '../context.ts';
import { currentListVersion, remembered, VERSIONED_TABLES } from './remembered.ts';
import { departments, tags } from './tables/index.ts';

/** The context of a page that is asked for now; what was changed counts as committed. */
async function asked(ctx: Ctx): Promise<Ctx> {
	await ctx.db.execute(sql`set constraints all immediate`);
	await ctx.db.execute(sql`set constraints all deferred`);
	const [row] = await ctx.db.execute<{ version: string }>(
		sql`select ${currentListVersion} as version`
	);
	return { ...ctx, listVersion: row?.version ?? null };
}

async function aDepartment({ db }: Ctx): Promise<string> {
	const id = newId();
	await db.insert(departments).values({ id, name: `Sales ${id}` });
	return id;
}

inRollback(
	'each table whose rows are remembered renews the version when it changes',
	async ({ db }) => {
		const rows = await db.execute<{ name: string }>(sql`
			select c.relname as name from pg_trigger t join pg_class c on c.oid = t.tgrelid
			where t.tgname = c.relname || '_renew_lists' and t.tgdeferrable and t.tginitdeferred
				and t.tgtype & 29 = 29 order by 1`);
		expect(rows.map(({ name }) => name)).toEqual([...VERSIONED_TABLES].sort());
	}
);

inRollback(
	'a list is read once for many pages, and anew for the first that is asked for after a change',
	async (ctx) => {
		const departmentId = await aDepartment(ctx);
		const add = (name: string) => ctx.db.insert(tags).values({ id: newId(), departmentId, name });
		const names = async (page: Ctx) =>
			(await listTags(page, [departmentId])).map(({ name }) => name);
		await add('Early');
		const first = await asked(ctx);
		expect(await names(first)).toEqual(['Early']);
		await add('Late');
		// What began before the change was committed may go on with what it knew.
		expect(await names(first)).toEqual(['Early']);
		expect(await names(await asked(ctx))).toEqual(['Early', 'Late']);
		// A command sees what it has just done.
		await add('Now');
		expect(await names({ ...ctx, listVersion: null })).toEqual(['Early', 'Late', 'Now']);
	}
);

inRollback(
	'each actor has answers of his own, and a reading that failed is not kept',
	async (ctx) => {
		const page = await asked(ctx);
		const other = { ...page, actor: { ...page.actor, id: newId() } };
		let readings = 0;
		const read = (at: Ctx, fails = false) =>
			remembered(at, { name: 'test', tables: ['tags'] }, async () => {
				readings++;
				if (fails) throw new Error('no line');
				return readings;
			});
		await expect(read(page, true)).rejects.toThrow('no line');
		expect(await read(page)).toBe(2);
		expect(await read(page)).toBe(2);
		expect(await read(other)).toBe(3);
	}
);
