import type { z } from 'zod';
import { inTransaction, type Ctx } from '#lib/server/context.ts';
import { findRow, readValues } from '#lib/server/records/row.ts';
import type { TELL_MENTIONED } from '#lib/server/records/tell.ts';
import { titleOf } from '#lib/server/records/titles.ts';
import { systemActor } from '#lib/shared/actor.ts';
import type { Registered } from './fan-out.server.ts';
import { notifyAll } from './notify.server.ts';
import { addresseesOf } from './people.server.ts';

/**
 * Tells people that they are mentioned in a record's notes, each mention once however often this runs and wherever
 * the mention goes in the text. Nobody hears of a record that he may not read, or that he has muted.
 */
export function tellMentionedPeople(
	ctx: Ctx,
	{ kinds, rules }: Registered,
	{ kind, recordId, actorId, mentions }: z.output<typeof TELL_MENTIONED.input>
): Promise<void> {
	return inTransaction(ctx, async (ctx) => {
		const serverKind = kinds.find((one) => one.kind.name === kind);
		const notice = rules.find((rule) => rule.kind === kind && rule.act === 'record.mentioned');
		const row = serverKind && (await findRow(ctx, serverKind, recordId));
		if (!row || !notice || row.deletedAt) return;
		const values = await readValues(ctx, serverKind, row);
		const people = await addresseesOf(ctx, [...new Set(mentions.map(({ userId }) => userId))]);
		const fresh = mentions.flatMap(({ userId, id }) => {
			const person = people.get(userId);
			if (!person || !serverKind.mayRead(person.actor, row, values)) return [];
			return [
				{
					...{ userId, causeId: id, notice, reason: 'mentioned' as const, recordId },
					...{ kind: serverKind.kind.name, title: titleOf(serverKind, row), params: {} },
					actorId: actorId === systemActor.id ? null : actorId
				}
			];
		});
		await notifyAll(ctx, fresh, people);
	});
}
