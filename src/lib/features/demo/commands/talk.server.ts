import { addComment } from '#lib/features/activity/commands.server.ts';
import { dealRecords } from '#lib/features/deals/record.server.ts';
import type { Ctx } from '#lib/server/context.ts';
import { demoComments, type DemoPerson } from '../model.ts';

const HOUR_MS = 3_600_000;

/** What the people of the demo company say about some of their deals, over the last days. */
export async function talk(
	people: ReadonlyMap<DemoPerson, Ctx>,
	dealIds: readonly string[]
): Promise<void> {
	for (const [index, [deal, author, body]] of demoComments.entries()) {
		const ctx = people.get(author);
		const id = dealIds[deal];
		if (!ctx || !id) throw new Error(`The demo has no ${author} or no deal ${deal}`);
		const now = new Date(ctx.now.getTime() - (demoComments.length - index) * 7 * HOUR_MS);
		const said = await addComment({ ...ctx, now }, [dealRecords], { kind: 'deal', id, body });
		if (!said.ok) throw new Error(`The demo company was refused: ${said.error}`);
	}
}
