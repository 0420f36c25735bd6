import { eq, sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { contacts, deals, requests } from '#lib/server/db/tables/index.ts';
import { systemCtx, testDatabase } from '#tests/support/database.ts';
import { aCompany, aFrontDesk, aRequest, mail, requestRow } from '#tests/support/requests.ts';
import { assignRequest, createDealFromRequest } from './commands.server.ts';

const { db } = await testDatabase();
const ctx = systemCtx(db);
const { ann, bob, olga } = await aFrontDesk(ctx);

test('[C89] pressing twice makes one deal and one contact, whoever presses', async () => {
	const north = await aCompany(ann, 'North', { website: 'north.example' });
	for (let round = 0; round < 5; round++) {
		const values = mail(`zoe${round}@north.example`);
		const id = await aRequest(olga, values, { name: `Zoe Vale${round}` });
		const presses = [olga, olga, olga].map((who) => createDealFromRequest(who, { id }));
		const answers = await Promise.all(presses);
		const { dealId } = await requestRow(ctx, id);
		expect(dealId).not.toBeNull();
		expect(answers).toEqual(answers.map(() => ({ ok: true, value: { id, dealId } })));
		expect(await db.$count(deals)).toBe(round + 1);
		expect(await db.$count(contacts, eq(contacts.companyId, north))).toBe(round + 1);
	}
	const [tickets] = await db.execute(
		sql`select count(distinct ticket)::int as told from ${requests}`
	);
	expect(tickets).toEqual({ told: 5 });
});

test('[B57] two who assign one request with its client at once end with one owner for both', async () => {
	const north = await aCompany(olga, 'Nobody’s', {}, null);
	const id = await aRequest(olga, {}, { companyId: north });
	const give = (ownerId: string) => assignRequest(olga, { id, ownerId, client: 'moves' });
	await Promise.allSettled([give(ann.actor.id), give(bob.actor.id)]);
	const [row] = await db.execute(sql`
		select r.owner_id as request, c.owner_id as client from requests r
		join companies c on c.id = r.company_id where r.id = ${id}`);
	expect(row?.request).not.toBeNull();
	expect(row?.client).toBe(row?.request);
});
