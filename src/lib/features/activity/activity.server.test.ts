import { eq, sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { saveDeal, trashDeal } from '#lib/features/deals/commands.server.ts';
import { dealRecords } from '#lib/features/deals/record.server.ts';
import { kinds } from '#lib/registry.server.ts';
import type { Ctx } from '#lib/server/context.ts';
import { changes, comments, deals } from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import { newId, newIds } from '#lib/shared/ids.ts';
import { inRollback } from '#tests/support/database.ts';
import { aColleague, aDeal, aSalesOffice } from '#tests/support/deals.ts';
import { addComment, editComment, removeComment } from './commands.server.ts';
import { mentionBefore } from '#lib/ui/mentions.ts';
import { partsOf, storeMentions, typedOf } from './model.ts';
import { getOwnComment, loadTimeline, suggestPeople } from './queries.server.ts';

async function begin(ctx: Ctx) {
	const office = await aSalesOffice(ctx, 'Hamburg');
	const ann = await aColleague(ctx, 'Ann Becker', 'manager', office);
	const cleo = await aColleague(ctx, 'Cleo Diaz', 'manager', office);
	const tina = await aColleague(ctx, 'Tina Ek', 'manager', await aSalesOffice(ctx, 'Malmö'));
	return { ann, cleo, tina, deal: await aDeal(ann) };
}

async function say(by: Ctx, deal: string, body: string) {
	const said = await addComment(by, kinds, { kind: 'deal', id: deal, body });
	if (!said.ok) throw new Error(said.error);
	return said.value.commentId;
}

const timelineOf = (by: Ctx, deal: string, asked = '') =>
	loadTimeline(by, dealRecords, { id: deal, values: {} }, new URLSearchParams(asked));

describe('a comment', () => {
	inRollback('stands in the timeline of the record for everybody who reads it', async (ctx) => {
		const { ann, cleo, deal } = await begin(ctx);
		const [before] = await ctx.db.select().from(deals).where(eq(deals.id, deal));
		// Who may only read may say something, too.
		const id = await say(cleo, deal, 'They called again.');
		const { entries, comments: said } = await timelineOf(ann, deal);
		expect(entries[0]).toMatchObject({
			...{ act: 'comment.added', actor: { name: 'Cleo Diaz' } },
			rev: Number(before?.rev) + 1
		});
		expect(said[id]).toMatchObject({ body: 'They called again.', authorId: cleo.actor.id });
	});

	inRollback('is not for who may not read the record, nor about one in the trash', async (ctx) => {
		const { ann, tina, deal } = await begin(ctx);
		await expect(say(tina, deal, 'Hello')).rejects.toThrow(NotFound);
		const id = await say(ann, deal, 'Ours');
		await expect(getOwnComment(tina, kinds, id)).rejects.toThrow(NotFound);
		await trashDeal(ann, { dealId: deal });
		await expect(say(ann, deal, 'Late')).rejects.toThrow(NotFound);
	});

	inRollback('is changed by its author alone; the history keeps what it was', async (ctx) => {
		const { ann, cleo, deal } = await begin(ctx);
		const commentId = await say(cleo, deal, 'Two halls');
		await expect(editComment(ann, kinds, { commentId, body: 'No' })).rejects.toThrow(Forbidden);
		await editComment(cleo, kinds, { commentId, body: 'Three halls' });
		const { comments: said, entries } = await timelineOf(ann, deal);
		expect(said[commentId]).toMatchObject({ body: 'Three halls', edited: true });
		// Told once, as it is now.
		expect(entries.filter(({ act }) => act.startsWith('comment.'))).toHaveLength(1);
		const [edited] = await ctx.db.select().from(changes).where(eq(changes.act, 'comment.edited'));
		expect(edited).toMatchObject({ old: { text: 'Two halls' }, new: { text: 'Three halls' } });
	});

	inRollback('says nothing any more once it is removed, in no part of the page', async (ctx) => {
		const { ann, cleo, deal } = await begin(ctx);
		const commentId = await say(cleo, deal, 'Gnomon slip');
		// Whoever may delete the record may take it away.
		await removeComment(ann, kinds, { commentId });
		const timeline = await timelineOf(ann, deal);
		expect(timeline.comments[commentId]).toMatchObject({ removed: true, body: '' });
		expect(JSON.stringify(timeline)).not.toContain('Gnomon');
		await expect(editComment(cleo, kinds, { commentId, body: 'Back' })).rejects.toThrow(NotFound);
	});

	inRollback(
		'sent twice under one id is said once; an id of another record is refused',
		async (ctx) => {
			const { ann, deal } = await begin(ctx);
			const said = { kind: 'deal', id: deal, body: 'Once', commentId: newId() } as const;
			expect((await addComment(ann, kinds, said)).ok).toBe(true);
			expect((await addComment(ann, kinds, said)).ok).toBe(true);
			expect(await ctx.db.select().from(comments)).toHaveLength(1);
			const elsewhere = { ...said, id: await aDeal(ann) };
			expect(await addComment(ann, kinds, elsewhere)).toEqual({ ok: false, error: 'not_found' });
		}
	);

	inRollback('mentions colleagues by id, so that a new name is shown', async (ctx) => {
		const { ann, cleo, deal } = await begin(ctx);
		const id = await say(ann, deal, '@cleo diaz, please look. Mail a@b.example, not @Nobody.');
		const [stored] = await ctx.db.select().from(comments).where(eq(comments.id, id));
		expect(stored).toMatchObject({
			mentions: [cleo.actor.id],
			body: `@{${cleo.actor.id}}, please look. Mail a@b.example, not @Nobody.`
		});
		await ctx.db.execute(sql`update users set name = 'Cleo Ek' where id = ${cleo.actor.id}`);
		const { comments: said } = await timelineOf(ann, deal);
		const comment = said[id];
		expect(comment && typedOf(comment)).toBe(
			'@Cleo Ek, please look. Mail a@b.example, not @Nobody.'
		);
		const [told] = await ctx.db.select().from(changes).where(eq(changes.act, 'comment.added'));
		expect(told?.new).toMatchObject({ mentions: [cleo.actor.id] });
		expect(await suggestPeople(ann, kinds, { q: 'ek' })).toMatchObject([
			{ name: 'Cleo Ek' },
			{ name: 'Tina Ek' }
		]);
	});
});

describe('names in a comment', () => {
	const people = [
		{ id: newId(), name: 'Ann' },
		{ id: newId(), name: 'Ann Becker' }
	];
	const [ann, becker] = people.map(({ id }) => id);

	test('the longer of two names counts, and never a part of a word', () => {
		const stored = storeMentions('@Ann Becker, @ann and @Annabel', people);
		expect(stored).toEqual({
			body: `@{${becker}}, @{${ann}} and @Annabel`,
			mentions: [becker, ann]
		});
	});

	test('what only looks like a mention stays what it is', () => {
		const body = `@{${newId()}} @{x} @`;
		expect(partsOf({ body, names: {} })).toEqual([{ text: body, personId: null }]);
	});

	test('what is typed behind an @ is looked for', () => {
		expect(mentionBefore('Ask @Ann B', 10)).toBe('Ann B');
		expect(mentionBefore('Ask @', 5)).toBe('');
		expect(mentionBefore('mail@example', 12)).toBeNull();
	});
});

describe('the timeline', () => {
	inRollback('is narrowed down to changes, comments or files', async (ctx) => {
		const { ann, deal } = await begin(ctx);
		await say(ann, deal, 'First');
		await saveDeal(ann, deal, [{ field: 'nextStep', set: 'Call' }]);
		const actsOf = async (asked: string) =>
			(await timelineOf(ann, deal, asked)).entries.map(({ act }) => act);
		expect(await actsOf('show=comment')).toEqual(['comment.added']);
		expect(await actsOf('show=change')).toEqual(['edit', 'create']);
		expect(await actsOf('show=file')).toEqual([]);
		expect(await actsOf('show=nonsense')).toHaveLength(3);
	});

	inRollback(
		'of 5,000 entries takes as many statements as one of five, page by page to its end',
		async (ctx) => {
			const { ann, deal } = await begin(ctx);
			await say(ann, deal, 'The first word');
			const few = await statementsOf(ann, (counted) => timelineOf(counted, deal));
			const at = new Date();
			const ids = newIds(5000, at.getTime());
			await ctx.db.insert(changes).values(
				ids.map((id, index) => ({
					...{ id, kind: 'deal', recordId: deal, rev: 10 + index, at },
					...{ actorId: ann.actor.id, source: 'form' as const, act: 'edit', field: 'nextStep' },
					...{ old: `Step ${index}`, new: `Step ${index + 1}` }
				}))
			);
			await say(ann, deal, 'The last word');
			const many = await statementsOf(ann, (counted) => timelineOf(counted, deal));
			expect(many).toBeLessThanOrEqual(few);
			const seen = new Set<string>();
			let pages = 0;
			for (let asked = ''; ; pages++) {
				const page = await timelineOf(ann, deal, asked);
				for (const { id } of page.entries) seen.add(id);
				if (page.older === null) break;
				asked = `before=${page.older}`;
			}
			expect(seen.size).toBe(5003);
			expect(pages).toBe(100);
		}
	);
});

/** How many statements this sends to the database. */
async function statementsOf(by: Ctx, work: (ctx: Ctx) => Promise<unknown>): Promise<number> {
	let count = 0;
	const counting = new Proxy(by.db, {
		get(target, name, receiver) {
			const value: unknown = Reflect.get(target, name, receiver);
			if (name === 'select' || name === 'execute' || name === 'selectDistinct') count++;
			return value;
		}
	});
	await work({ ...by, db: counting });
	return count;
}
