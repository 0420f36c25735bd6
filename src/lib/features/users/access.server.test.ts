import { expect, test } from 'vitest';
import { createLead } from '#lib/features/leads/commands.server.ts';
import { search } from '#lib/features/search/queries.server.ts';
import { createTag, removeEntry, renameEntry } from '#lib/features/settings/commands.server.ts';
import { kinds } from '#lib/registry.server.ts';
import type { Ctx } from '#lib/server/context.ts';
import { Forbidden } from '#lib/server/errors.ts';
import { loadRecord } from '#lib/server/records/load.ts';
import type { KindName } from '#lib/shared/kinds.ts';
import { systemCtx, testDatabase } from '#tests/support/database.ts';
import { aColleague, aDeal } from '#tests/support/deals.ts';
import { aCompany, aContact, aFrontDesk, aRequest } from '#tests/support/requests.ts';

const { db } = await testDatabase();
const ctx = systemCtx(db);
const { office, malmo, ann, bob, olga, tina } = await aFrontDesk(ctx);
const chief = await aColleague(ctx, 'Carl', 'chief');
const adam = await aColleague(ctx, 'Adam', 'administrator');
const inBoth = await aColleague(ctx, 'Otto', 'operator', office);
const otto = { ...inBoth, actor: { ...inBoth.actor, departmentIds: [office.id, malmo.id] } };

/** One record of each kind, this person's own. */
async function recordsOf(by: Ctx): Promise<readonly (readonly [KindName, string])[]> {
	const company = await aCompany(by, `Company of ${by.actor.name}`);
	const lead = await createLead(by, { name: `Lead of ${by.actor.name}`, values: {} });
	if (!lead.ok) throw new Error('refused');
	return [
		['company', company],
		['contact', await aContact(by, `Contact of ${by.actor.name}`, company)],
		['lead', lead.value.id],
		['deal', await aDeal(by, { name: `Deal of ${by.actor.name}` })],
		['request', await aRequest(by)]
	];
}
const ofAnn = await recordsOf(ann);
const ofTina = await recordsOf(tina);

/** What somebody may do with a record: null when it is not there for him. */
async function accessOf(by: Ctx, [kind, id]: readonly [KindName, string]) {
	const serverKind = kinds.find((one) => one.kind.name === kind);
	if (!serverKind) throw new Error(kind);
	const found = await loadRecord(by, serverKind, id);
	if (!found) return null;
	const { row, values } = found;
	return {
		writes: serverKind.writable(by.actor, row, values),
		deletes: serverKind.mayDelete(by.actor, row, values)
	};
}

const READS_ONLY = { writes: 'none', deletes: false };
const EVERYTHING = { writes: 'all', deletes: true };

test('a manager reads what a colleague of his department has, and changes and deletes none of it [C12]', async () => {
	for (const record of ofAnn) expect(await accessOf(bob, record), record[0]).toEqual(READS_ONLY);
	for (const record of ofTina) expect(await accessOf(bob, record), record[0]).toBeNull();
});

test('an operator changes and deletes everything of his department [C14]', async () => {
	for (const record of ofAnn) expect(await accessOf(olga, record), record[0]).toEqual(EVERYTHING);
	for (const record of ofTina) expect(await accessOf(olga, record), record[0]).toBeNull();
});

test('an operator of two departments is one of each, and has no part in a third [C16, C17]', async () => {
	for (const record of [...ofAnn, ...ofTina]) {
		expect(await accessOf(otto, record), record[0]).toEqual(EVERYTHING);
	}
	const elsewhere = { ...otto, actor: { ...otto.actor, departmentIds: [] } };
	for (const record of ofAnn) expect(await accessOf(elsewhere, record), record[0]).toBeNull();
});

test('a chief sets five things of a deal, and of everything else he reads [C19, C20]', async () => {
	for (const record of [...ofAnn, ...ofTina]) {
		const access = await accessOf(chief, record);
		if (record[0] !== 'deal') expect(access, record[0]).toEqual(READS_ONLY);
		else
			expect(access).toEqual({
				writes: new Set(['important', 'nextStep', 'nextStepOn', 'coOwners']),
				deletes: false
			});
	}
});

test('members of its department rename a tag, saving it unchanged is fine, and only an administrator removes it [C26]', async () => {
	const made = await createTag(ann, { departmentId: office.id, name: 'Fair' });
	if (!made.ok) throw new Error('refused');
	const entry = { list: 'tags', entryId: made.value.id } as const;
	expect(await renameEntry(bob, { ...entry, name: 'Fair' })).toMatchObject({ ok: true });
	expect(await renameEntry(bob, { ...entry, name: 'Trade fair' })).toMatchObject({ ok: true });
	await expect(renameEntry(tina, { ...entry, name: 'Mine' })).rejects.toThrow();
	await expect(removeEntry(bob, entry)).rejects.toThrow(Forbidden);
	expect(await removeEntry(adam, entry)).toMatchObject({ ok: true });
});

test('a number leads to a record only for whoever may open it [B29]', async () => {
	const [, id] = ofTina[0] ?? ['company', ''];
	const serverKind = kinds.find(({ kind }) => kind.name === 'company');
	const found = serverKind && (await loadRecord(tina, serverKind, id));
	const asked = { q: `ID ${String(found?.row.number)}` };
	const idsFor = async (by: Ctx) => JSON.stringify(await search(by, kinds, asked.q));
	expect(await idsFor(tina)).toContain(id);
	expect(await idsFor(adam)).toContain(id);
	expect(await idsFor(bob)).not.toContain(id);
});
