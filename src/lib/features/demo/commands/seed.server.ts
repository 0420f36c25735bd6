import { asc, eq } from 'drizzle-orm';
import { addCity } from '#lib/features/cities/commands.server.ts';
import { createCompany } from '#lib/features/companies/commands.server.ts';
import { createContact } from '#lib/features/contacts/commands.server.ts';
import { addCurrency, setRate } from '#lib/features/currencies/commands.server.ts';
import { createDeal } from '#lib/features/deals/commands.server.ts';
import { todayIn } from '#lib/shared/days.ts';
import { dealRecords } from '#lib/features/deals/record.server.ts';
import { createReminder, followStep } from '#lib/features/reminders/commands.server.ts';
import { createDepartment, createTag } from '#lib/features/settings/commands.server.ts';
import { addUser } from '#lib/features/users/commands.server.ts';
import { actorOfUser } from '#lib/server/auth/actor.ts';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import {
	clientTypes,
	industries,
	installation,
	pipelines,
	roles,
	stages,
	tags
} from '#lib/server/db/tables/index.ts';
import { edit } from '#lib/server/records/commit.ts';
import type { Edit, RecordValues } from '#lib/records/values.ts';
import type { Result } from '#lib/shared/result.ts';
import type { DemoContents } from '../schema.ts';
import {
	DEMO_PASSWORD,
	demoCities,
	demoCompanies,
	demoContacts,
	demoDeals,
	demoEmail,
	demoMailbox,
	demoNotes,
	demoPeople,
	type DemoDepartment,
	type DemoPerson,
	demoPhone
} from '../model.ts';
import { takeRequests } from './requests.server.ts';
import { meetLeads } from './leads.server.ts';
import { noteOnDeals } from './quality.server.ts';
import { talk } from './talk.server.ts';
import { offerGoods, sellGoods } from './goods.server.ts';
import { beginWork } from './work.server.ts';

const DEPARTMENTS = {
	hamburg: { name: 'Sales Hamburg', defaultCountry: 'DE', defaultCurrency: 'EUR' },
	malmo: { name: 'Sales Malmö', defaultCountry: 'SE', defaultCurrency: 'SEK' }
} as const;

const TAGS = ['Key account', 'Trade fair', 'Newsletter'] as const;

/** A department as the rest of the seed needs it: ids by the names people see. */
interface Office {
	readonly id: string;
	readonly stageIds: readonly string[];
	readonly typeIds: ReadonlyMap<string, string>;
	readonly industryIds: ReadonlyMap<string, string>;
	readonly tagIds: ReadonlyMap<string, string>;
}

/**
 * Fills an empty installation with the demo company, by the commands that people use, each as the
 * person who would have done it. The same start gives the same company.
 */
export function seedDemo(ctx: Ctx): Promise<void> {
	return inTransaction(ctx, async (ctx) => {
		const offices = { hamburg: await open(ctx, 'hamburg'), malmo: await open(ctx, 'malmo') };
		await knowRates(ctx);
		await knowCities(ctx);
		const people = await hire(ctx, offices);
		const companyIds = await meetCompanies(people, offices);
		const contactIds = await meetContacts(people, companyIds);
		const dealIds = await beginDeals(people, { offices, companyIds, contactIds });
		await wantReminders(people, dealIds);
		const productIds = await offerGoods(people);
		const requestIds = await takeRequests(people, productIds);
		const leadIds = await meetLeads(people);
		await talk(people, dealIds);
		await noteOnDeals(people, dealIds);
		const work = await beginWork(people);
		const { itemIds, paymentIds } = await sellGoods(people, { dealIds, productIds });
		const contents: DemoContents = {
			userIds: [...people.values()].map(({ actor }) => actor.id),
			departmentIds: [offices.hamburg.id, offices.malmo.id],
			recordIds: {
				company: companyIds,
				contact: contactIds.map(({ id }) => id),
				lead: leadIds,
				deal: dealIds,
				request: [...requestIds],
				product: [...productIds],
				...work
			},
			itemIds,
			paymentIds
		};
		await ctx.db.insert(installation).values([
			{ key: 'workspace_name', value: 'Tandem Demo' },
			{ key: 'demo', value: contents }
		]);
	});
}

/** The demo is made of valid values only: a refusal is a mistake in it. */
function made<Value>(result: Result<Value, string> | { ok: false }): Value {
	if (result.ok) return result.value;
	throw new Error(`The demo company was refused: ${JSON.stringify(result)}`);
}

async function open(ctx: Ctx, key: DemoDepartment): Promise<Office> {
	const { departmentId: id } = made(
		await createDepartment(ctx, { ...DEPARTMENTS[key], language: 'en' })
	);
	for (const name of TAGS) made(await createTag(ctx, { departmentId: id, name }));
	const steps = await ctx.db
		.select({ id: stages.id })
		.from(stages)
		.innerJoin(pipelines, eq(pipelines.id, stages.pipelineId))
		.where(eq(pipelines.departmentId, id))
		.orderBy(asc(stages.position));
	return {
		id,
		stageIds: steps.map((step) => step.id),
		typeIds: await byName(ctx, clientTypes, id),
		industryIds: await byName(ctx, industries, id),
		tagIds: await byName(ctx, tags, id)
	};
}

const RATES = { SEK: '0.0885', USD: '0.9215', GBP: '1.1640' } as const;

/** As the system, so that they stay when the people of the demo go. */
async function knowRates(ctx: Ctx): Promise<void> {
	const on = todayIn('UTC', ctx.now);
	for (const [code, rate] of Object.entries(RATES)) {
		await addCurrency(ctx, { code });
		made(await setRate(ctx, { code, on, rate }));
	}
}

/** The cities of the people it sells to, as they are called elsewhere too. */
async function knowCities(ctx: Ctx): Promise<void> {
	for (const city of demoCities) made(await addCity(ctx, city));
}

async function byName(
	ctx: Ctx,
	table: typeof clientTypes | typeof industries | typeof tags,
	departmentId: string
) {
	const rows = await ctx.db.select().from(table).where(eq(table.departmentId, departmentId));
	return new Map(rows.map(({ name, id }) => [name, id]));
}

type People = ReadonlyMap<DemoPerson, Ctx>;

/** Everybody's own context, so that the history says who did what. */
async function hire(ctx: Ctx, offices: Record<DemoDepartment, Office>): Promise<People> {
	const roleIds = new Map(
		(await ctx.db.select().from(roles)).map(({ key, id }) => [key, id] as const)
	);
	const people = new Map<DemoPerson, Ctx>();
	for (const { key, name, role, department, language, ...person } of demoPeople) {
		const held = [role, ...('isHead' in person ? ['department_head'] : [])];
		const { userId } = made(
			await addUser(ctx, {
				name,
				email: demoEmail(key),
				password: DEMO_PASSWORD,
				departmentIds: department ? [offices[department].id] : [],
				roleIds: held.flatMap((role) => present(roleIds.get(role))),
				language,
				timeZone: 'Europe/Berlin'
			})
		);
		const actor = await actorOfUser(ctx.db, userId);
		if (actor) people.set(key, { ...ctx, actor });
	}
	return people;
}

function as(people: People, key: DemoPerson): Ctx {
	const ctx = people.get(key);
	if (!ctx) throw new Error(`The demo has no ${key}`);
	return ctx;
}

const officeOf = (offices: Record<DemoDepartment, Office>, key: DemoPerson) =>
	offices[key === 'tina' ? 'malmo' : 'hamburg'];

async function meetCompanies(people: People, offices: Record<DemoDepartment, Office>) {
	const ids: string[] = [];
	for (const [index, company] of demoCompanies.entries()) {
		const [name, website, country, city, type, industry, owner, tagNames] = company;
		const office = officeOf(offices, owner);
		const phone = demoPhone(country, index);
		const values: RecordValues = {
			name,
			website,
			place: { country, city },
			type: office.typeIds.get(type) ?? null,
			industries: present(office.industryIds.get(industry)),
			tags: tagNames.flatMap((tag) => present(office.tagIds.get(tag))),
			emails: { main: { address: `office@${website}`, label: 'work', position: 0 } },
			...(phone && { phones: { main: { raw: phone, e164: null, label: 'work', position: 0 } } }),
			...(index % 4 === 0 && { notes: paragraph(demoNotes[(index / 4) % demoNotes.length]) })
		};
		const input = { departmentId: office.id, ownerId: as(people, owner).actor.id, values };
		ids.push(made(await createCompany(as(people, owner), input)).id);
	}
	return ids;
}

async function meetContacts(people: People, companyIds: readonly string[]) {
	const ids: { id: string; company: number | null }[] = [];
	for (const [index, [first, last, title, company]] of demoContacts.entries()) {
		const employer = company === null ? null : demoCompanies[company];
		const owner = employer?.[6] ?? 'ann';
		const phone = employer ? demoPhone(employer[2], 100 + index) : null;
		const address = employer && demoMailbox(first, last, employer[1]);
		const values: RecordValues = {
			title,
			...(address && { emails: { main: { address, label: 'work', position: 0 } } }),
			...(phone && { phones: { main: { raw: phone, e164: null, label: 'mobile', position: 0 } } })
		};
		const companyId = company === null ? null : (companyIds[company] ?? null);
		const input = { name: `${first} ${last}`, companyId, values };
		ids.push({ id: made(await createContact(as(people, owner), input)).id, company });
	}
	return ids;
}

async function beginDeals(
	people: People,
	{
		offices,
		companyIds,
		contactIds
	}: {
		offices: Record<DemoDepartment, Office>;
		companyIds: readonly string[];
		contactIds: readonly { id: string; company: number | null }[];
	}
) {
	const ids: string[] = [];
	for (const [index, deal] of demoDeals.entries()) {
		const [name, company, stage, minor, currency, nextStep, inDays, owner, helper, important] =
			deal;
		const { now, ...rest } = as(people, owner);
		// Begun a while ago, so that some next steps are late by now.
		const ctx = { ...rest, now: daysFrom(now, -6 - (index % 12)) };
		const { id } = made(
			await createDeal(ctx, {
				name,
				companyId: companyIds[company],
				contactId: contactIds.find((contact) => contact.company === company)?.id,
				stageId: officeOf(offices, owner).stageIds[stage],
				nextStep,
				nextStepOn: todayIn('Europe/Berlin', daysFrom(now, inDays)),
				amount: minor && currency ? { minor, currency } : null
			})
		);
		const edits: Edit[] = [];
		if (important) edits.push({ field: 'important', set: true });
		if (helper) edits.push({ field: 'coOwners', add: [as(people, helper).actor.id] });
		if (index % 3 === 0) {
			edits.push({ field: 'notes', set: paragraph(demoNotes[(index / 3) % demoNotes.length]) });
		}
		if (edits.length > 0) {
			const edited = await edit(ctx, dealRecords, id, edits);
			if (!edited.ok)
				throw new Error(`The demo deal was refused: ${JSON.stringify(edited.faults)}`);
		}
		ids.push(id);
	}
	return ids;
}

/** What a seller wants to be reminded of, at his first deal whose next step is still to come. */
async function wantReminders(people: People, dealIds: readonly string[]): Promise<void> {
	const at = demoDeals.findIndex(([, , , , , , inDays]) => inDays > 1);
	const owner = demoDeals[at]?.[7];
	const recordId = dealIds[at];
	if (!owner || !recordId) throw new Error('no deal of the demo has a future');
	const ctx = as(people, owner);
	const deal = { kind: 'deal', recordId } as const;
	made(await followStep(ctx, [dealRecords], deal));
	made(
		await createReminder(ctx, [dealRecords], {
			...{ ...deal, subject: 'Ask whether the drawings have arrived', description: null },
			...{ on: todayIn('Europe/Berlin', daysFrom(ctx.now, 1)), at: '09:00', sendMail: true }
		})
	);
}

const DAY_MS = 86_400_000;

const daysFrom = (now: Date, days: number) => new Date(now.getTime() + days * DAY_MS);

const present = <Value>(value: Value | undefined) => (value === undefined ? [] : [value]);

const paragraph = (text = '') =>
	({
		type: 'doc',
		content: [{ type: 'paragraph', content: [{ type: 'text', text }] }]
	}) as const;
