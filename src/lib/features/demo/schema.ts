import { z } from 'zod';
import { KIND_NAMES } from '#lib/shared/kinds.ts';
import { AddUser } from '#lib/features/users/schema.ts';
import { CreateDepartment } from '#lib/features/settings/schema.ts';

const ids = z.array(z.uuid());

/** What the seed made, kept with the installation so that exactly this can be taken away again. */
export const DemoContents = z.preprocess(
	fromFirstVersion,
	z.object({
		userIds: ids,
		departmentIds: ids,
		/** The records by their kind. */
		recordIds: z.partialRecord(z.enum(KIND_NAMES), ids),
		/** Rows beside its deals, which go before them. */
		itemIds: ids.default([]),
		paymentIds: ids.default([])
	})
);
export type DemoContents = z.infer<typeof DemoContents>;

/** The first version knew three kinds, each under a name of its own. */
function fromFirstVersion(stored: unknown): unknown {
	const { companyIds, contactIds, dealIds, ...contents } = Object(stored);
	if (!companyIds) return stored;
	return { ...contents, recordIds: { company: companyIds, contact: contactIds, deal: dealIds } };
}

/** Who goes on with the installation, and where: the administrator gets a name of his own. */
export const RemoveDemo = z.object({
	...AddUser.pick({ name: true, email: true, password: true }).shape,
	departmentName: CreateDepartment.shape.name
});
export type RemoveDemo = z.output<typeof RemoveDemo>;
