import { and, desc, eq, isNotNull, isNull, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { companyRecords } from '#lib/features/companies/record.server.ts';
import { contactRecords } from '#lib/features/contacts/record.server.ts';
import { departmentScope } from '#lib/features/users/scope.server.ts';
import type { Ctx } from '#lib/server/context.ts';
import { byId } from '#lib/server/db/conditions.ts';
import {
	companies,
	contacts,
	departments,
	leadConversions,
	leads,
	users,
	ydocs
} from '#lib/server/db/tables/index.ts';
import { NotFound } from '#lib/server/errors.ts';
import { loadRecord } from '#lib/server/records/load.ts';
import { isId } from '#lib/shared/ids.ts';
import { canDeleteLead, canEditLead, canUndoConversion } from '../policy.ts';
import { leadRecords } from '../record.server.ts';

const converter = alias(users, 'converter');

export type LeadPage = Awaited<ReturnType<typeof getLead>>;
export type LeadConversion = NonNullable<LeadPage['conversion']>;

/** One lead with its values, the names beside it and what the actor may do with it. */
export async function getLead(ctx: Ctx, id: string) {
	if (!isId(id)) throw new NotFound('lead');
	const [found] = await ctx.db
		.select({
			id: leads.id,
			rev: leads.rev,
			number: leads.number,
			fullName: leads.fullName,
			createdAt: leads.createdAt,
			updatedAt: leads.updatedAt,
			deletedAt: leads.deletedAt,
			ownerId: leads.ownerId,
			ownerName: users.name,
			departmentId: leads.departmentId,
			departmentName: departments.name,
			epoch: ydocs.epoch
		})
		.from(leads)
		.innerJoin(departments, eq(departments.id, leads.departmentId))
		.leftJoin(users, eq(users.id, leads.ownerId))
		.leftJoin(ydocs, and(eq(ydocs.kind, sql`'lead'`), eq(ydocs.recordId, leads.id)))
		.where(and(leadRecords.visibleTo(ctx.actor), eq(leads.id, id)));
	const loaded = found && (await loadRecord(ctx, leadRecords, id));
	if (!found || !loaded) throw new NotFound('lead');
	const conversion = await conversionOf(ctx, id);
	const rights = { ...found, isConverted: conversion !== null };
	return {
		...found,
		values: loaded.values,
		conversion,
		mayEdit: canEditLead(ctx.actor, rights),
		mayDelete: canDeleteLead(ctx.actor, rights),
		mayUndo: canUndoConversion(ctx.actor, rights)
	};
}

/** What the lead has become; names of records that the actor may not see stay out. */
async function conversionOf(ctx: Ctx, leadId: string) {
	const [conversion] = await ctx.db
		.select({
			at: leadConversions.convertedAt,
			by: converter.name,
			companyId: companies.id,
			companyName: companies.name,
			contactId: contacts.id,
			contactName: contacts.fullName
		})
		.from(leadConversions)
		.leftJoin(
			companies,
			and(eq(companies.id, leadConversions.companyId), companyRecords.visibleTo(ctx.actor))
		)
		.leftJoin(
			contacts,
			and(eq(contacts.id, leadConversions.contactId), contactRecords.visibleTo(ctx.actor))
		)
		.leftJoin(converter, eq(converter.id, leadConversions.convertedBy))
		.where(and(eq(leadConversions.leadId, leadId), isNull(leadConversions.undoneAt)));
	return conversion ?? null;
}

/** Leads that the actor may see and that became this contact, or somebody at this company; the newest first. */
export function leadsOf(
	ctx: Ctx,
	of: { readonly companyId: string } | { readonly contactId: string }
): Promise<{ readonly id: string; readonly name: string }[]> {
	return ctx.db
		.select({ id: leads.id, name: leads.fullName })
		.from(leadConversions)
		.innerJoin(leads, eq(leads.id, leadConversions.leadId))
		.where(
			and(
				leadRecords.visibleTo(ctx.actor),
				isNull(leadConversions.undoneAt),
				'companyId' in of
					? eq(leadConversions.companyId, of.companyId)
					: eq(leadConversions.contactId, of.contactId)
			)
		)
		.orderBy(desc(leadConversions.convertedAt))
		.limit(SHOWN);
}

const SHOWN = 5;

/** A lead in the trash that the actor may restore, or null. */
export async function getTrashedLead(ctx: Ctx, id: string) {
	const [found] = await ctx.db
		.select({ id: leads.id, name: leads.fullName })
		.from(leads)
		.where(
			and(
				departmentScope(ctx.actor, 'lead', leads, { verb: 'delete' }),
				byId(leads.id, id),
				isNotNull(leads.deletedAt)
			)
		);
	return found ?? null;
}
