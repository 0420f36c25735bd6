import { and, eq } from 'drizzle-orm';
import { createCompany } from '#lib/features/companies/commands.server.ts';
import { createContact } from '#lib/features/contacts/commands.server.ts';
import { createRequest, type NewRequest } from '#lib/features/requests/commands.server.ts';
import type { RecordValues } from '#lib/records/values.ts';
import type { Ctx } from '#lib/server/context.ts';
import { changes, requests } from '#lib/server/db/tables/index.ts';
import { aColleague, aSalesOffice } from './deals.ts';

/** Hamburg with Ann and Bob, who sell, and Olga at the front desk; Tina sells in Malmö. */
export async function aFrontDesk(ctx: Ctx) {
	const office = await aSalesOffice(ctx, 'Sales Hamburg');
	const malmo = await aSalesOffice(ctx, 'Sales Malmö');
	return {
		office,
		malmo,
		ann: await aColleague(ctx, 'Ann', 'manager', office),
		bob: await aColleague(ctx, 'Bob', 'manager', office),
		olga: await aColleague(ctx, 'Olga', 'operator', office),
		tina: await aColleague(ctx, 'Tina', 'manager', malmo)
	};
}

export const mail = (address: string): RecordValues => ({
	emails: { a: { address, label: 'work', position: 0 } }
});

export const phone = (raw: string): RecordValues => ({
	phones: { a: { raw, e164: null, label: 'work', position: 0 } }
});

/** A request as this person takes it in; answers its id. */
export async function aRequest(
	ctx: Ctx,
	values: RecordValues = {},
	input: Omit<Partial<NewRequest>, 'values'> = {}
): Promise<string> {
	const created = await createRequest(ctx, {
		name: 'Zoe Vale',
		...input,
		values: { requestFor: 'Harbour cranes', ...values }
	});
	if (!created.ok) throw new Error(JSON.stringify(created));
	return created.value.id;
}

export async function aCompany(ctx: Ctx, name: string, values: RecordValues = {}, ownerId?: null) {
	const made = await createCompany(ctx, {
		values: { name, ...values },
		...(ownerId === null ? { ownerId } : {})
	});
	if (!made.ok) throw new Error(JSON.stringify(made));
	return made.value.id;
}

export async function aContact(
	ctx: Ctx,
	name: string,
	companyId: string | null,
	values: RecordValues = {}
) {
	const made = await createContact(ctx, { name, companyId, values });
	if (!made.ok) throw new Error(JSON.stringify(made));
	return made.value.id;
}

export async function requestRow({ db }: Ctx, id: string) {
	const [row] = await db.select().from(requests).where(eq(requests.id, id));
	if (!row) throw new Error('no such request');
	return row;
}

/** What commands wrote into the history of a record, oldest first. */
export async function actsOf({ db }: Ctx, recordId: string): Promise<readonly string[]> {
	const rows = await db
		.select({ act: changes.act })
		.from(changes)
		.where(and(eq(changes.recordId, recordId)))
		.orderBy(changes.rev, changes.id);
	return rows.map(({ act }) => act).filter((act) => act.includes('.'));
}
