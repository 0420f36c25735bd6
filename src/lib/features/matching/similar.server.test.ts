import { expect } from 'vitest';
import type { RecordValues } from '#lib/records/values.ts';
import type { Ctx } from '#lib/server/context.ts';
import { contacts } from '#lib/server/db/tables/index.ts';
import { Forbidden } from '#lib/server/errors.ts';
import { newId } from '#lib/shared/ids.ts';
import { inRollback } from '#tests/support/database.ts';
import { aColleague } from '#tests/support/deals.ts';
import { addresses, numbers } from '#tests/support/leads.ts';
import { aCompany, aContact, aFrontDesk } from '#tests/support/requests.ts';
import { addCompany, addContact, addContactLater } from './commands.server.ts';

const company = (ctx: Ctx, values: RecordValues, seen: string[] = []) =>
	addCompany(ctx, { values, seen });
const person = (ctx: Ctx, name: string, values: RecordValues, seen: string[] = []) =>
	addContact(ctx, { name, values, seen });

inRollback(
	'[C146, B147] the same first and last name with the same address or number, in any notation, is not stored twice; the fault leads to him',
	async (ctx) => {
		const { ann } = await aFrontDesk(ctx);
		const anna = await aContact(ann, 'Anna Berg', null, {
			...{ emails: addresses('anna@test.example'), phones: numbers('040 / 555-01 01') }
		});
		for (const values of [
			{ emails: addresses('ANNA@test.example') },
			{ phones: numbers('+49 (40) 5550101') }
		]) {
			// Though the person who enters him has seen the other one.
			expect(await person(ann, 'Dr. Anna Berg', values, [anna])).toMatchObject({
				ok: false,
				faults: [{ field: 'similar', code: 'identical', params: { id: anna, name: 'Anna Berg' } }]
			});
		}
		const away = { name: 'Anna Berg', values: { emails: addresses('anna@test.example') } };
		expect(await addContactLater(ann, away)).toMatchObject({ ok: false });
		expect(await ctx.db.$count(contacts)).toBe(1);
		// Whoever has only the first name in common with him may be somebody else, once one has seen the first.
		const alike = { emails: addresses('anna@test.example') };
		expect(await person(ann, 'Anna', alike)).toMatchObject({
			faults: [{ code: 'similar', params: { id: anna, reasons: 'same_email,same_first_name' } }]
		});
		expect((await person(ann, 'Anna', alike, [anna])).ok).toBe(true);
		// At the number of the office are many.
		expect((await person(ann, 'Otto Tal', { phones: numbers('+49 40 5550101') })).ok).toBe(true);
	}
);

inRollback(
	'[B149] a company of the same name is shown before another one is stored, with and without a country',
	async (ctx) => {
		const { ann } = await aFrontDesk(ctx);
		const first = await aCompany(ann, 'Nordlicht GmbH');
		expect(await company(ann, { name: 'NORDLICHT, GmbH' })).toMatchObject({
			ok: false,
			faults: [
				{ field: 'similar', code: 'similar', params: { id: first, reasons: 'same_company_name' } }
			]
		});
		const abroad = { name: 'Nordlicht', place: { country: 'SE', city: null } };
		expect(await company(ann, abroad)).toMatchObject({ ok: false });
		expect((await company(ann, abroad, [first])).ok).toBe(true);
	}
);

inRollback('what somebody may not see does not show in what is similar', async (ctx) => {
	const { ann, tina } = await aFrontDesk(ctx);
	await aCompany(tina, 'Nordlicht');
	await aContact(tina, 'Anna Berg', null, { emails: addresses('anna@test.example') });
	expect((await company(ann, { name: 'Nordlicht' })).ok).toBe(true);
	const same = { emails: addresses('anna@test.example') };
	expect((await person(ann, 'Anna Berg', same)).ok).toBe(true);
});

inRollback(
	'pressing twice stores once, and whoever may enter nothing is not told what is there',
	async (ctx) => {
		const { ann, office } = await aFrontDesk(ctx);
		const chief = await aColleague(ctx, 'Carl', 'chief', office);
		const pressed = { id: newId(), values: { name: 'Nordlicht' }, seen: [] };
		const [one, two] = [await addCompany(ann, pressed), await addCompany(ann, pressed)];
		expect(one).toEqual(two);
		expect(one.ok).toBe(true);
		await expect(company(chief, { name: 'Nordlicht' })).rejects.toThrow(Forbidden);
	}
);
