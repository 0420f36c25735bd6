import type { SQL } from 'drizzle-orm';
import type { Ctx } from '#lib/server/context.ts';
import { together } from '#lib/server/web/together.ts';

/** What one of the small facts of the shell is for the actor of this context. */
export const factFor = async <Value>(ctx: Ctx, fact: (ctx: Ctx) => SQL<Value>): Promise<Value> =>
	(await together(ctx, { fact: fact(ctx) })).fact;
