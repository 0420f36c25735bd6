import { eq, type SQL, sql } from 'drizzle-orm';
import { restoreCompany, trashCompany } from '#lib/features/companies/commands.server.ts';
import { companyRecords } from '#lib/features/companies/record.server.ts';
import {
	assignCompany,
	assignContact,
	restoreContact,
	trashContact
} from '#lib/features/contacts/commands.server.ts';
import { contactRecords } from '#lib/features/contacts/record.server.ts';
import {
	assignDeal,
	giveClosureBack,
	passCoOwnership,
	restoreDeal,
	transferDeal,
	trashDeal
} from '#lib/features/deals/commands.server.ts';
import { dealRecords } from '#lib/features/deals/record.server.ts';
import { TransferredEnd } from '#lib/features/deals/schema.ts';
import { assignLead, restoreLead, trashLead } from '#lib/features/leads/commands.server.ts';
import { leadRecords } from '#lib/features/leads/record.server.ts';
import { restoreProduct, trashProduct } from '#lib/features/products/commands.server.ts';
import { productRecords } from '#lib/features/products/record.server.ts';
import {
	handOverWork,
	restoreProject,
	trashProject
} from '#lib/features/projects/commands.server.ts';
import { projectRecords } from '#lib/features/projects/record.server.ts';
import {
	handOverRequest,
	passCoOwnership as passRequest,
	restoreRequest,
	trashRequest
} from '#lib/features/requests/commands.server.ts';
import { requestRecords } from '#lib/features/requests/record.server.ts';
import { restoreTask, trashTask } from '#lib/features/tasks/commands.server.ts';
import { taskRecords } from '#lib/features/tasks/record.server.ts';
import type { RecordValues } from '#lib/records/values.ts';
import type { Ctx } from '#lib/server/context.ts';
import { companies, dealCoOwners, deals, requests } from '#lib/server/db/tables/index.ts';
import type { ServerKind } from '#lib/server/records/kind.ts';
import type { Result } from '#lib/shared/result.ts';
import type { KindName } from '#lib/shared/kinds.ts';

/** What a command on one record answers: done, or why not. */
export type Answer =
	| Result<unknown, string>
	| { readonly ok: false; readonly faults: readonly { field: string; code: string }[] };

/** To whom a record goes, and where it lies then. */
export interface Heir {
	/** Who gives it away: work belongs to several, and only his part goes over. */
	readonly from: string | null;
	readonly ownerId: string | null;
	readonly departmentId: string;
}

interface Moved {
	readonly ok: true;
	readonly value: { readonly missing: readonly string[] };
}

/** What can be done to a record of some kind among many others: by the commands of its feature. */
export interface BulkKind {
	readonly records: ServerKind;
	trash(ctx: Ctx, id: string): Promise<Answer>;
	restore(ctx: Ctx, id: string): Promise<Answer>;
	/** Absent for what has no owner. */
	handOver?(ctx: Ctx, id: string, heir: Heir): Promise<Answer>;
	/** Where somebody may own it beside its owner, and is not one of several who work on it. */
	readonly shared?: {
		/** SQL condition over the kind's table: this person does. */
		by(userId: string): SQL;
		/** Puts another one, or nobody, in his place. */
		pass(
			ctx: Ctx,
			id: string,
			heir: { readonly from: string; readonly to: string | null }
		): Promise<Answer>;
	};
	/** Takes it along to another department, where handing over is not enough; answers what had no equal there. */
	moveTo?(ctx: Ctx, id: string, heir: Heir): Promise<Answer | Moved>;
	/** Takes back what an act of a command did beside the record's fields. */
	readonly acts?: Readonly<
		Record<string, (ctx: Ctx, id: string, old: unknown, fresh: unknown) => Promise<void>>
	>;
	/** Owner and department that a record has from another one, whatever it had before. */
	follows?(
		ctx: Ctx,
		values: RecordValues
	): Promise<{ readonly owner: string | null; readonly department: string } | null>;
}

/** In the order in which records are locked and changed: what others follow comes first. */
export const BULK_KINDS: Readonly<Record<KindName, BulkKind>> = {
	company: {
		records: companyRecords,
		trash: (ctx, id) => trashCompany(ctx, { id }),
		restore: (ctx, id) => restoreCompany(ctx, { id }),
		handOver: (ctx, id, heir) => assignCompany(ctx, { id, ...placeOf(heir) })
	},
	contact: {
		records: contactRecords,
		trash: (ctx, id) => trashContact(ctx, { id }),
		restore: (ctx, id) => restoreContact(ctx, { id }),
		handOver: (ctx, id, heir) => assignContact(ctx, { id, ...placeOf(heir) }),
		follows: (ctx, { company }) => placeOfCompany(ctx, company)
	},
	lead: {
		records: leadRecords,
		trash: (ctx, id) => trashLead(ctx, { id }),
		restore: (ctx, id) => restoreLead(ctx, { id }),
		handOver: (ctx, id, heir) => assignLead(ctx, { id, ...placeOf(heir) })
	},
	request: {
		records: requestRecords,
		trash: (ctx, id) => trashRequest(ctx, { id }),
		restore: (ctx, id) => restoreRequest(ctx, { id }),
		handOver: (ctx, id, heir) => handOverRequest(ctx, { id, ...placeOf(heir) }),
		shared: {
			by: (userId) => eq(requests.coOwnerId, userId),
			pass: (ctx, id, { to }) => passRequest(ctx, { id, to })
		}
	},
	deal: {
		records: dealRecords,
		trash: (ctx, id) => trashDeal(ctx, { dealId: id }),
		restore: (ctx, id) => restoreDeal(ctx, { dealId: id }),
		handOver: (ctx, id, heir) => assignDeal(ctx, { dealId: id, ...placeOf(heir) }),
		shared: {
			by: (userId) => sql`${deals.id} in (
				select ${dealCoOwners.dealId} from ${dealCoOwners} where ${dealCoOwners.userId} = ${userId})`,
			pass: (ctx, dealId, { from, to }) => passCoOwnership(ctx, { dealId, from, to })
		},
		moveTo: (ctx, id, heir) => transferDeal(ctx, { dealId: id, ...placeOf(heir) }),
		acts: {
			'deal.transferred': (ctx, id, old, fresh) =>
				giveClosureBack(ctx, id, TransferredEnd.parse(old), TransferredEnd.parse(fresh))
		}
	},
	project: {
		records: projectRecords,
		trash: (ctx, id) => trashProject(ctx, { id }),
		restore: (ctx, id) => restoreProject(ctx, { id }),
		handOver: (ctx, id, heir) => handOverWork(ctx, 'project', projectRecords, { id, ...heir })
	},
	task: {
		records: taskRecords,
		trash: (ctx, id) => trashTask(ctx, { id }),
		restore: (ctx, id) => restoreTask(ctx, { id }),
		handOver: (ctx, id, heir) => handOverWork(ctx, 'task', taskRecords, { id, ...heir })
	},
	product: {
		records: productRecords,
		trash: (ctx, id) => trashProduct(ctx, { id }),
		restore: (ctx, id) => restoreProduct(ctx, { id })
	}
};

// Object.keys forgets what it was given.
export const BULK_ORDER = Object.keys(BULK_KINDS) as readonly KindName[];

const placeOf = ({ ownerId, departmentId }: Heir) => ({ ownerId, departmentId });

/** A contact belongs where his company belongs. */
async function placeOfCompany(ctx: Ctx, companyId: RecordValues[string] | undefined) {
	if (typeof companyId !== 'string') return null;
	const [company] = await ctx.db
		.select({ owner: companies.ownerId, department: companies.departmentId })
		.from(companies)
		.where(eq(companies.id, companyId));
	return company ?? null;
}
