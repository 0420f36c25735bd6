import { eq } from 'drizzle-orm';
import { z } from 'zod';
import { dealRecords } from '#lib/features/deals/record.server.ts';
import { saveDeal } from '#lib/features/deals/commands.server.ts';
import { actorOfUser } from '#lib/server/auth/actor.ts';
import type { Ctx } from '#lib/server/context.ts';
import { connect } from '#lib/server/db/connect.ts';
import { deals } from '#lib/server/db/tables/index.ts';
import { defineJob, enqueue } from '#lib/server/jobs/job.ts';
import { workJobs } from '#lib/server/jobs/work.ts';
import { commitMany } from '#lib/server/records/commit-many.ts';
import { edit } from '#lib/server/records/commit.ts';
import { saveForm } from '#lib/server/web/save-form.ts';
import { callerWith } from '#tests/api/support/calls.ts';
import { quietLog } from './people.ts';

// One of the writers that change a deal while it is open in browsers, in a process of its own; it says
// each change that was acknowledged: node several-writers-process.ts <way> <database url> <order as JSON>

const Order = z.object({
	deal: z.string(),
	userId: z.string(),
	token: z.string(),
	tags: z.array(z.string())
});

/** What was acknowledged; with a base when it was only to replace that. */
export interface Acknowledged {
	readonly value: string;
	readonly tag: string;
	readonly base?: string | null;
}

const [way = '', url = '', text = '{}'] = process.argv.slice(2);
process.env.DATABASE_URL = url;
process.on('disconnect', () => process.exit());
const order = Order.parse(JSON.parse(text));
const { deal, tags } = order;
const { db } = connect(url, { max: 4 });

const say = (done: Acknowledged) => process.send?.(done);
const valueOf = (round: number) => `${way}-${round + 1}`;

async function ctxOf(): Promise<Ctx> {
	const actor = await actorOfUser(db, order.userId);
	if (!actor) throw new Error('nobody');
	return { db, actor, now: new Date(), log: quietLog };
}

async function stepNow(): Promise<string | null> {
	const [row] = await db.select({ step: deals.nextStep }).from(deals).where(eq(deals.id, deal));
	return row?.step ?? null;
}

/** A page without JavaScript: it posts what was typed beside what it had shown, and again when told of both values. */
async function byForm(round: number, tag: string): Promise<Acknowledged> {
	const value = valueOf(round);
	const { actor } = await ctxOf();
	for (let base = await stepNow(); ;) {
		const form = new FormData();
		form.set('nextStep', value);
		form.set('nextStep.base', JSON.stringify(base));
		form.set('tags', tag);
		form.set('tags.base', '[]');
		const request = new Request('http://here/', { method: 'POST', body: form });
		// The part of Kit's event that the action reads.
		const event = { request, locals: { actor, requestId: 'test' } } as never;
		const answer = await saveForm(event, dealRecords.kind, (ctx, edits) =>
			saveDeal(ctx, deal, edits)
		);
		if ('done' in answer) return { value, tag, base };
		const notices = 'notices' in answer.data ? answer.data.notices : [];
		const stale = notices.find(({ field }) => field === 'nextStep');
		if (answer.status !== 409 || !stale) throw new Error(JSON.stringify(answer));
		base = stale.current as string | null; // of this field's type
	}
}

const call = callerWith(db, order.token);

/** A program that says what it saw: the old value, or the revision. */
async function byApi(round: number, tag: string): Promise<Acknowledged> {
	const value = valueOf(round);
	const path = `/deals/${deal}`;
	for (;;) {
		const got = await call('GET', path);
		const base = got.body.fields.nextStep;
		const fields = { nextStep: value, tags: { add: [tag] } };
		const told =
			round % 2
				? await call('PATCH', path, { body: { fields, base: { nextStep: base } } })
				: await call('PATCH', path, {
						body: { fields },
						headers: { 'if-match': got.headers.get('etag') ?? '' }
					});
		if (told.status === 200) return { value, tag, base };
		if (told.status !== 409 && told.status !== 412) throw new Error(JSON.stringify(told.body));
	}
}

const wishOf = (value: string, tag: string) => [
	{ field: 'nextStep', set: value },
	{ field: 'tags', add: [tag] }
];

async function byBulk(round: number, tag: string): Promise<Acknowledged> {
	const value = valueOf(round);
	const wishes = [{ id: deal, edits: wishOf(value, tag) }];
	const answers = await commitMany(await ctxOf(), dealRecords, wishes);
	if (!answers.get(deal)?.ok) throw new Error(JSON.stringify(answers.get(deal)));
	return { value, tag };
}

const job = defineJob({
	name: 'test.write',
	input: z.object({ value: z.string(), tag: z.string() }),
	async run(ctx, { value, tag }) {
		const edited = await edit(ctx, dealRecords, deal, wishOf(value, tag));
		if (!edited.ok) throw new Error(JSON.stringify(edited));
		say({ value, tag });
	}
});

const BY: Readonly<Record<string, typeof byForm>> = { form: byForm, api: byApi, bulk: byBulk };

if (way === 'job') {
	await workJobs(url, db, [job], quietLog);
	process.send?.('ready');
	for (const [round, tag] of tags.entries()) {
		await enqueue(await ctxOf(), job, { value: valueOf(round), tag });
	}
} else {
	process.send?.('ready');
	for (const [round, tag] of tags.entries()) {
		const done = await BY[way]?.(round, tag);
		if (done) say(done);
	}
}
