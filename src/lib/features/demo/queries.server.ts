import { and, count, eq, isNotNull, notInArray } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { Ctx } from '#lib/server/context.ts';
import { companies, contacts, deals, installation } from '#lib/server/db/tables/index.ts';
import { DemoContents } from './schema.ts';

/** What the demo company consists of; null when this installation has none. */
export async function findDemo({ db }: Ctx): Promise<DemoContents | null> {
	const [row] = await db
		.select({ value: installation.value })
		.from(installation)
		.where(eq(installation.key, 'demo'));
	return row ? DemoContents.parse(row.value) : null;
}

/** How many records of each kind people have added to the demo; these stay when it goes. */
export async function countOwnRecords(ctx: Ctx, demo: DemoContents) {
	const [ownCompanies, ownContacts, ownDeals] = await Promise.all([
		countBeside(ctx, companies, demo.companyIds),
		countBeside(ctx, contacts, demo.contactIds),
		countBeside(ctx, deals, demo.dealIds)
	]);
	return { companies: ownCompanies, contacts: ownContacts, deals: ownDeals };
}

async function countBeside({ db }: Ctx, table: PgTable & { id: PgColumn }, ids: string[]) {
	const [row] = await db.select({ own: count() }).from(table).where(notInArray(table.id, ids));
	return row?.own ?? 0;
}

/** Demo companies and contacts that records of one's own refer to; nothing that is in use is taken away. */
export async function findReferred({ db }: Ctx, demo: DemoContents) {
	const isOwnDeal = notInArray(deals.id, demo.dealIds);
	const ofContacts = await db
		.selectDistinct({ id: deals.contactId })
		.from(deals)
		.where(and(isOwnDeal, isNotNull(deals.contactId)));
	const contactIds = new Set(ofContacts.map(({ id }) => id));
	const goneContacts = demo.contactIds.filter((id) => !contactIds.has(id));
	const [byDeals, byContacts] = await Promise.all([
		db
			.selectDistinct({ id: deals.companyId })
			.from(deals)
			.where(and(isOwnDeal, isNotNull(deals.companyId))),
		db
			.selectDistinct({ id: contacts.companyId })
			.from(contacts)
			.where(and(notInArray(contacts.id, goneContacts), isNotNull(contacts.companyId)))
	]);
	const companyIds = new Set([...byDeals, ...byContacts].map(({ id }) => id));
	return { companyIds, contactIds };
}
