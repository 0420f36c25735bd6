import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { suggestPeople } from '#lib/features/activity/queries.server.ts';
import { createDeal, saveDeal } from '#lib/features/deals/commands.server.ts';
import { dealRecords } from '#lib/features/deals/record.server.ts';
import type { StandardRoleKey } from '#lib/features/users/standard-roles.ts';
import { kinds, notices } from '#lib/registry.server.ts';
import { mentionHref, mentionsOf } from '#lib/records/mentions.ts';
import { parseRichText } from '#lib/records/rich-text.ts';
import type { RichText } from '#lib/records/values.ts';
import type { Ctx } from '#lib/server/context.ts';
import { notifications } from '#lib/server/db/tables/index.ts';
import { NotFound } from '#lib/server/errors.ts';
import { commitMany } from '#lib/server/records/commit-many.ts';
import { newId } from '#lib/shared/ids.ts';
import { inRollback } from '#tests/support/database.ts';
import { aColleague, aDeal, aSalesOffice } from '#tests/support/deals.ts';
import { runJobs } from '#tests/support/jobs.ts';
import { giveRole } from '#tests/support/tasks.ts';
import { listNotifications } from './queries.server.ts';

const declared = { kinds, notices };

async function aTeam(ctx: Ctx) {
	const office = await aSalesOffice(ctx, `Sales ${newId()}`);
	const hire = async (name: string, role: StandardRoleKey = 'manager', at = office) => {
		const person = await aColleague(ctx, name, role, at);
		await giveRole(person, 'co_worker');
		await giveRole(person, role);
		return person;
	};
	return { hire, other: await aSalesOffice(ctx, `Far ${newId()}`) };
}

const words = (...said: readonly (string | Mentioned)[]): RichText => ({
	type: 'doc',
	content: [
		{
			type: 'paragraph',
			content: said.map((one) =>
				typeof one === 'string'
					? { type: 'text', text: one }
					: {
							...{ type: 'text', text: `@${one.name}` },
							marks: [{ type: 'link', attrs: { href: mentionHref(one) } }]
						}
			)
		}
	]
});

interface Mentioned {
	readonly userId: string;
	readonly id: string;
	readonly name: string;
}

const mentionOf = ({ actor }: Ctx): Mentioned => ({
	...{ userId: actor.id, id: newId(), name: actor.name }
});

const write = (ctx: Ctx, dealId: string, notes: RichText | null) =>
	saveDeal(ctx, dealId, [{ field: 'notes', set: notes }]);

const tell = (ctx: Ctx) => runJobs(ctx, 'notifications.mentioned');

const inbox = async (person: Ctx) =>
	(await listNotifications(person, declared, { show: 'unread', before: undefined })).items;

inRollback(
	'whoever is mentioned in the notes of a record is told once, however the text is written on',
	async (ctx) => {
		const { hire } = await aTeam(ctx);
		const [ann, bob] = [await hire('Ann'), await hire('Bob')];
		const dealId = await aDeal(ann);
		const mention = mentionOf(bob);
		await write(ann, dealId, words('Ask '));
		expect(await tell(ann)).toBe(0);
		await write(ann, dealId, words('Ask ', mention, ' today'));
		expect(await tell(ann)).toBe(1);
		expect(await inbox(bob)).toMatchObject([{ act: 'record.mentioned', recordId: dealId }]);
		// Written on, cut out, put back, copied: it is the same mention.
		await write(ann, dealId, words('Ask ', mention, ' tomorrow'));
		await write(ann, dealId, null);
		await write(ann, dealId, words(mention, ' and ', mention));
		await tell(ann);
		expect(await inbox(bob)).toHaveLength(1);
		// Another one is another one; one's own is none.
		await write(ann, dealId, words(mention, mentionOf(bob), mentionOf(ann)));
		await tell(ann);
		expect(await inbox(bob)).toHaveLength(2);
		expect(await inbox(ann)).toEqual([]);
	}
);

inRollback(
	'a mention counts whoever writes it: with a new record, in many at once, and never to somebody who may not read it',
	async (ctx) => {
		const { hire, other } = await aTeam(ctx);
		const [ann, bob] = [await hire('Ann'), await hire('Bob')];
		const tina = await hire('Tina', 'manager', other);
		const made = await createDeal(ann, {
			name: 'Cranes',
			values: { notes: words(mentionOf(bob), mentionOf(tina)) }
		});
		if (!made.ok) throw new Error(JSON.stringify(made));
		const dealId = made.value.id;
		await tell(ann);
		const edits = [{ field: 'notes', set: words(mentionOf(bob), mentionOf(tina)) }];
		await commitMany(ann, dealRecords, [{ id: dealId, edits }]);
		await tell(ann);
		expect(await inbox(bob)).toHaveLength(2);
		expect(await ctx.db.$count(notifications, eq(notifications.userId, tina.actor.id))).toBe(0);
		// And only those who may see it are offered.
		const near = { kind: 'deal' as const, id: dealId };
		const offered = async (who: Ctx, about = {}) =>
			(await suggestPeople(who, kinds, { q: '', ...about })).map(({ name }) => name);
		expect(await offered(ann, near)).toEqual(['Ann', 'Bob']);
		expect(await suggestPeople(ann, kinds, { q: 'tin', ...near })).toEqual([]);
		expect(await suggestPeople(ann, kinds, { q: 'tin' })).toMatchObject([{ name: 'Tina' }]);
		await expect(offered(tina, near)).rejects.toThrow(NotFound);
	}
);

test('a mention is a link of its own form, and nothing else of that scheme is taken', () => {
	const mention = { userId: newId(), id: newId(), name: 'Ann' };
	const text = words('Ask ', mention);
	expect(parseRichText(text, 10_000)).toEqual({ ok: true, value: text });
	expect(mentionsOf(text)).toEqual([{ userId: mention.userId, id: mention.id }]);
	for (const href of ['mention:', `mention:${newId()}`, `mention:${newId()}:x`, 'mention:a:b']) {
		const link = { type: 'link', attrs: { href } };
		const bad = { type: 'text', text: 'x', marks: [link] };
		const document = { type: 'doc', content: [{ type: 'paragraph', content: [bad] }] };
		expect(parseRichText(document, 10_000)).toMatchObject({ ok: false });
	}
});
