import { expect } from 'vitest';
import type { RecordValues } from '#lib/records/values.ts';
import { kinds } from '#lib/registry.server.ts';
import type { Ctx } from '#lib/server/context.ts';
import { leads } from '#lib/server/db/tables/index.ts';
import { Forbidden } from '#lib/server/errors.ts';
import { newId } from '#lib/shared/ids.ts';
import { inRollback } from '#tests/support/database.ts';
import { aColleague } from '#tests/support/deals.ts';
import { addresses, aLead, numbers } from '#tests/support/leads.ts';
import { aContact, aFrontDesk } from '#tests/support/requests.ts';
import { addLead, convertLead } from './commands.server.ts';

const person = (ctx: Ctx, name: string, values: RecordValues, seen: string[] = []) =>
	addLead(ctx, { name, values, seen });

inRollback(
	'a lead who is one already, or a contact already, is shown before he is stored, and stored when he has been seen',
	async (ctx) => {
		const { ann } = await aFrontDesk(ctx);
		const anna = await aLead(ann, { emails: addresses('anna@test.example') });
		const otto = await aContact(ann, 'Otto Tal', null, { phones: numbers('040 / 555-01 01') });
		const same = { emails: addresses('ANNA@test.example') };
		expect(await person(ann, 'Anna Maier', same)).toMatchObject({
			ok: false,
			faults: [
				{
					...{ field: 'similar', code: 'similar' },
					params: { kind: 'lead', id: anna, reasons: 'same_email,same_name' }
				}
			]
		});
		const number = { phones: numbers('+49 (40) 5550101') };
		expect(await person(ann, 'Otto Tal', number)).toMatchObject({
			faults: [{ code: 'similar', params: { kind: 'contact', id: otto } }]
		});
		expect(await person(ann, 'Otto Tal', number, [anna])).toMatchObject({ ok: false });
		expect(await ctx.db.$count(leads)).toBe(1);
		expect((await person(ann, 'Otto Tal', number, [otto])).ok).toBe(true);
		expect((await person(ann, 'Anna Maier', same, [anna])).ok).toBe(true);
		// A first name alone says nothing.
		expect((await person(ann, 'Anna', {})).ok).toBe(true);
	}
);

inRollback('a lead that has become a contact is shown as the contact alone', async (ctx) => {
	const { ann } = await aFrontDesk(ctx);
	const anna = await aLead(ann, { emails: addresses('anna@test.example') });
	const made = await convertLead(ann, kinds, { id: anna, company: 'none', contact: 'new' });
	expect(made.ok).toBe(true);
	const warned = await person(ann, 'Anna Maier', { emails: addresses('anna@test.example') });
	expect(warned).toMatchObject({ ok: false, faults: [{ params: { kind: 'contact' } }] });
});

inRollback(
	'what somebody may not see does not show, pressing twice stores once, and a reader is not told what is there',
	async (ctx) => {
		const { ann, tina, office } = await aFrontDesk(ctx);
		const same = { emails: addresses('anna@test.example') };
		await aLead(tina, same);
		await aContact(tina, 'Anna Maier', null, same);
		const pressed = { id: newId(), name: 'Anna Maier', values: same, seen: [] };
		const [one, two] = [await addLead(ann, pressed), await addLead(ann, pressed)];
		expect(one.ok).toBe(true);
		expect(one).toEqual(two);
		const chief = await aColleague(ctx, 'Carl', 'chief', office);
		await expect(person(chief, 'Anna Maier', same)).rejects.toThrow(Forbidden);
	}
);
