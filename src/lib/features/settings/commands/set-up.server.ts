import { eq } from 'drizzle-orm';
import {
	addUser,
	installStandardRoles,
	redeemSetUpToken
} from '#lib/features/users/commands.server.ts';
import { inTransaction, type Ctx } from '#lib/server/context.ts';
import { installation, roles } from '#lib/server/db/tables/index.ts';
import { announce, INSTALLATION } from '#lib/server/records/announce.ts';
import { fail } from '#lib/shared/result.ts';
import type { SetUp } from '../schema.ts';
import { createDepartment } from './departments.server.ts';

/**
 * Turns an empty installation into a usable one: names it, makes the first department and the first
 * administrator. Works once, with the token that the server printed.
 */
export function setUpWorkspace(ctx: Ctx, input: SetUp) {
	return inTransaction(ctx, async (ctx) => {
		if (!(await redeemSetUpToken(ctx, input.token))) return fail('wrong_token');
		await installStandardRoles(ctx);
		await nameWorkspace(ctx, input.workspaceName);
		const departmentId = await firstDepartment(ctx, input);
		return firstAdministrator(ctx, input, departmentId);
	}).catch((thrown: unknown) => {
		if (thrown instanceof DepartmentExists) return fail('name_taken');
		throw thrown;
	});
}

/** Thrown, so that the token stays usable: the transaction takes everything back. */
class DepartmentExists extends Error {}

async function firstDepartment(ctx: Ctx, input: SetUp): Promise<string> {
	const { departmentName: name, country, currency, language } = input;
	const made = await createDepartment(ctx, {
		name,
		defaultCountry: country,
		defaultCurrency: currency,
		language
	});
	if (!made.ok) throw new DepartmentExists();
	return made.value.departmentId;
}

async function firstAdministrator(ctx: Ctx, input: SetUp, departmentId: string) {
	const { name, email, password, language, timeZone } = input;
	const roleIds = await administratorRole(ctx);
	const departmentIds = [departmentId];
	return addUser(ctx, { name, email, password, language, timeZone, departmentIds, roleIds });
}

async function nameWorkspace(ctx: Ctx, name: string): Promise<void> {
	await ctx.db
		.insert(installation)
		.values({ key: 'workspace_name', value: name })
		.onConflictDoUpdate({ target: installation.key, set: { value: name } });
	await announce(ctx, { ...INSTALLATION, act: 'edit', field: 'workspaceName', new: name });
}

async function administratorRole(ctx: Ctx): Promise<string[]> {
	const rows = await ctx.db
		.select({ id: roles.id })
		.from(roles)
		.where(eq(roles.key, 'administrator'));
	return rows.map(({ id }) => id);
}
