import { eq } from 'drizzle-orm';
import { createLead } from '#lib/features/leads/commands.server.ts';
import { richTextOf } from '#lib/records/rich-text.ts';
import type { RecordValues } from '#lib/records/values.ts';
import type { Ctx } from '#lib/server/context.ts';
import { leadSources } from '#lib/server/db/tables/index.ts';
import { type DemoLead, demoLeads, type DemoPerson } from '../model.ts';

/** The leads of the demo company, each met by whoever owns it. */
export async function meetLeads(people: ReadonlyMap<DemoPerson, Ctx>): Promise<string[]> {
	const ids: string[] = [];
	for (const lead of demoLeads) {
		const ctx = people.get(lead.owner);
		if (!ctx) throw new Error(`The demo has no ${lead.owner}`);
		const made = await createLead(ctx, { name: lead.name, values: await valuesOf(ctx, lead) });
		if (!made.ok) throw new Error(`The demo lead was refused: ${JSON.stringify(made)}`);
		ids.push(made.value.id);
	}
	return ids;
}

async function valuesOf(ctx: Ctx, lead: DemoLead): Promise<RecordValues> {
	const { title, email, phone, company, country, city, notes, disqualified } = lead;
	return {
		source: await sourceOf(ctx, lead.source),
		...(title && { title }),
		...(email && { emails: { main: { address: email, label: 'work', position: 0 } } }),
		...(phone && { phones: { main: { raw: phone, e164: null, label: 'work', position: 0 } } }),
		...(company && { companyName: company }),
		...(country && { place: { country, city: city ?? null } }),
		...(notes && { notes: richTextOf(notes) }),
		...(disqualified && { disqualified })
	};
}

/** The source of this name in the person's own department. */
async function sourceOf(ctx: Ctx, name: string): Promise<string | null> {
	const sources = await ctx.db.select().from(leadSources).where(eq(leadSources.name, name));
	const own = sources.find(({ departmentId }) => ctx.actor.departmentIds.includes(departmentId));
	return own?.id ?? null;
}
