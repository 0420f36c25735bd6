import { eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { actorOfUser } from '#lib/server/auth/actor.ts';
import { isPasswordOf } from '#lib/server/auth/password.ts';
import type { Ctx } from '#lib/server/context.ts';
import { departments, roles, sessions } from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound, TooMany } from '#lib/server/errors.ts';
import { newId } from '#lib/shared/ids.ts';
import { inRollback } from '#tests/support/database.ts';
import {
	activateUser,
	addUser,
	changePassword,
	changeUser,
	chooseColorScheme,
	chooseDepartment,
	deactivateUser,
	installStandardRoles,
	inviteUser,
	issueSetUpToken,
	makePasswordLink,
	redeemSetUpToken,
	revokeOtherSessions,
	revokeSession,
	saveProfile,
	signOut
} from './commands.server.ts';
import {
	getProfile,
	listColleagues,
	listDirectory,
	listManagedUsers,
	listSessions
} from './queries.server.ts';

const PASSWORD = 'tandem-demo';

async function aPerson(
	ctx: Ctx,
	role = 'manager',
	over: Partial<Parameters<typeof addUser>[1]> = {}
) {
	await installStandardRoles(ctx);
	const held = await ctx.db.select().from(roles).where(eq(roles.key, role));
	const added = await addUser(ctx, {
		name: 'Ann Becker',
		email: `${newId()}@tandem.example`,
		password: PASSWORD,
		departmentIds: [],
		roleIds: held.map(({ id }) => id),
		...over
	});
	if (!added.ok) throw new Error(added.error);
	return added.value.userId;
}

/** The person's own context, with a session of his. */
async function as(ctx: Ctx, userId: string): Promise<Ctx> {
	const actor = await actorOfUser(ctx.db, userId);
	if (!actor) throw new Error('inactive');
	return { ...ctx, actor: { ...actor, sessionId: await aSession(ctx, userId) } };
}

async function aSession(ctx: Ctx, userId: string): Promise<string> {
	const id = newId();
	const expiresAt = new Date(ctx.now.getTime() + 60_000);
	await ctx.db.insert(sessions).values({ id, token: id, userId, expiresAt });
	return id;
}

async function aDepartment(ctx: Ctx, name: string): Promise<string> {
	const id = newId();
	await ctx.db.insert(departments).values({ id, name });
	return id;
}

describe('people', () => {
	inRollback('[T382] get an account with the base role beside the chosen ones', async (ctx) => {
		const hamburg = await aDepartment(ctx, 'Hamburg');
		const ann = await as(ctx, await aPerson(ctx, 'manager', { departmentIds: [hamburg] }));
		const profile = await getProfile(ann);
		expect(profile.roles.map(({ key }) => key).sort()).toEqual(['co_worker', 'manager']);
		expect(profile).toMatchObject({ currentDepartmentId: hamburg, colorScheme: 'system' });
		const [colleague] = await listColleagues(ann);
		expect(colleague).toMatchObject({
			departmentIds: [hamburg],
			worksOn: expect.arrayContaining(['deal']),
			active: true
		});
	});

	inRollback('have an e-mail address of their own, whatever its letters', async (ctx) => {
		await aPerson(ctx, 'manager', { email: 'ann@tandem.example' });
		const again = { name: 'A', email: 'Ann@Tandem.example', password: PASSWORD };
		expect(await addUser(ctx, { ...again, departmentIds: [], roleIds: [] })).toEqual({
			ok: false,
			error: 'email_taken'
		});
	});

	inRollback('are added, changed and listed only by who may manage people', async (ctx) => {
		const ann = await as(ctx, await aPerson(ctx, 'manager'));
		const nobody = {
			name: 'E',
			email: 'e@x.example',
			password: PASSWORD,
			departmentIds: [],
			roleIds: []
		};
		const userId = ann.actor.id;
		expect(() => addUser(ann, nobody)).toThrow(Forbidden);
		expect(() => changeUser(ann, { userId, departmentIds: [], roleIds: [] })).toThrow(Forbidden);
		expect(() => deactivateUser(ann, { userId })).toThrow(Forbidden);
		expect(() => makePasswordLink(ann, { userId })).toThrow(Forbidden);
		expect(() => inviteUser(ann, nobody)).toThrow(Forbidden);
		await expect(listManagedUsers(ann)).rejects.toThrow(Forbidden);
	});

	inRollback('are shut out at once and let in again by who manages people [T381]', async (ctx) => {
		const adam = await as(ctx, await aPerson(ctx, 'administrator'));
		const ann = await as(ctx, await aPerson(ctx, 'manager'));
		const userId = ann.actor.id;
		await deactivateUser(adam, { userId });
		expect(await actorOfUser(ctx.db, userId)).toBeNull();
		expect(await listSessions(ann)).toEqual([]);
		expect(() => activateUser(ann, { userId })).toThrow(Forbidden);
		await activateUser(adam, { userId });
		expect(await actorOfUser(ctx.db, userId)).toMatchObject({ id: userId });
	});

	inRollback('cannot be given departments or roles that do not exist', async (ctx) => {
		const person = { name: 'E', email: 'e@x.example', password: PASSWORD };
		const bad = { ...person, departmentIds: [newId()], roleIds: [] };
		expect(await addUser(ctx, bad)).toEqual({ ok: false, error: 'not_found' });
	});

	inRollback('keep somebody who may manage people', async (ctx) => {
		const adam = await as(ctx, await aPerson(ctx, 'administrator'));
		const userId = adam.actor.id;
		expect(await deactivateUser(adam, { userId })).toEqual({ ok: false, error: 'yourself' });
		const without = { userId, departmentIds: [], roleIds: [] };
		expect(await changeUser(adam, without)).toEqual({ ok: false, error: 'last_administrator' });
		expect((await getProfile(adam)).roles.map(({ key }) => key)).toContain('administrator');
		await aPerson(ctx, 'administrator');
		expect(await changeUser(adam, without)).toMatchObject({ ok: true });
	});
});

describe('one’s own account', () => {
	inRollback('lists one’s own sessions only, the current one first', async (ctx) => {
		const ann = await as(ctx, await aPerson(ctx));
		await aSession(ctx, ann.actor.id);
		await as(ctx, await aPerson(ctx));
		const listed = await listSessions(ann);
		expect(listed.map(({ isCurrent }) => isCurrent)).toEqual([true, false]);
	});

	inRollback('ends one session, or all others, but never somebody else’s', async (ctx) => {
		const ann = await as(ctx, await aPerson(ctx));
		const bob = await as(ctx, await aPerson(ctx));
		const other = await aSession(ctx, ann.actor.id);
		const bobs = bob.actor.sessionId ?? '';
		await expect(revokeSession(ann, { sessionId: bobs })).rejects.toThrow(NotFound);
		await revokeSession(ann, { sessionId: other });
		expect(await listSessions(ann)).toHaveLength(1);
		await aSession(ctx, ann.actor.id);
		await revokeOtherSessions(ann);
		expect((await listSessions(ann)).map(({ id }) => id)).toEqual([ann.actor.sessionId]);
		await signOut(ann);
		expect(await listSessions(ann)).toEqual([]);
		expect(await listSessions(bob)).toHaveLength(1);
	});

	inRollback('changes the password only for who knows the present one; others end', async (ctx) => {
		const ann = await as(ctx, await aPerson(ctx));
		await aSession(ctx, ann.actor.id);
		const newPassword = 'a better one, and longer';
		const wrong = await changePassword(ann, { currentPassword: 'guess', newPassword });
		expect(wrong).toEqual({ ok: false, error: 'wrong_password' });
		expect(await listSessions(ann)).toHaveLength(2);
		await changePassword(ann, { currentPassword: PASSWORD, newPassword });
		expect(await isPasswordOf(ctx.db, ann.actor.id, newPassword)).toBe(true);
		expect(await listSessions(ann)).toHaveLength(1);
	});

	inRollback('does not let a borrowed session guess the password for ever', async (ctx) => {
		const ann = await as(ctx, await aPerson(ctx));
		const guess = { currentPassword: 'guess', newPassword: 'a better one, and longer' };
		for (let n = 0; n < 10; n++) await changePassword(ann, guess);
		await expect(changePassword(ann, guess)).rejects.toThrow(TooMany);
	});

	inRollback('remembers name, language, zone, scheme and department', async (ctx) => {
		const hamburg = await aDepartment(ctx, 'Hamburg');
		const malmo = await aDepartment(ctx, 'Malmö');
		const ann = await as(ctx, await aPerson(ctx, 'manager', { departmentIds: [hamburg] }));
		const tastes = { language: 'de', timeZone: 'Europe/Berlin', colorScheme: 'dark' } as const;
		await saveProfile(ann, { name: 'Anna Becker', ...tastes });
		await chooseDepartment(ann, { departmentId: null });
		expect(await getProfile(ann)).toMatchObject({
			name: 'Anna Becker',
			...tastes,
			currentDepartmentId: null
		});
		await chooseColorScheme(ann, { colorScheme: 'light' });
		await expect(chooseDepartment(ann, { departmentId: malmo })).rejects.toThrow(Forbidden);
		expect(await getProfile(ann)).toMatchObject({ colorScheme: 'light' });
	});
});

describe('the directory', () => {
	inRollback(
		'[core 4.20] finds everybody by parts of name and address and by department, for anybody',
		async (ctx) => {
			const hamburg = await aDepartment(ctx, 'Hamburg');
			const ann = await as(ctx, await aPerson(ctx, 'co_worker', { name: 'Ann Becker' }));
			const bob = await aPerson(ctx, 'manager', { name: 'Bob Ångström', departmentIds: [hamburg] });
			const tastes = { language: 'de', timeZone: 'Europe/Berlin', colorScheme: 'system' } as const;
			await saveProfile(ann, { name: 'Ann Becker', ...tastes, phone: '+49 40 123456' });
			const find = async (q: string, departmentId: string | null = null) =>
				(await listDirectory(ann, { q, departmentId })).map(({ name }) => name);
			expect(await find('')).toEqual(['Ann Becker', 'Bob Ångström']);
			expect(await find('ÅNG bob')).toEqual(['Bob Ångström']);
			expect(await find('%')).toEqual([]);
			expect(await find('', hamburg)).toEqual(['Bob Ångström']);
			await deactivateUser(ctx, { userId: bob });
			expect(await listDirectory(ann, { q: '', departmentId: null })).toMatchObject([
				{ name: 'Ann Becker', phone: '+49 40 123456', active: true, language: 'de' },
				{ name: 'Bob Ångström', phone: null, active: false }
			]);
		}
	);
});

describe('the set-up token', () => {
	inRollback('works once, and only the newest', async (ctx) => {
		const old = await issueSetUpToken(ctx);
		const token = await issueSetUpToken(ctx);
		expect(await redeemSetUpToken(ctx, old ?? '')).toBe(false);
		expect(await redeemSetUpToken(ctx, token ?? '')).toBe(true);
		expect(await redeemSetUpToken(ctx, token ?? '')).toBe(false);
	});

	inRollback('is neither made nor taken once somebody has an account', async (ctx) => {
		const token = await issueSetUpToken(ctx);
		await aPerson(ctx);
		expect(await issueSetUpToken(ctx)).toBeNull();
		expect(await redeemSetUpToken(ctx, token ?? '')).toBe(false);
	});
});
