import type { z } from 'zod';
import { inTransaction, type Ctx } from '#lib/server/context.ts';
import { erasures, personExports } from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import { enqueue } from '#lib/server/jobs/job.ts';
import { announce } from '#lib/server/records/announce.ts';
import { newId } from '#lib/shared/ids.ts';
import { fail, ok } from '#lib/shared/result.ts';
import { mayErasePersons, mayExportPersons } from '../policy.ts';
import { COLLECT, ERASE } from '../queries.server.ts';
import { findPerson } from '../queries/person.server.ts';
import type { AskErasure, OnePerson } from '../schema.ts';

/**
 * Has the worker erase a person for ever. His name has to be typed; of our own people only those who cannot
 * sign in any more are erased, so that somebody else has their records.
 */
export function askErasure(ctx: Ctx, input: z.output<typeof AskErasure>) {
	if (!mayErasePersons(ctx.actor)) throw new Forbidden('privacy');
	return inTransaction(ctx, async (ctx) => {
		const person = await findPerson(ctx, input);
		if (!person) throw new NotFound('person');
		if (person.kind === 'user' && person.active) return fail('still_active');
		if (same(person.name) !== same(input.name)) return fail('other_name');
		const { kind, id: recordId } = person;
		const [asked] = await ctx.db
			.insert(erasures)
			.values({ id: newId(), kind, recordId, askedBy: ctx.actor.id, askedAt: ctx.now })
			.onConflictDoNothing()
			.returning({ id: erasures.id });
		// Two who ask at once have asked once.
		if (!asked) return fail('already_asked');
		await announce(ctx, { kind, recordId, act: 'privacy.erasure_asked' });
		await enqueue(ctx, ERASE, {}, { key: 'all' });
		return ok({ erasureId: asked.id });
	});
}

const same = (name: string) => name.trim().replace(/\s+/g, ' ').toLowerCase();

/** Has the worker collect everything that is kept of a person into one file. */
export function askExport(ctx: Ctx, input: OnePerson) {
	if (!mayExportPersons(ctx.actor)) throw new Forbidden('privacy');
	return inTransaction(ctx, async (ctx) => {
		const person = await findPerson(ctx, input);
		if (!person) throw new NotFound('person');
		const { kind, id: recordId } = person;
		const exportId = newId();
		await ctx.db
			.insert(personExports)
			.values({ id: exportId, kind, recordId, askedBy: ctx.actor.id, askedAt: ctx.now });
		await announce(ctx, { kind, recordId, act: 'privacy.export_asked' });
		await enqueue(ctx, COLLECT, { exportId }, { key: exportId });
		return ok({ exportId });
	});
}
