import { sql } from 'drizzle-orm';
import { createTag } from '#lib/features/settings/commands.server.ts';
import type { Ctx } from '#lib/server/context.ts';
import {
	bulkItems,
	companyTags,
	contacts,
	contactTags,
	dealTags,
	leadTags,
	tags
} from '#lib/server/db/tables/index.ts';

/** Makes the tags of a run's records in the other department, as far as it has none of that name [T330]. */
export async function takeTagsAlong(ctx: Ctx, runId: string, departmentId: string): Promise<void> {
	const of = (kind: string) => sql`(
		select ${bulkItems.recordId} from ${bulkItems}
		where ${bulkItems.runId} = ${runId} and ${bulkItems.kind} = ${kind})`;
	const found = await ctx.db.execute<{ name: string }>(sql`
		select distinct on (lower(t.name)) t.name from ${tags} t
		where t.id in (
			select ${dealTags.tagId} from ${dealTags} where ${dealTags.dealId} in ${of('deal')}
			union all select ${leadTags.tagId} from ${leadTags} where ${leadTags.leadId} in ${of('lead')}
			union all select ${companyTags.tagId} from ${companyTags} where ${companyTags.companyId} in ${of('company')}
			union all select ${contactTags.tagId} from ${contactTags}
				join ${contacts} on ${contacts.id} = ${contactTags.contactId}
				where ${contacts.id} in ${of('contact')} or ${contacts.companyId} in ${of('company')})
		and not exists (
			select from ${tags} twin where twin.department_id = ${departmentId} and lower(twin.name) = lower(t.name))`);
	for (const { name } of found) await createTag(ctx, { departmentId, name });
}
