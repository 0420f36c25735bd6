import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { assignRequest } from '#lib/features/requests/commands.server.ts';
import { addCity } from '#lib/features/cities/commands.server.ts';
import { addEntry } from '#lib/features/settings/commands.server.ts';
import type { Ctx } from '#lib/server/context.ts';
import {
	bannedNames,
	cities,
	departments,
	leadSources,
	outgoingMails,
	publicMailDomains,
	requestEmails,
	requests,
	stopPhrases
} from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound, TooMany } from '#lib/server/errors.ts';
import { newId } from '#lib/shared/ids.ts';
import { inRollback, systemCtx, testDatabase } from '#tests/support/database.ts';
import { aColleague, aSalesOffice } from '#tests/support/deals.ts';
import { runJobs } from '#tests/support/jobs.ts';
import { giveRole } from '#tests/support/tasks.ts';
import {
	addBannedName,
	addMailDomain,
	addStopPhrase,
	captureInquiry,
	changeSource,
	removeStopPhrase,
	renewToken
} from './commands.server.ts';
import type { Posted } from './commands/capture.server.ts';
import { listMailDomains, listSourceForms, listStopPhrases } from './queries.server.ts';
import { AddMailDomain } from './schema.ts';

const ADA = {
	name: 'Mrs. Ada Lovelace',
	email: 'Ada@Example.com',
	phone: '+44 20 7946 0018',
	company: 'Analytical Ltd',
	subject: 'Shelves for an engine',
	message: 'Two aisles, please.',
	country: 'Vereinigtes Königreich',
	city: 'London.'
};

async function aSource(ctx: Ctx, name = 'Website form') {
	const office = await aSalesOffice(ctx, `Sales ${newId()}`);
	await ctx.db
		.update(departments)
		.set({ defaultCountry: 'DE' })
		.where(eq(departments.id, office.id));
	const [source] = await ctx.db
		.insert(leadSources)
		.values({ id: newId(), departmentId: office.id, name })
		.returning();
	if (!source) throw new Error('no source');
	return { ...source, office };
}

const posted = (token: string, fields: object = ADA, more: Partial<Posted> = {}): Posted => ({
	...{ token, fields: { ...fields }, by: 'endpoint', address: '203.0.113.5', nonce: null },
	...more
});

const allRequests = (ctx: Ctx) => ctx.db.select().from(requests);

inRollback(
	'[T95, T97] what a visitor writes becomes a request that waits, with his country however he names it',
	async (ctx) => {
		const source = await aSource(ctx);
		expect(await captureInquiry(ctx, posted(source.token))).toEqual({
			ok: true,
			value: { isStored: true }
		});
		const [request] = await allRequests(ctx);
		expect(request).toMatchObject({
			...{ requestFor: ADA.subject, description: ADA.message, companyName: ADA.company },
			...{ firstName: 'Mrs. Ada', lastName: 'Lovelace', country: 'GB', city: 'London' },
			...{ sourceId: source.id, departmentId: source.departmentId, ownerId: null, pending: true },
			// As it came, beside what was understood.
			received: ADA
		});
		const [email] = await ctx.db.select().from(requestEmails);
		expect(email?.address).toBe('ada@example.com');
	}
);

inRollback(
	'[T96] what the front desk gives an owner and a co-owner is told to each of them in one mail',
	async (ctx) => {
		const { token, office } = await aSource(ctx);
		const hire = async (name: string, role: 'manager' | 'operator') => {
			const person = await aColleague(ctx, name, role, office);
			for (const key of ['co_worker', role] as const) await giveRole(person, key);
			return person;
		};
		const [ann, bob] = [await hire('Ann', 'manager'), await hire('Bob', 'manager')];
		const olga = await hire('Olga', 'operator');
		await captureInquiry(ctx, posted(token));
		const [request] = await allRequests(ctx);
		const people = { ownerId: ann.actor.id, coOwnerId: bob.actor.id };
		await assignRequest(olga, { id: request?.id ?? '', ...people });
		await runJobs({ ...ctx, now: new Date(ctx.now.getTime() + 1000) }, 'notifications.fan-out');
		const mails = await ctx.db.select().from(outgoingMails);
		const textsTo = (person: Ctx) =>
			mails.flatMap(({ userId, text }) => (userId === person.actor.id ? text : []));
		const told = (what: string) =>
			expect.stringContaining(`Olga made you ${what} of the request “${ADA.subject}”`);
		expect(textsTo(ann)).toEqual([told('the owner')]);
		expect(textsTo(bob)).toEqual([told('a co-owner')]);
		expect(textsTo(olga)).toEqual([]);
	}
);

inRollback('[B106] a city of a country that nobody knows is put under no other', async (ctx) => {
	const { token } = await aSource(ctx);
	await captureInquiry(ctx, posted(token, { ...ADA, country: 'Atlantis', city: 'Poseidonis' }));
	await captureInquiry(ctx, posted(token, { ...ADA, country: '', city: 'Kiel' }));
	const stored = await allRequests(ctx);
	expect(stored.map(({ country, city }) => [country, city])).toEqual(
		expect.arrayContaining([
			[null, null],
			['DE', 'Kiel']
		])
	);
	expect(stored.map(({ received }) => Object(received).city)).toContain('Poseidonis');
});

inRollback(
	'[T94] nobody is heard without the token of a source whose form is open',
	async (ctx) => {
		const { token, id, office } = await aSource(ctx);
		const refused = { ok: false, error: 'unknown_source' };
		expect(await captureInquiry(ctx, posted('nonsense'))).toEqual(refused);
		expect(await captureInquiry(ctx, posted(''))).toEqual(refused);
		const adam = await aColleague(ctx, 'Adam', 'administrator', office);
		await changeSource(adam, { sourceId: id, email: null, active: false });
		expect(await captureInquiry(ctx, posted(token))).toEqual(refused);
		await changeSource(adam, { sourceId: id, email: 'sales@tandem.example', active: true });
		await renewToken(adam, { sourceId: id });
		expect(await captureInquiry(ctx, posted(token))).toEqual(refused);
		const ann = await aColleague(ctx, 'Ann', 'manager', office);
		await expect(renewToken(ann, { sourceId: id })).rejects.toThrow(Forbidden);
		const tina = await aColleague(ctx, 'Tina', 'manager', await aSalesOffice(ctx, 'Malmö'));
		await expect(renewToken(tina, { sourceId: id })).rejects.toThrow(NotFound);
		expect(await allRequests(ctx)).toEqual([]);
	}
);

inRollback(
	'[C102] a banned company in whatever letters and a filled trap leave nothing, and are answered alike',
	async (ctx) => {
		const { token, office } = await aSource(ctx);
		const adam = await aColleague(ctx, 'Adam', 'administrator', office);
		await addBannedName(adam, { phrase: 'Spamworks' });
		const silent = { ok: true, value: { isStored: false } };
		const spam = { ...ADA, company: 'The SPAMWORKS group' };
		expect(await captureInquiry(ctx, posted(token, spam))).toEqual(silent);
		expect(await captureInquiry(ctx, posted(token, ADA, { isTrapped: true }))).toEqual(silent);
		expect(await allRequests(ctx)).toEqual([]);
		expect(await addBannedName(adam, { phrase: 'SPAMworks' })).toEqual({
			ok: false,
			error: 'name_taken'
		});
		expect(await ctx.db.$count(bannedNames)).toBe(1);
	}
);

inRollback(
	'[core 5.1] a stop phrase is found in any letters and spacing, and its last hit is noted',
	async (ctx) => {
		const { token, office } = await aSource(ctx);
		const olga = await aColleague(ctx, 'Olga', 'operator', office);
		for (const phrase of ['casino  bonus', 'crypto']) await addStopPhrase(olga, { phrase });
		const spam = { ...ADA, message: 'Get your CASINO\nBonus now' };
		expect(await captureInquiry(ctx, posted(token, spam))).toMatchObject({
			value: { isStored: false }
		});
		expect(await allRequests(ctx)).toEqual([]);
		const phrases = await listStopPhrases(olga);
		expect(phrases.map(({ phrase, lastHitAt }) => [phrase, lastHitAt])).toEqual([
			['casino  bonus', ctx.now],
			['crypto', null]
		]);
		await removeStopPhrase(olga, { id: phrases[0]?.id ?? '' });
		expect(await captureInquiry(ctx, posted(token, spam))).toMatchObject({
			value: { isStored: true }
		});
		const ann = await aColleague(ctx, 'Ann', 'manager', office);
		expect(() => addStopPhrase(ann, { phrase: 'x' })).toThrow(Forbidden);
		expect(await ctx.db.$count(stopPhrases)).toBe(1);
	}
);

inRollback('what is wrong is named by its field, and nothing is stored', async (ctx) => {
	const { token } = await aSource(ctx);
	const faults = async (fields: object) => {
		const refused = await captureInquiry(ctx, posted(token, { ...ADA, ...fields }));
		if (refused.ok || !('faults' in refused)) throw new Error(JSON.stringify(refused));
		return refused.faults.map(({ field, code }) => `${field} ${code}`);
	};
	expect(await faults({ name: ' ', subject: '' })).toEqual(['name required', 'subject required']);
	expect(await faults({ email: '', phone: '' })).toEqual(['email reach_needed']);
	expect(await faults({ email: 'nobody' })).toEqual(['email not_an_email']);
	expect(await faults({ phone: 'unknown' })).toEqual(['phone not_a_phone']);
	expect(await faults({ phone: '123456' })).toEqual(['phone not_a_phone']);
	expect(await faults({ name: 'Dr.' })).toEqual(['name no_name']);
	expect(await faults({ message: 'a\0b' })).toEqual(['message has_nul']);
	expect(await faults({ company: 'x'.repeat(201) })).toEqual(['company too_long']);
	expect(await faults({ subject: { toString: 'x' } })).toEqual(['subject not_text']);
	expect(await allRequests(ctx)).toEqual([]);
});

inRollback('[core 13] markup is stored as the text that it is', async (ctx) => {
	const { token } = await aSource(ctx);
	const subject = '<script>alert(1)</script>';
	await captureInquiry(ctx, posted(token, { ...ADA, subject, message: '{{ 7*7 }} <b>hi</b>' }));
	const [request] = await allRequests(ctx);
	expect(request).toMatchObject({ requestFor: subject, description: '{{ 7*7 }} <b>hi</b>' });
});

inRollback('[core 4.14] two sources never share a token', async (ctx) => {
	const [one, other] = [await aSource(ctx), await aSource(ctx, 'Exhibition')];
	expect(one.token).toMatch(/^[A-Za-z0-9_-]{22}$/);
	expect(one.token).not.toBe(other.token);
	const copied = ctx.db.transaction((tx) =>
		tx.update(leadSources).set({ token: one.token }).where(eq(leadSources.id, other.id))
	);
	await expect(copied).rejects.toThrow();
});

inRollback(
	'[T356] a source that an administrator adds has a token of its own, by which its form is heard',
	async (ctx) => {
		const office = await aSalesOffice(ctx, 'Sales Hamburg');
		const adam = await aColleague(ctx, 'Adam', 'administrator', office);
		const ann = await aColleague(ctx, 'Ann', 'manager', office);
		const fair = { list: 'lead_sources', departmentId: office.id, name: 'Trade fair' } as const;
		await expect(addEntry(ann, fair)).rejects.toThrow(Forbidden);
		const made = await addEntry(adam, fair);
		const other = await addEntry(adam, { ...fair, name: 'Website' });
		if (!made.ok || !other.ok) throw new Error('refused');
		const forms = await listSourceForms(adam, [made.value.id, other.value.id]);
		const tokens = forms.map(({ token }) => token);
		expect(new Set(tokens).size).toBe(2);
		const { token = '' } = forms.find(({ id }) => id === made.value.id) ?? {};
		expect(await captureInquiry(ctx, posted(token))).toMatchObject({ value: { isStored: true } });
		const [request] = await allRequests(ctx);
		expect(request).toMatchObject({ sourceId: made.value.id, departmentId: office.id });
		expect(await addEntry(adam, { ...fair, name: 'TRADE FAIR' })).toMatchObject({ ok: false });
	}
);

inRollback(
	'[C411] a stop phrase, a public domain and a banned name are there once, in whatever letters',
	async (ctx) => {
		const adam = await aColleague(ctx, 'Adam', 'administrator');
		const taken = { ok: false, error: 'name_taken' };
		for (const add of [addStopPhrase, addBannedName]) {
			expect(await add(adam, { phrase: 'Free Casino' })).toMatchObject({ ok: true });
			expect(await add(adam, { phrase: 'fREE cASINO' })).toEqual(taken);
		}
		const typed = AddMailDomain.parse({ phrase: ' somebody@Posteo.Example ' });
		expect(await addMailDomain(adam, typed)).toEqual({
			...{ ok: true, value: { domain: 'posteo.example' } }
		});
		expect(await addMailDomain(adam, AddMailDomain.parse({ phrase: 'POSTEO.example' }))).toEqual(
			taken
		);
		expect((await listMailDomains(adam)).map(({ id }) => id)).toContain('posteo.example');
		// The table itself takes no other letters.
		const shouted = ctx.db.transaction((tx) =>
			tx.insert(publicMailDomains).values({ domain: 'Loud.example' })
		);
		await expect(shouted).rejects.toThrow();
	}
);

describe('many posts', async () => {
	const { db } = await testDatabase();
	const ctx = systemCtx(db);

	test('the same text under the same nonce is one request, also at once; another text is another', async () => {
		const { token } = await aSource(ctx);
		const same = posted(token, ADA, { nonce: 'n1', address: '203.0.113.9' });
		await Promise.all([captureInquiry(ctx, same), captureInquiry(ctx, same)]);
		expect(await allRequests(ctx)).toHaveLength(1);
		await captureInquiry(ctx, { ...same, fields: { ...ADA, message: 'Three aisles.' } });
		expect(await allRequests(ctx)).toHaveLength(2);
	});

	test('a flood from one address is turned away and others are heard', async () => {
		const { token } = await aSource(ctx);
		const flood = posted(token, ADA, { by: 'form', address: '203.0.113.66', isTrapped: true });
		for (let n = 0; n < 10; n++) await captureInquiry(ctx, flood);
		await expect(captureInquiry(ctx, flood)).rejects.toThrow(TooMany);
		expect(await captureInquiry(ctx, { ...flood, address: '203.0.113.67' })).toMatchObject({
			ok: true
		});
	});
});

inRollback(
	'[C105, T97, T112] a city of another spelling is the one of the catalogue; one that is not there stays as it was written, and is not put there',
	async (ctx) => {
		const { token } = await aSource(ctx);
		await addCity(ctx, { country: 'UA', name: 'Kyiv', alternatives: 'Kiev' });
		await captureInquiry(ctx, posted(token, { ...ADA, country: 'Ukraine', city: 'KIEV,' }));
		await captureInquiry(ctx, posted(token, { ...ADA, country: 'Ukraine', city: 'Vinnytsia' }));
		const stored = await ctx.db.select().from(requests).orderBy(requests.number);
		expect(stored.map(({ city }) => city)).toEqual(['Kyiv', 'Vinnytsia']);
		expect(await ctx.db.$count(cities)).toBe(1);
	}
);
