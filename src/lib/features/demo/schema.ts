import { z } from 'zod';
import { AddUser } from '#lib/features/users/schema.ts';
import { CreateDepartment } from '#lib/features/settings/schema.ts';

const ids = z.array(z.uuid());

/** What the seed made, kept with the installation so that exactly this can be taken away again. */
export const DemoContents = z.object({
	userIds: ids,
	departmentIds: ids,
	companyIds: ids,
	contactIds: ids,
	dealIds: ids
});
export type DemoContents = z.infer<typeof DemoContents>;

/** Who goes on with the installation, and where: the administrator gets a name of his own. */
export const RemoveDemo = z.object({
	...AddUser.pick({ name: true, email: true, password: true }).shape,
	departmentName: CreateDepartment.shape.name
});
export type RemoveDemo = z.output<typeof RemoveDemo>;
