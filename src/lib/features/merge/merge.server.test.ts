import { and, eq, getTableColumns, inArray, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { expect, test } from 'vitest';
import {
	restoreCompany,
	saveCompany,
	trashCompany
} from '#lib/features/companies/commands.server.ts';
import { saveContact } from '#lib/features/contacts/commands.server.ts';
import { convertLead } from '#lib/features/leads/commands.server.ts';
import { kinds } from '#lib/registry.server.ts';
import type { RecordValues } from '#lib/records/values.ts';
import type { Ctx } from '#lib/server/context.ts';
import {
	attachments,
	blobs,
	changes,
	comments,
	companies,
	companyEmails,
	companyTags,
	contacts,
	deals,
	industries,
	leadConversions,
	merges,
	pictures,
	reminders,
	requests,
	tags
} from '#lib/server/db/tables/index.ts';
import * as tables from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import { findSubject } from '#lib/server/records/subject.ts';
import { newId } from '#lib/shared/ids.ts';
import { inRollback, systemCtx, testDatabase } from '#tests/support/database.ts';
import { aDeal } from '#tests/support/deals.ts';
import { addresses, aLead, numbers } from '#tests/support/leads.ts';
import { aCompany, aContact, actsOf, aFrontDesk, aRequest } from '#tests/support/requests.ts';
import { mergeRecords, undoMerge } from './commands.server.ts';
import { leadsTo, mergesInto, previewMerge } from './queries.server.ts';
import { relationsOf } from './queries/relations.server.ts';
import { patchOf } from './queries/patch.server.ts';
import { type MergeableKind, type Pick, pickName } from './schema.ts';

/** Merges as a person does who has seen the preview. */
async function merged(
	ctx: Ctx,
	kind: MergeableKind,
	[id, other]: readonly [string, string],
	picks: Readonly<Record<string, Pick>> = {}
) {
	const kept = await findSubject(ctx, kinds, { kind, recordId: id });
	const gone = await findSubject(ctx, kinds, { kind, recordId: other });
	const { mark } = await patchOf(ctx, { kept, gone }, picks);
	const inputs = Object.entries(picks).map(([field, pick]) => [pickName(field), pick]);
	return mergeRecords(ctx, kinds, kind, {
		...{ id, with: other, keep: 'this', patch: mark },
		...Object.fromEntries(inputs)
	});
}

async function done(...[ctx, kind, pair, picks]: Parameters<typeof merged>) {
	const answer = await merged(ctx, kind, pair, picks);
	if (!answer.ok) throw new Error(JSON.stringify(answer));
	return answer.value.mergeId;
}

/** Every row of every table that is about these two or what hangs on them, without what only counts changes. */
async function everything({ db }: Ctx, ids: readonly string[]) {
	const found: Record<string, unknown> = {};
	const held = [companies, contacts, deals, requests, leadConversions, tables.leads] as const;
	for (const table of held) {
		const rows = await db.select().from(table).orderBy(table.id);
		found[nameOf(table)] = rows.map((row) =>
			Object.fromEntries(Object.entries(row).filter(([name]) => !COUNTING.has(name)))
		);
	}
	const members = { companyEmails, companyPhones: tables.companyPhones, companyTags };
	const more = { companyIndustries: tables.companyIndustries, contactEmails: tables.contactEmails };
	for (const [name, table] of Object.entries({ ...members, ...more })) {
		found[name] = await db
			.select()
			.from(table as PgTable)
			.orderBy(sql`1, 2`);
	}
	for (const [name, table] of Object.entries({ attachments, comments, pictures, reminders })) {
		const { recordId } = getTableColumns(table);
		found[name] = await db
			.select()
			.from(table as PgTable)
			.where(inArray(recordId, [...ids]))
			.orderBy(sql`1, 2`);
	}
	return found;
}

const COUNTING: ReadonlySet<string> = new Set(['rev', 'updatedAt', 'modifiedBy']);

const nameOf = (table: PgTable) =>
	Object.entries(tables).find(([, own]) => own === table)?.[0] ?? '';

/** What the database minds only when a transaction ends holds already. */
async function soundNow({ db }: Ctx) {
	await db.execute(sql`set constraints all immediate`);
	await db.execute(sql`set constraints all deferred`);
}

async function aBlob({ db }: Ctx, name: string) {
	const sha256 = name.repeat(64).slice(0, 64);
	await db.insert(blobs).values({ sha256, sizeBytes: 3, type: 'text/plain' });
	return sha256;
}

async function aFile({ db, actor }: Ctx, kind: string, recordId: string, blob: string) {
	const id = newId();
	await db
		.insert(attachments)
		.values({ id, kind, recordId, blob, name: 'offer.pdf', uploadedBy: actor.id });
	return id;
}

async function aComment({ db, actor }: Ctx, kind: string, recordId: string) {
	const id = newId();
	await db.insert(comments).values({ id, kind, recordId, authorId: actor.id, body: 'Called him' });
	return id;
}

async function aReminder({ db, actor, now }: Ctx, kind: string, recordId: string) {
	const id = newId();
	const due = { dueAt: now, subject: 'Call', sendMail: false };
	await db.insert(reminders).values({ id, userId: actor.id, kind, recordId, ...due });
	return id;
}

const WHOLE: RecordValues = {
	alternativeNames: 'NL',
	website: 'https://nord.example',
	phones: numbers('+49 40 1234567'),
	emails: addresses('office@nord.example', 'info@nord.example'),
	place: { country: 'DE', city: 'Kiel' },
	notes: {
		type: 'doc',
		content: [{ type: 'paragraph', content: [{ type: 'text', text: 'Pays late' }] }]
	}
};

inRollback(
	'[T316] merging companies moves contacts, deals, requests, files, comments, reminders and leads, fills what is empty and unites the rest; undone, every row is as it was [core 5.17]',
	async (ctx) => {
		const { office, ann, bob } = await aFrontDesk(ctx);
		const [fair, old] = [newId(), newId()];
		await ctx.db.insert(tags).values([
			{ id: fair, departmentId: office.id, name: 'Fair' },
			{ id: old, departmentId: office.id, name: 'Old' }
		]);
		const steel = newId();
		await ctx.db.insert(industries).values({ id: steel, departmentId: office.id, name: 'Steel' });
		const kept = await aCompany(ann, 'Nordlicht GmbH', {
			...{ emails: addresses('office@nord.example'), tags: [old] }
		});
		const gone = await aCompany(ann, 'Nordlicht', { ...WHOLE, tags: [fair], industries: [steel] });
		const person = await aContact(ann, 'Anna Maier', gone);
		const deal = await aDeal(ann, { companyId: gone, contactId: person });
		const request = await aRequest(bob, {}, { companyId: gone, contactId: person });
		const blob = await aBlob(ctx, 'a');
		const file = await aFile(ann, 'company', gone, blob);
		// The same file under the same name is there already.
		await aFile(ann, 'company', kept, await aBlob(ctx, 'b'));
		const twin = await aFile(ann, 'company', gone, 'b'.repeat(64));
		const comment = await aComment(bob, 'company', gone);
		const reminder = await aReminder(bob, 'company', gone);
		await ctx.db.insert(pictures).values({ kind: 'company', recordId: gone, blob });
		const lead = await aLead(ann, { companyName: 'Nordlicht' });
		await convertLead(ann, kinds, { id: lead, company: gone, contact: 'new' });
		const ids = [kept, gone, person];
		const before = await everything(ctx, ids);

		const mergeId = await done(ann, 'company', [kept, gone]);
		await soundNow(ctx);
		const [row] = await ctx.db.select().from(companies).where(eq(companies.id, kept));
		expect(row).toMatchObject({
			...{ name: 'Nordlicht GmbH', alternativeNames: 'Nordlicht, NL', city: 'Kiel' },
			...{ website: 'https://nord.example', notesText: 'Pays late' }
		});
		const mails = await ctx.db
			.select()
			.from(companyEmails)
			.where(eq(companyEmails.companyId, kept));
		expect(mails.map(({ address }) => address).sort()).toEqual([
			'info@nord.example',
			'office@nord.example'
		]);
		const tagged = await ctx.db.select().from(companyTags).where(eq(companyTags.companyId, kept));
		expect(tagged.map(({ tagId }) => tagId).sort()).toEqual([fair, old].sort());
		const [movedPerson] = await ctx.db.select().from(contacts).where(eq(contacts.id, person));
		expect(movedPerson?.companyId).toBe(kept);
		expect(await ctx.db.$count(contacts, eq(contacts.companyId, kept))).toBe(2);
		const [movedDeal] = await ctx.db.select().from(deals).where(eq(deals.id, deal));
		expect(movedDeal).toMatchObject({ companyId: kept, contactId: person });
		const [movedRequest] = await ctx.db.select().from(requests).where(eq(requests.id, request));
		expect(movedRequest).toMatchObject({ companyId: kept, contactId: person });
		const files = await ctx.db.select().from(attachments).where(eq(attachments.recordId, kept));
		expect(files.map(({ id }) => id)).toContain(file);
		expect(files.map(({ id }) => id)).not.toContain(twin);
		const at = (table: typeof comments | typeof reminders, id: string) =>
			ctx.db.$count(table, and(eq(table.id, id), eq(table.recordId, kept)));
		expect([await at(comments, comment), await at(reminders, reminder)]).toEqual([1, 1]);
		expect(await ctx.db.$count(pictures, eq(pictures.recordId, kept))).toBe(1);
		const [conversion] = await ctx.db.select().from(leadConversions);
		expect(conversion?.companyId).toBe(kept);
		// The one that went is in the trash, whole, and says where it went.
		const [away] = await ctx.db.select().from(companies).where(eq(companies.id, gone));
		expect(away).toMatchObject({ name: 'Nordlicht', city: 'Kiel' });
		expect(away?.deletedAt).not.toBeNull();
		expect(await actsOf(ctx, kept)).toEqual(['comment.moved', 'file.moved', 'company.merged']);
		expect(await actsOf(ctx, gone)).toEqual(['company.merged_away']);

		const undone = await undoMerge(ann, kinds, 'company', { id: kept, mergeId });
		expect(undone).toEqual({ ok: true, value: { id: kept, goneId: gone, stayed: 0 } });
		await soundNow(ctx);
		expect(await everything(ctx, ids)).toEqual(before);
		const again = await undoMerge(ann, kinds, 'company', { id: kept, mergeId });
		expect(again).toEqual({ ok: false, error: 'not_merged' });
	}
);

inRollback(
	'[T317] merging contacts moves deals, requests and conversions to the one who is kept and his company, whose phone stays; undone, every row is as it was',
	async (ctx) => {
		const { ann } = await aFrontDesk(ctx);
		const [nord, north] = [await aCompany(ann, 'Nord'), await aCompany(ann, 'North')];
		const kept = await aContact(ann, 'Anna Maier', nord, { phones: numbers('+49 40 1234567') });
		const gone = await aContact(ann, 'Anna Mayer', north, {
			...{ phones: numbers('+49 40 7654321'), emails: addresses('anna@north.example') }
		});
		const deal = await aDeal(ann, { companyId: north, contactId: gone });
		const request = await aRequest(ann, {}, { companyId: north, contactId: gone });
		const lead = await aLead(ann, { companyName: 'North' });
		await convertLead(ann, kinds, { id: lead, company: north, contact: gone });
		const before = await everything(ctx, [kept, gone]);
		const mergeId = await done(ann, 'contact', [kept, gone]);
		await soundNow(ctx);
		const values = (await findSubject(ann, kinds, { kind: 'contact', recordId: kept })).values;
		expect(values).toMatchObject({ lastName: 'Maier', company: nord });
		expect(Object.values(values['phones'] ?? {})).toHaveLength(2);
		const there = { companyId: nord, contactId: kept };
		expect((await ctx.db.select().from(deals).where(eq(deals.id, deal)))[0]).toMatchObject(there);
		expect((await ctx.db.select().from(requests).where(eq(requests.id, request)))[0]).toMatchObject(
			there
		);
		expect((await ctx.db.select().from(leadConversions))[0]?.contactId).toBe(kept);
		await undoMerge(ann, kinds, 'contact', { id: kept, mergeId });
		await soundNow(ctx);
		expect(await everything(ctx, [kept, gone])).toEqual(before);
	}
);

inRollback(
	'the contact who is kept goes to the other one’s company when that is chosen',
	async (ctx) => {
		const { ann } = await aFrontDesk(ctx);
		const [nord, north] = [await aCompany(ann, 'Nord'), await aCompany(ann, 'North')];
		const kept = await aContact(ann, 'Anna Maier', nord);
		const gone = await aContact(ann, 'Anna Mayer', north);
		const request = await aRequest(ann, {}, { companyId: north, contactId: gone });
		const before = await everything(ctx, [kept, gone]);
		const mergeId = await done(ann, 'contact', [kept, gone], { company: 'gone', lastName: 'gone' });
		await soundNow(ctx);
		const [row] = await ctx.db.select().from(contacts).where(eq(contacts.id, kept));
		expect(row).toMatchObject({ companyId: north, lastName: 'Mayer' });
		const [asked] = await ctx.db.select().from(requests).where(eq(requests.id, request));
		expect(asked).toMatchObject({ companyId: north, contactId: kept });
		await undoMerge(ann, kinds, 'contact', { id: kept, mergeId });
		await soundNow(ctx);
		expect(await everything(ctx, [kept, gone])).toEqual(before);
	}
);

inRollback('leads are merged with what hangs on them, and apart again', async (ctx) => {
	const { ann } = await aFrontDesk(ctx);
	const kept = await aLead(ann, { companyName: 'Nord' });
	const gone = await aLead(ann, { title: 'Buyer', companyName: 'North' });
	const deal = await aDeal(ann, { leadId: gone });
	const before = await everything(ctx, [kept, gone]);
	const mergeId = await done(ann, 'lead', [kept, gone]);
	const [moved] = await ctx.db.select().from(deals).where(eq(deals.id, deal));
	expect(moved?.leadId).toBe(kept);
	await undoMerge(ann, kinds, 'lead', { id: kept, mergeId });
	expect(await everything(ctx, [kept, gone])).toEqual(before);
});

inRollback(
	'a record is not merged with itself, nor by another patch than the one that was shown',
	async (ctx) => {
		const { ann } = await aFrontDesk(ctx);
		const [kept, gone] = [await aCompany(ann, 'Nord'), await aCompany(ann, 'North')];
		const itself = { id: kept, with: kept, keep: 'this', patch: '' } as const;
		expect(await mergeRecords(ann, kinds, 'company', itself)).toEqual({
			ok: false,
			error: 'same_record'
		});
		const subjects = {
			kept: await findSubject(ann, kinds, { kind: 'company', recordId: kept }),
			gone: await findSubject(ann, kinds, { kind: 'company', recordId: gone })
		};
		const { mark } = await patchOf(ann, subjects, {});
		const seen = { id: kept, with: gone, keep: 'this', patch: mark } as const;
		const changed = { ok: false, error: 'patch_changed' };
		expect(await mergeRecords(ann, kinds, 'company', { ...seen, 'pick.name': 'gone' })).toEqual(
			changed
		);
		expect(await mergeRecords(ann, kinds, 'company', { ...seen, keep: 'other' })).toEqual(changed);
		await saveCompany(ann, gone, [{ field: 'website', set: 'north.example' }]);
		expect(await mergeRecords(ann, kinds, 'company', seen)).toEqual(changed);
		expect(await ctx.db.$count(merges)).toBe(0);
	}
);

inRollback(
	'[core 5.17] whoever merges may change both and delete the one that goes',
	async (ctx) => {
		const { ann, bob, tina } = await aFrontDesk(ctx);
		const [mine, other] = [await aCompany(ann, 'Nord'), await aCompany(ann, 'Nord Two')];
		const foreign = await aCompany(tina, 'North');
		const bobs = await aCompany(bob, 'Norden');
		await expect(done(ann, 'company', [mine, foreign])).rejects.toThrow(NotFound);
		await expect(done(ann, 'company', [mine, bobs])).rejects.toThrow(Forbidden);
		await expect(done(ann, 'company', [bobs, mine])).rejects.toThrow(Forbidden);
		await expect(done(tina, 'company', [mine, other])).rejects.toThrow(NotFound);
		const pair = { id: bobs, with: bobs, keep: 'this', patch: '' } as const;
		await expect(mergeRecords(ann, kinds, 'company', pair)).rejects.toThrow(Forbidden);
		const mergeId = await done(ann, 'company', [mine, other]);
		await expect(undoMerge(bob, kinds, 'company', { id: mine, mergeId })).rejects.toThrow(
			Forbidden
		);
		await expect(undoMerge(tina, kinds, 'company', { id: mine, mergeId })).rejects.toThrow(
			NotFound
		);
	}
);

inRollback(
	'a merge is taken back within thirty days, and what others changed since is left to them',
	async (ctx) => {
		const { ann } = await aFrontDesk(ctx);
		const kept = await aCompany(ann, 'Nord');
		const gone = await aCompany(ann, 'North', WHOLE);
		const deal = await aDeal(ann, { companyId: gone });
		const mergeId = await done(ann, 'company', [kept, gone]);
		await saveCompany(ann, kept, [{ field: 'website', set: 'https://new.example' }]);
		const later = { ...ann, now: new Date(ann.now.getTime() + 30 * 86_400_000) };
		const late = await undoMerge(later, kinds, 'company', { id: kept, mergeId });
		expect(late).toEqual({ ok: false, error: 'too_late' });
		const inTime = { ...ann, now: new Date(ann.now.getTime() + 30 * 86_400_000 - 1) };
		const undone = await undoMerge(inTime, kinds, 'company', { id: kept, mergeId });
		expect(undone).toMatchObject({ ok: true, value: { stayed: 1 } });
		const [row] = await ctx.db.select().from(companies).where(eq(companies.id, kept));
		expect(row).toMatchObject({ website: 'https://new.example', city: null, notesText: null });
		expect((await ctx.db.select().from(deals).where(eq(deals.id, deal)))[0]?.companyId).toBe(gone);
	}
);

inRollback('of two merges after one another the later one is taken back first', async (ctx) => {
	const { ann } = await aFrontDesk(ctx);
	const [one, two, three] = [
		await aCompany(ann, 'A'),
		await aCompany(ann, 'B'),
		await aCompany(ann, 'C')
	];
	const first = await done(ann, 'company', [two, one]);
	const second = await done(ann, 'company', [three, two]);
	await expect(undoMerge(ann, kinds, 'company', { id: two, mergeId: first })).rejects.toThrow(
		NotFound
	);
	expect((await undoMerge(ann, kinds, 'company', { id: three, mergeId: second })).ok).toBe(true);
	expect((await undoMerge(ann, kinds, 'company', { id: two, mergeId: first })).ok).toBe(true);
});

inRollback(
	'the page of the one that went leads to the one that is left, for whoever may see that; it is not taken out of the trash past the merge',
	async (ctx) => {
		const { ann, tina } = await aFrontDesk(ctx);
		const [one, two, three] = [
			await aCompany(ann, 'A'),
			await aCompany(ann, 'B'),
			await aCompany(ann, 'C')
		];
		await done(ann, 'company', [two, one]);
		const second = await done(ann, 'company', [three, two]);
		expect(await leadsTo(ann, kinds, 'company', one)).toBe(three);
		expect(await leadsTo(tina, kinds, 'company', one)).toBeNull();
		expect(await leadsTo(ann, kinds, 'company', three)).toBeNull();
		const refused = { ok: false, error: 'merged_away' };
		expect(await restoreCompany(ann, { id: two })).toEqual(refused);
		expect(await mergesInto(ann, kinds, 'company', three)).toMatchObject([
			{ id: second, goneId: two, name: 'B', by: 'Ann', mayUndo: true }
		]);
		const page = await previewMerge(ann, kinds, 'company', { id: three, with: two }).catch(
			(thrown: unknown) => thrown
		);
		expect(page).toBeInstanceOf(NotFound);
	}
);

inRollback('the preview says what moves and which values are meant, by name', async (ctx) => {
	const { ann, bob } = await aFrontDesk(ctx);
	const [kept, gone] = [await aCompany(ann, 'Nord'), await aCompany(ann, 'North', WHOLE)];
	const person = await aContact(ann, 'Anna Maier', gone);
	await aDeal(ann, { companyId: gone, contactId: person });
	await aComment(bob, 'company', gone);
	const preview = await previewMerge(ann, kinds, 'company', { id: kept, with: gone });
	expect(preview?.hanging).toEqual([
		{ what: 'contact', count: 1 },
		{ what: 'deal', count: 1 },
		{ what: 'comment', count: 1 }
	]);
	expect(preview).toMatchObject({
		mayMerge: true,
		kept: { title: 'Nord' },
		gone: { title: 'North' }
	});
	const turned = await previewMerge(ann, kinds, 'company', { id: kept, with: gone, keep: 'other' });
	expect(turned).toMatchObject({ kept: { title: 'North' }, gone: { title: 'Nord' }, hanging: [] });
	expect(await previewMerge(bob, kinds, 'company', { id: kept, with: gone })).toMatchObject({
		mayMerge: false
	});
	expect(await previewMerge(ann, kinds, 'company', { id: kept, with: kept })).toBeNull();
});

inRollback('everything that a merge changes is one batch of the history', async (ctx) => {
	const { ann } = await aFrontDesk(ctx);
	const kept = await aCompany(ann, 'Nord');
	const gone = await aCompany(ann, 'North', { website: 'https://north.example' });
	const person = await aContact(ann, 'Anna Maier', gone);
	const mergeId = await done(ann, 'company', [kept, gone]);
	const rows = await ctx.db.select().from(changes).where(eq(changes.batchId, mergeId));
	const told = rows.map(({ recordId, field, act }) => [recordId, field ?? act]);
	expect(told).toEqual(
		expect.arrayContaining([
			[kept, 'website'],
			[kept, 'alternativeNames'],
			[person, 'company'],
			[kept, 'company.merged']
		])
	);
	expect(new Set(rows.map(({ actorId }) => actorId))).toEqual(new Set([ann.actor.id]));
	await saveContact(ann, person, [{ field: 'title', set: 'Buyer' }]);
	await expect(trashCompany(ann, { id: gone })).rejects.toThrow(NotFound);
});

test('[core 5.17] every foreign key to a kind that can be merged moves, or is named with the reason why it stays', async () => {
	const { db } = await testDatabase();
	const known = relationsOf(kinds);
	const keys = await db.execute<{ table: string; column: string; target: string }>(sql`
		select child.relname as "table", a.attname as "column", parent.relname as target
		from pg_constraint c
		join pg_class child on child.oid = c.conrelid
		join pg_class parent on parent.oid = c.confrelid
		join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
		where c.contype = 'f' and parent.relname in ('companies', 'contacts', 'leads')`);
	const beside = await db.execute<{ table: string; column: string }>(sql`
		select table_name as "table", column_name as "column" from information_schema.columns
		where table_schema = 'public' and column_name = 'record_id'`);
	const found = new Set([...keys, ...beside].map(({ table, column }) => `${table}.${column}`));
	expect(keys.length).toBeGreaterThan(15);
	expect([...found].filter((key) => !known.has(key)).sort()).toEqual([]);
	// And nothing is named that is not there any more.
	expect([...known.keys()].filter((key) => !found.has(key)).sort()).toEqual([]);
	expect(systemCtx(db).actor.type).toBe('system');
});
