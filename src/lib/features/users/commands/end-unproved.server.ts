import { sql } from 'drizzle-orm';
import type { Ctx } from '#lib/server/context.ts';
import { roles, sessions, userRoles } from '#lib/server/db/tables/index.ts';
import { hasFactor } from '../queries/factors.server.ts';

/** Ends the sessions of people whose role asks for a second factor and who have none. */
export async function endUnproved(ctx: Ctx): Promise<void> {
	await ctx.db.delete(sessions).where(sql`
		exists (
			select 1 from ${userRoles} join ${roles} on ${roles.id} = ${userRoles.roleId}
			where ${userRoles.userId} = ${sessions.userId} and ${roles.secondFactor}
		) and not ${hasFactor(sessions.userId)}`);
}
