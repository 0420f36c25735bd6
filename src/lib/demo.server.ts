import { inArray } from 'drizzle-orm';
import { DEMO_PASSWORD, demoEmail, demoPeople } from '#lib/features/demo/model.ts';
import { addUser } from '#lib/features/users/commands.server.ts';
import { inTransaction, type Ctx } from '#lib/server/context.ts';
import { departments, installation, roles } from '#lib/server/db/tables/index.ts';
import { newId } from '#lib/shared/ids.ts';

const DEPARTMENTS = { hamburg: 'Sales Hamburg', malmo: 'Sales Malmö' };

/** Fills an empty installation with the demo company. */
export function seedDemo(ctx: Ctx): Promise<void> {
	return inTransaction(ctx, async (ctx) => {
		const ids = { hamburg: newId(), malmo: newId() };
		await ctx.db.insert(departments).values([
			{ id: ids.hamburg, name: DEPARTMENTS.hamburg, defaultCurrency: 'EUR' },
			{ id: ids.malmo, name: DEPARTMENTS.malmo, defaultCurrency: 'SEK' }
		]);
		for (const person of demoPeople) {
			const keys = [person.role.replace('-', '_')];
			const held = await ctx.db.select().from(roles).where(inArray(roles.key, keys));
			await addUser(ctx, {
				name: person.name,
				email: demoEmail(person.key),
				password: DEMO_PASSWORD,
				departmentIds: person.department ? [ids[person.department]] : [],
				roleIds: held.map(({ id }) => id),
				language: person.language
			});
		}
		await ctx.db.insert(installation).values({ key: 'demo', value: { seededAt: ctx.now } });
	});
}
