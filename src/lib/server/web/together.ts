import { sql, type SQL } from 'drizzle-orm';
import type { Ctx } from '../context.ts';

type Answers<Facts> = {
	[Name in keyof Facts]: Facts[Name] extends SQL<infer Value> ? Value : never;
};

/** Asks for several small facts in one statement: each an expression that stands where a column does. */
export async function together<Facts extends Readonly<Record<string, SQL<unknown>>>>(
	ctx: Ctx,
	facts: Facts
): Promise<Answers<Facts>> {
	const [row] = await ctx.db.select(facts).from(sql`(values (true)) one`);
	// One row always comes, with the columns that were asked for.
	return row as Answers<Facts>;
}
