import { eq } from 'drizzle-orm';
import { expect } from 'vitest';
import { dealRecords } from '#lib/features/deals/record.server.ts';
import type { Ctx } from '#lib/server/context.ts';
import { deals } from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import { inRollback } from '#tests/support/database.ts';
import { aColleague, aDeal, aSalesOffice } from '#tests/support/deals.ts';
import {
	changeView,
	chooseDefault,
	moveView,
	removeView,
	saveView,
	updateView
} from './commands.server.ts';
import { viewAddress } from './model.ts';
import { LISTINGS, listViews, placeInList } from './queries.server.ts';

async function save(ctx: Ctx, input: Partial<Parameters<typeof saveView>[1]> = {}) {
	const saved = await saveView(ctx, {
		...{ kind: 'deal', name: 'Late ones', query: 'step=late' },
		...{ shared: 'nobody', pinned: false },
		...input
	});
	if (!saved.ok) throw new Error(saved.error);
	return saved.value.id;
}

const names = async (ctx: Ctx) => (await listViews(ctx)).map(({ name }) => name);

inRollback('a view is seen by whom it is shared with, and changed by its owner', async (ctx) => {
	const [hamburg, malmo] = [await aSalesOffice(ctx, 'Hamburg'), await aSalesOffice(ctx, 'Malmö')];
	const ann = await aColleague(ctx, 'Ann', 'manager', hamburg);
	const bob = await aColleague(ctx, 'Bob', 'manager', hamburg);
	const tina = await aColleague(ctx, 'Tina', 'manager', malmo);
	const [own, ofUs, ofAll] = [
		await save(ann, { name: 'Mine' }),
		await save(ann, { name: 'Ours', shared: hamburg.id, pinned: true }),
		await save(ann, { name: 'Everybody’s', shared: 'team' })
	];
	expect(await names(ann)).toEqual(['Mine', 'Ours', 'Everybody’s']);
	expect(await names(bob)).toEqual(['Ours', 'Everybody’s']);
	expect(await names(tina)).toEqual(['Everybody’s']);
	expect((await listViews(bob))[0]).toMatchObject({ pinned: true, mayChange: false });

	await expect(removeView(bob, { viewId: own })).rejects.toThrow(NotFound);
	await expect(updateView(bob, { viewId: ofUs, query: 'q=x' })).rejects.toThrow(Forbidden);
	await expect(save(ann, { shared: malmo.id })).rejects.toThrow(NotFound);
	await changeView(ann, { viewId: ofAll, name: 'Late', shared: 'nobody', pinned: false });
	expect(await names(tina)).toEqual([]);
	await removeView(ann, { viewId: ofUs });
	expect(await names(bob)).toEqual([]);
});

inRollback('the address is the view: its page and its name are no part of it', async (ctx) => {
	const office = await aSalesOffice(ctx, 'Hamburg');
	const ann = await aColleague(ctx, 'Ann', 'manager', office);
	const viewId = await save(ann, { query: 'sort=-name&owner=me&after=abc&view_id=old' });
	const [view] = await listViews(ann);
	expect(view?.query).toBe('owner=me&sort=-name');
	expect(view && viewAddress(view)).toBe(`/deals?owner=me&sort=-name&view_id=${viewId}`);
	await updateView(ann, { viewId, query: 'step=today' });
	expect((await listViews(ann))[0]?.query).toBe('step=today');
});

inRollback('everybody begins a list with the view of his choice', async (ctx) => {
	const office = await aSalesOffice(ctx, 'Hamburg');
	const ann = await aColleague(ctx, 'Ann', 'manager', office);
	const bob = await aColleague(ctx, 'Bob', 'manager', office);
	const shared = await save(ann, { shared: 'team' });
	const own = await save(ann);
	await chooseDefault(bob, { kind: 'deal', viewId: shared });
	await expect(chooseDefault(bob, { kind: 'deal', viewId: own })).rejects.toThrow(NotFound);
	expect((await listViews(bob)).map(({ isDefault }) => isDefault)).toEqual([true]);
	expect((await listViews(ann)).some(({ isDefault }) => isDefault)).toBe(false);
	await chooseDefault(bob, { kind: 'deal', viewId: null });
	expect((await listViews(bob)).map(({ isDefault }) => isDefault)).toEqual([false]);
});

inRollback(
	'everybody puts the views that he sees in his own order, a list’s among themselves',
	async (ctx) => {
		const office = await aSalesOffice(ctx, 'Hamburg');
		const ann = await aColleague(ctx, 'Ann', 'manager', office);
		const bob = await aColleague(ctx, 'Bob', 'manager', office);
		const [a, b] = [await save(ann, { name: 'A' }), await save(ann, { name: 'B', shared: 'team' })];
		const c = await save(bob, { name: 'C', shared: 'team' });
		await save(ann, { name: 'Firms', kind: 'company' });
		const deals = async (person: Ctx) =>
			(await listViews(person)).filter(({ kind }) => kind === 'deal').map(({ name }) => name);
		const move = (person: Ctx, viewId: string, direction: 'up' | 'down') =>
			moveView(person, { viewId, direction });
		expect(await deals(ann)).toEqual(['A', 'B', 'C']);
		// A colleague's view finds its place among one's own.
		await move(ann, c, 'up');
		expect(await deals(ann)).toEqual(['A', 'C', 'B']);
		await move(ann, a, 'down');
		expect(await deals(ann)).toEqual(['C', 'A', 'B']);
		// At the edge there is nowhere to go.
		await move(ann, c, 'up');
		await move(ann, b, 'down');
		expect(await deals(ann)).toEqual(['C', 'A', 'B']);
		expect(await deals(bob)).toEqual(['C', 'B']);
		await move(bob, b, 'up');
		expect([await deals(bob), await deals(ann)]).toEqual([
			['B', 'C'],
			['C', 'A', 'B']
		]);
		await save(ann, { name: 'D' });
		expect(await deals(ann)).toEqual(['C', 'A', 'B', 'D']);
		await expect(move(bob, a, 'up')).rejects.toThrow(NotFound);
		await removeView(bob, { viewId: c });
		expect(await deals(ann)).toEqual(['A', 'B', 'D']);
	}
);

inRollback(
	'a record opened from a list knows its place, its neighbours, and nothing of what one may not see',
	async (ctx) => {
		const [hamburg, malmo] = [await aSalesOffice(ctx, 'Hamburg'), await aSalesOffice(ctx, 'Malmö')];
		const ann = await aColleague(ctx, 'Ann', 'manager', hamburg);
		const tina = await aColleague(ctx, 'Tina', 'manager', malmo);
		const [a, b, c] = [
			await aDeal(ann, { name: 'A' }),
			await aDeal(ann, { name: 'B' }),
			await aDeal(ann, { name: 'C' })
		];
		const foreign = await aDeal(tina, { name: 'B2' });
		const at = (id: string, query: string) =>
			placeInList(ann, dealRecords, LISTINGS.deal, { id, query });
		const whole = { total: 3, more: false };
		expect(await at(b, 'sort=name')).toEqual({ ...whole, position: 2, previousId: a, nextId: c });
		expect(await at(c, 'sort=-name')).toEqual({
			...whole,
			position: 1,
			previousId: null,
			nextId: b
		});
		await ctx.db.update(deals).set({ nextStepOn: null }).where(eq(deals.id, b));
		// Without a next step it comes last in both directions.
		expect(await at(b, 'sort=-nextStep')).toMatchObject({ position: 3, nextId: null });
		expect(await at(a, 'sort=name&q=A')).toMatchObject({ position: 1, nextId: null });
		await expect(at(foreign, 'sort=name')).rejects.toThrow(NotFound);
	}
);
