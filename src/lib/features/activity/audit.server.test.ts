import { eq, sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { saveDeal, trashDeal } from '#lib/features/deals/commands.server.ts';
import { kinds } from '#lib/registry.server.ts';
import type { Ctx } from '#lib/server/context.ts';
import { changes, deals } from '#lib/server/db/tables/index.ts';
import { Forbidden } from '#lib/server/errors.ts';
import { eraseHistory } from '#lib/server/records/erase.ts';
import { newId, newIds } from '#lib/shared/ids.ts';
import { inRollback } from '#tests/support/database.ts';
import { aColleague, aDeal, aSalesOffice } from '#tests/support/deals.ts';
import { addressOfObject } from './model.ts';
import { auditLines, listAudit } from './queries.server.ts';
import { AuditQuery } from './schema.ts';

async function begin(ctx: Ctx) {
	const office = await aSalesOffice(ctx, 'Hamburg');
	const ann = await aColleague(ctx, 'Ann', 'manager', office);
	const adam = await aColleague(ctx, 'Adam', 'administrator');
	// Ids of one moment stand in no order; people take longer.
	const deal = await aDeal(daysAgo(ann, 3), { name: 'Harbour cranes' });
	const edit = { field: 'nextStep', set: 'Call "Äpfel & Söhne"' };
	await saveDeal(daysAgo(ann, 2), deal, [edit]);
	return { ann, adam, deal, office };
}

const daysAgo = (by: Ctx, days: number): Ctx => ({
	...by,
	now: new Date(by.now.getTime() - days * 86_400_000)
});

const ask = (by: Ctx, asked: Record<string, string>) =>
	listAudit(by, kinds, AuditQuery.parse(asked));
const actsFor = async (by: Ctx, asked: Record<string, string>) =>
	(await ask(by, asked)).entries.map(({ act, field }) => field ?? act);

describe('the audit', () => {
	inRollback(
		'tells administrators who did what, with old and new value, and nobody else',
		async (ctx) => {
			const { ann, adam, deal, office } = await begin(ctx);
			const { entries, titles, names } = await ask(adam, {});
			expect(entries[0]).toMatchObject({
				...{ actor: { name: 'Ann' }, kind: 'deal', recordId: deal, act: 'edit', field: 'nextStep' },
				...{ old: expect.any(String), new: 'Call "Äpfel & Söhne"' }
			});
			expect(titles[`deal/${deal}`]).toBe('Harbour cranes');
			// The record began with ids; they are told by the names of what they stand for.
			expect(names).toMatchObject({ [ann.actor.id]: 'Ann', [office.id]: 'Hamburg' });
			for (const role of ['manager', 'chief', 'operator', 'accountant'] as const) {
				const other = await aColleague(ctx, role, role);
				await expect(ask(other, {}), role).rejects.toThrow(Forbidden);
				await expect(auditLines(other, kinds, AuditQuery.parse({})).next()).rejects.toThrow(
					Forbidden
				);
			}
			await expect(ask(ann, {})).rejects.toThrow(Forbidden);
		}
	);

	inRollback(
		'[T384, T385, T386] finds an entry by its id and an object by its id or number, in any case',
		async (ctx) => {
			const { adam, deal } = await begin(ctx);
			const [row] = await ctx.db.select().from(deals).where(eq(deals.id, deal));
			const [entry] = (await ask(adam, {})).entries;
			for (const id of ['ID', 'id', 'Id ']) {
				const one = await ask(adam, { q: `${id} ${entry?.id.toUpperCase()}` });
				expect(one.entries.map((found) => found.id)).toEqual([entry?.id]);
				expect(await actsFor(adam, { q: `${id} ${deal}` })).toEqual(['nextStep', 'create']);
				expect(await actsFor(adam, { q: `${id} ${row?.number}` })).toEqual(['nextStep', 'create']);
			}
		}
	);

	inRollback(
		'[T387, T389] finds a text in what was written, quotes and umlauts included, or nothing',
		async (ctx) => {
			const { adam } = await begin(ctx);
			expect(await actsFor(adam, { q: '"äpfel & SÖHNE"' })).toEqual(['nextStep']);
			expect(await actsFor(adam, { q: 'harbour' })).toEqual(['create']);
			expect(await actsFor(adam, { q: 'nothing of the kind' })).toEqual([]);
			expect(await actsFor(adam, { q: 'ID 99999999' })).toEqual([]);
			expect(await actsFor(adam, { q: '%' })).toEqual([]);
		}
	);

	inRollback('is filtered by person, kind, act and day in the reader’s zone', async (ctx) => {
		const { ann, adam, deal } = await begin(ctx);
		const at = new Date('2026-03-29T22:30:00Z'); // in Berlin it is the 30th already
		await ctx.db.insert(changes).values({
			...{ id: newId(at.getTime()), kind: 'role', recordId: newId(), rev: 0, at },
			...{ actorId: adam.actor.id, source: 'form', act: 'grant' }
		});
		await trashDeal(ann, { dealId: deal });
		expect(await actsFor(adam, { actor: adam.actor.id })).toEqual(['grant']);
		expect(await actsFor(adam, { kind: 'deal', act: 'trash' })).toEqual(['trash']);
		expect(await actsFor(adam, { from: '2026-03-30', to: '2026-03-30' })).toEqual(['grant']);
		expect(await actsFor(adam, { from: '2026-03-29', to: '2026-03-29' })).toEqual([]);
		expect(await actsFor(adam, { actor: 'nonsense', from: '31.3.', before: 'x' })).toHaveLength(4);
	});

	inRollback(
		'goes on page by page to its end, also through what has to be looked through',
		async (ctx) => {
			const { ann, adam, deal } = await begin(ctx);
			const at = daysAgo(ctx, 1).now;
			const ids = newIds(20_500, at.getTime());
			for (let from = 0; from < ids.length; from += 2500) {
				await ctx.db.insert(changes).values(
					ids.slice(from, from + 2500).map((id, index) => ({
						...{ id, kind: 'deal', recordId: deal, rev: 10, at, actorId: ann.actor.id },
						...{ source: 'form' as const, act: 'edit', field: 'nextStep', new: `${from + index}` }
					}))
				);
			}
			const rare = await ask(adam, { q: 'Harbour' });
			expect(rare).toMatchObject({ entries: [], lookedUntil: expect.any(Date) });
			const behind = await ask(adam, { q: 'Harbour', before: rare.before ?? '' });
			expect(behind.entries.map(({ act }) => act)).toEqual(['create']);
			expect(behind.before).toBeNull();
			let lines = 0;
			for await (const page of auditLines(adam, kinds, AuditQuery.parse({ kind: 'deal' }))) {
				lines += page.length;
			}
			expect(lines).toBe(20_502);
			expect(await actsFor(adam, { kind: 'installation' })).toEqual(['export_audit']);
		}
	);

	inRollback(
		'is only ever added to [core 9]: no row is changed, deleted or emptied away but by an erasure that says so',
		async (ctx) => {
			const { deal } = await begin(ctx);
			const attempts = [
				sql`update changes set act = 'forged' where record_id = ${deal}`,
				sql`delete from changes where record_id = ${deal}`,
				sql`truncate changes`
			];
			for (const attempt of attempts) {
				// In a savepoint, which the refusal rolls back.
				const tried = ctx.db.transaction((tx) => tx.execute(attempt));
				await expect(tried).rejects.toMatchObject({
					cause: { message: 'history is append-only' }
				});
			}
			const role = newId();
			await ctx.db.insert(changes).values({
				...{ id: newId(), kind: 'role', recordId: role, rev: 0, source: 'form', act: 'create' }
			});
			await eraseHistory(ctx, 'role', [role]);
			expect(await ctx.db.select().from(changes).where(eq(changes.recordId, role))).toEqual([]);
		}
	);
});

test('[T390, T391, T392] an entry leads to its object, and nowhere without kind or object', () => {
	const id = newId();
	expect(addressOfObject('deal', id)).toBe(`/deals/${id}`);
	expect(addressOfObject('role', id)).toBe(`/settings/roles/${id}`);
	expect(addressOfObject(null, id)).toBeNull();
	expect(addressOfObject('deal', null)).toBeNull();
	expect(addressOfObject('deal', '')).toBeNull();
	expect(addressOfObject('constructor', id)).toBeNull();
});
