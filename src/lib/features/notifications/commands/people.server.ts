import { and, eq, inArray } from 'drizzle-orm';
import { actorOf, person } from '#lib/server/auth/actor.ts';
import type { Ctx } from '#lib/server/context.ts';
import {
	mutedRecords,
	notificationPreferences,
	notificationSettings,
	userProfiles,
	users
} from '#lib/server/db/tables/index.ts';
import type { Notice } from '#lib/records/notices.ts';
import type { Actor } from '#lib/shared/actor.ts';

/** Somebody who may be told of something, with what he has said about how. */
export interface Addressee {
	readonly actor: Actor;
	readonly email: string;
	readonly mailPace: 'at_once' | 'daily';
	readonly preferences: ReadonlyMap<string, { readonly inApp: boolean; readonly mail: boolean }>;
	/** "kind/id" of each record that he has muted. */
	readonly muted: ReadonlySet<string>;
}

/** These people, without those who are not active. Three statements. */
export async function addresseesOf(
	ctx: Ctx,
	ids: readonly string[]
): Promise<ReadonlyMap<string, Addressee>> {
	if (ids.length === 0) return new Map();
	const of = [...ids];
	const [people, wishes, mutes] = await Promise.all([
		ctx.db
			.select({ ...person, mailPace: notificationSettings.mailPace })
			.from(users)
			.innerJoin(userProfiles, eq(userProfiles.userId, users.id))
			.leftJoin(notificationSettings, eq(notificationSettings.userId, users.id))
			.where(and(inArray(users.id, of), eq(userProfiles.active, true))),
		ctx.db
			.select()
			.from(notificationPreferences)
			.where(inArray(notificationPreferences.userId, of)),
		ctx.db.select().from(mutedRecords).where(inArray(mutedRecords.userId, of))
	]);
	const addressees = people.map((row): [string, Addressee] => [
		row.id,
		{
			actor: actorOf(row, null),
			email: row.email,
			mailPace: row.mailPace ?? 'at_once',
			preferences: new Map(
				wishes.filter(({ userId }) => userId === row.id).map((wish) => [wish.act, wish])
			),
			muted: new Set(
				mutes
					.filter(({ userId }) => userId === row.id)
					.map(({ kind, recordId }) => `${kind}/${recordId}`)
			)
		}
	]);
	return new Map(addressees);
}

/** How he wants to be told of this. */
export const wishOf = ({ preferences }: Addressee, { act, byMail }: Notice) =>
	preferences.get(act) ?? { inApp: true, mail: byMail };
