import { and, asc, desc, eq, inArray, sql } from 'drizzle-orm';
import type { Ctx } from '#lib/server/context.ts';
import {
	bannedNames,
	leadSources,
	publicMailDomains,
	stopPhrases
} from '#lib/server/db/tables/index.ts';
import { mayManageBannedNames, mayReadStopPhrases } from './policy.ts';

export interface Phrase {
	readonly id: string;
	readonly phrase: string;
	/** When it last kept something away; null for never. */
	readonly lastHitAt: Date | null;
}

/** Phrases that only spam holds; those that were of no use for longest come last. */
export async function listStopPhrases(ctx: Ctx): Promise<readonly Phrase[]> {
	if (!mayReadStopPhrases(ctx.actor)) return [];
	return ctx.db
		.select({ id: stopPhrases.id, phrase: stopPhrases.phrase, lastHitAt: stopPhrases.lastHitAt })
		.from(stopPhrases)
		.orderBy(sql`${stopPhrases.lastHitAt} desc nulls last`, asc(stopPhrases.phrase));
}

/** Names of companies that nobody takes inquiries from. */
export async function listBannedNames(ctx: Ctx): Promise<readonly Phrase[]> {
	if (!mayManageBannedNames(ctx.actor)) return [];
	return ctx.db
		.select({ id: bannedNames.id, phrase: bannedNames.name, lastHitAt: sql<null>`null` })
		.from(bannedNames)
		.orderBy(asc(bannedNames.name));
}

/** Domains where anybody may have a mailbox. */
export async function listMailDomains(ctx: Ctx): Promise<readonly Phrase[]> {
	if (!mayReadStopPhrases(ctx.actor)) return [];
	const { domain } = publicMailDomains;
	return ctx.db
		.select({ id: domain, phrase: domain, lastHitAt: sql<null>`null` })
		.from(publicMailDomains)
		.orderBy(asc(domain));
}

export interface SourceForm {
	readonly id: string;
	readonly token: string;
	readonly email: string | null;
	readonly active: boolean;
}

/** How the forms of these sources are reached; for whoever may change the sources. */
export function listSourceForms(ctx: Ctx, ids: readonly string[]): Promise<SourceForm[]> {
	return ctx.db
		.select({
			id: leadSources.id,
			token: leadSources.token,
			email: leadSources.email,
			active: leadSources.active
		})
		.from(leadSources)
		.where(inArray(leadSources.id, [...ids]))
		.orderBy(desc(leadSources.active), asc(leadSources.id));
}

/** True when a form with this token may be shown. */
export async function isFormOpen(ctx: Ctx, token: string): Promise<boolean> {
	const [source] = await ctx.db
		.select({ id: leadSources.id })
		.from(leadSources)
		.where(and(eq(leadSources.token, token), eq(leadSources.active, true)));
	return source !== undefined;
}
