import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { askPasswordLink } from '#lib/server/auth/ask-password-link.ts';
import { isPasswordOf } from '#lib/server/auth/password.ts';
import type { Ctx } from '#lib/server/context.ts';
import {
	changes,
	departmentMembers,
	departments,
	invitations,
	mailSettings,
	outgoingMails,
	passwordLinks,
	rateLimits,
	roles,
	sessions,
	userRoles,
	users
} from '#lib/server/db/tables/index.ts';
import { NotFound, TooMany } from '#lib/server/errors.ts';
import { sendMail } from '#lib/server/mail/send.ts';
import { newId } from '#lib/shared/ids.ts';
import { systemCtx, testDatabase } from '#tests/support/database.ts';
import { aColleague } from '#tests/support/deals.ts';
import { startMailServer } from '#tests/support/mail-server.ts';
import {
	acceptInvitation,
	choosePassword,
	deactivateUser,
	installStandardRoles,
	inviteAgain,
	inviteUser,
	makePasswordLink,
	revokeInvitation,
	sendPasswordLink
} from './commands.server.ts';
import { findInvitation, findPasswordLink, listInvitations } from './queries.server.ts';

process.env.SECRET = 'a secret of at least thirty-two characters';
const { db } = await testDatabase();
const ctx = systemCtx(db);
const server = await startMailServer();
afterAll(() => server.stop());
await installStandardRoles(ctx);
const adam = await aColleague(ctx, 'Adam', 'administrator');
const [administrator] = await db.select().from(roles).where(eq(roles.key, 'administrator'));
await db.insert(userRoles).values({ userId: adam.actor.id, roleId: administrator?.id ?? '' });
const hamburg = newId();
await db.insert(departments).values({ id: hamburg, name: 'Hamburg' });

const GOOD = 'a sentence that nobody guesses';
const SELF = {
	name: 'Nina New',
	password: GOOD,
	language: 'de',
	timeZone: 'Europe/Berlin'
} as const;
const later = (days: number): Ctx => ({
	...ctx,
	now: new Date(ctx.now.getTime() + days * 86_400_000)
});

beforeEach(async () => {
	await db.delete(rateLimits);
	await db.delete(outgoingMails);
	await db.delete(mailSettings);
	server.taken.length = 0;
});

async function mailIsSet() {
	await db.insert(mailSettings).values({
		...{ id: newId(), host: '127.0.0.1', port: server.port, security: 'none' as const },
		...{ senderName: 'Tandem', senderAddress: 'crm@tandem.example' },
		...{ address: 'https://crm.example.com', updatedAt: ctx.now }
	});
}

async function invited(over: Partial<Parameters<typeof inviteUser>[1]> = {}) {
	const email = `${newId()}@new.example`;
	const made = await inviteUser(adam, {
		...{ email, name: '', departmentIds: [], roleIds: [] },
		...over
	});
	if (!made.ok) throw new Error(made.error);
	const [row] = await db
		.select()
		.from(invitations)
		.where(eq(invitations.email, over.email ?? email));
	return { ...made.value, email: over.email ?? email, id: row?.id ?? '' };
}

async function someone(name = 'Ann Becker') {
	const email = `${newId()}@tandem.example`;
	const { token } = await invited({ email });
	const made = await acceptInvitation(ctx, { ...SELF, name, token });
	if (!made.ok) throw new Error(made.error);
	return made.value;
}

async function linkOf(userId: string): Promise<string> {
	const made = await makePasswordLink(adam, { userId });
	if (!made.ok) throw new Error('no link');
	return made.value.token;
}

/** The only mail that lies there, after it was sent. */
async function sent() {
	const [mail] = await db.select().from(outgoingMails);
	if (!mail) throw new Error('no mail');
	await sendMail(ctx, { mailId: mail.id });
	return {
		before: mail,
		source: server.taken[0]?.replace(/=\r?\n/g, '').replaceAll('=3D', '=') ?? ''
	};
}

describe('an invitation', () => {
	test('[ASVS 6.4.1] makes an account with name, password, departments and roles, once', async () => {
		const { token, email } = await invited({ departmentIds: [hamburg] });
		expect(await findInvitation(ctx, token)).toMatchObject({ email, language: 'en' });
		const accepted = await acceptInvitation(ctx, { ...SELF, token });
		if (!accepted.ok) throw new Error(accepted.error);
		const { userId } = accepted.value;
		const [user] = await db.select().from(users).where(eq(users.id, userId));
		expect(user).toMatchObject({ name: 'Nina New', email });
		expect(await isPasswordOf(db, userId, GOOD)).toBe(true);
		const places = await db
			.select()
			.from(departmentMembers)
			.where(eq(departmentMembers.userId, userId));
		expect(places).toMatchObject([{ departmentId: hamburg }]);
		expect(await acceptInvitation(ctx, { ...SELF, token })).toMatchObject({
			error: 'link_is_over'
		});
		expect(await findInvitation(ctx, token)).toBeNull();
	});

	test('is stored as a hash: nothing in the tables, the history or a mail opens it', async () => {
		await mailIsSet();
		const { token } = await invited();
		const [dump] = await db.execute<{ all: string }>(sql`
			select concat(
				(select json_agg(i) from invitations i), (select json_agg(c) from changes c),
				(select json_agg(m) from outgoing_mails m), (select json_agg(j) from pgboss.job j)
			) as all`);
		expect(dump?.all).not.toContain(token);
		const { before, source } = await sent();
		expect(before).toMatchObject({
			purpose: 'account',
			text: expect.stringContaining('not-shown-here')
		});
		expect(source).toContain(`https://crm.example.com/invite?token=${token}`);
		const [after] = await db.select().from(outgoingMails);
		expect(after).toMatchObject({ state: 'sent', secret: null });
	});

	test('runs out, can be renewed, and the old link opens nothing then', async () => {
		const { token, id, email } = await invited();
		const eightDays = later(8);
		expect(await findInvitation(later(6), token)).not.toBeNull();
		expect(await acceptInvitation(eightDays, { ...SELF, token })).toMatchObject({
			error: 'link_is_over'
		});
		const again = await inviteAgain({ ...adam, now: eightDays.now }, { invitationId: id });
		if (!again.ok) throw new Error('again');
		expect(await findInvitation(eightDays, token)).toBeNull();
		expect(await findInvitation(eightDays, again.value.token)).toMatchObject({ email });
	});

	test('is taken back at once, and is made once for an address and never for somebody who is here', async () => {
		const { token, id, email } = await invited();
		const same = { email, name: '', departmentIds: [], roleIds: [] };
		expect(await inviteUser(adam, same)).toMatchObject({ error: 'already_invited' });
		await revokeInvitation(adam, { invitationId: id });
		await expect(revokeInvitation(adam, { invitationId: id })).rejects.toThrow(NotFound);
		expect(await acceptInvitation(ctx, { ...SELF, token })).toMatchObject({
			error: 'link_is_over'
		});
		expect((await listInvitations(adam)).map((one) => one.email)).not.toContain(email);
		expect(await inviteUser(adam, same)).toMatchObject({ ok: true });
		const ann = await someone();
		expect(await inviteUser(adam, { ...same, email: ann.email })).toMatchObject({
			error: 'email_taken'
		});
	});

	test('gives what is still there of what it promised', async () => {
		const gone = newId();
		await db.insert(departments).values({ id: gone, name: 'Gone' });
		const { token } = await invited({ departmentIds: [hamburg, gone] });
		await db.delete(departments).where(eq(departments.id, gone));
		expect(await acceptInvitation(ctx, { ...SELF, token })).toMatchObject({ ok: true });
	});

	test('[ASVS 6.2.4] is kept for another try when the password is one that attackers try first', async () => {
		const { token } = await invited();
		const bad = { ...SELF, token, password: 'password123' };
		expect(await acceptInvitation(ctx, bad)).toMatchObject({ error: 'password_common' });
		expect(await acceptInvitation(ctx, { ...SELF, token })).toMatchObject({ ok: true });
	});
});

describe('another password', () => {
	test('[ASVS 6.4.6] is chosen by its owner with a link that an administrator hands over, without any mail', async () => {
		const ann = await someone();
		await db.insert(sessions).values({
			...{ id: newId(), token: newId(), userId: ann.userId },
			expiresAt: later(1).now
		});
		const [old, token] = [await linkOf(ann.userId), await linkOf(ann.userId)];
		expect(await isPasswordOf(db, ann.userId, GOOD)).toBe(true);
		expect(await findPasswordLink(ctx, token)).toEqual({ email: ann.email, keys: 0 });
		const newPassword = 'another sentence, even longer';
		expect(await choosePassword(ctx, { token, newPassword: 'password123' })).toMatchObject({
			error: 'password_common'
		});
		expect(await choosePassword(ctx, { token, newPassword })).toMatchObject({ ok: true });
		expect(await isPasswordOf(db, ann.userId, newPassword)).toBe(true);
		expect(await db.$count(sessions, eq(sessions.userId, ann.userId))).toBe(0);
		for (const used of [old, token]) {
			expect(await choosePassword(ctx, { token: used, newPassword })).toMatchObject({
				error: 'link_is_over'
			});
		}
		const acts = await db
			.select({ act: changes.act, actorId: changes.actorId })
			.from(changes)
			.where(eq(changes.recordId, ann.userId));
		expect(acts).toContainEqual({ act: 'make_password_link', actorId: adam.actor.id });
		expect(acts).toContainEqual({ act: 'reset_password', actorId: ann.userId });
		// None but the one that says that it was done.
		expect(await db.select().from(outgoingMails)).toMatchObject([
			{ secret: null, userId: ann.userId }
		]);
	});

	test('cannot be chosen with a link that ran out, or for somebody who was deactivated', async () => {
		const ann = await someone();
		const token = await linkOf(ann.userId);
		const chosen = { token, newPassword: 'another sentence, even longer' };
		expect(await choosePassword(later(2), chosen)).toMatchObject({ error: 'link_is_over' });
		await deactivateUser(adam, { userId: ann.userId });
		expect(await choosePassword(ctx, chosen)).toMatchObject({ error: 'link_is_over' });
		expect(await findPasswordLink(ctx, token)).toBeNull();
		await expect(makePasswordLink(adam, { userId: ann.userId })).rejects.toThrow(NotFound);
	});

	test('[ASVS 6.3.8] is asked for without telling who has an account: the same statements, the same answer', async () => {
		await mailIsSet();
		const ann = await someone();
		await db.delete(outgoingMails);
		const known = await counted((ctx) =>
			askPasswordLink(ctx, { email: ann.email, address: '203.0.113.7' })
		);
		const unknown = await counted((ctx) =>
			askPasswordLink(ctx, { email: 'nobody@tandem.example', address: '203.0.113.7' })
		);
		expect(unknown).toEqual(known);
		expect(known.statements.length).toBeGreaterThan(3);
		expect(await db.select().from(outgoingMails)).toEqual([]);
		await sendPasswordLink(ctx, { userId: newId() });
		expect(await db.select().from(outgoingMails)).toEqual([]);
		await sendPasswordLink(ctx, { userId: ann.userId });
		const { source } = await sent();
		const [, token = ''] = /reset\?token=([\w-]{43})/.exec(source) ?? [];
		expect(await findPasswordLink(ctx, token)).toEqual({ email: ann.email, keys: 0 });
		expect(await db.$count(passwordLinks, eq(passwordLinks.userId, ann.userId))).toBe(1);
	});

	test('is asked for a few times in a quarter of an hour, for whatever address', async () => {
		await mailIsSet();
		const ask = (email: string) => askPasswordLink(ctx, { email, address: '203.0.113.7' });
		for (const email of ['a@tandem.example', 'nobody@tandem.example']) {
			for (let n = 0; n < 3; n++) expect(await ask(email)).toMatchObject({ ok: true });
			await expect(ask(email)).rejects.toBeInstanceOf(TooMany);
		}
		for (let n = 0; n < 12; n++) await ask(`${n}@tandem.example`);
		await expect(ask('last@tandem.example')).rejects.toBeInstanceOf(TooMany);
	});

	test('is not offered by mail while no mail leaves this machine', async () => {
		const asked = askPasswordLink(ctx, { email: 'a@tandem.example', address: '203.0.113.7' });
		expect(await asked).toMatchObject({ error: 'no_mail' });
	});
});

/** What a command answered and, without their values, which statements it ran. */
async function counted<Value>(run: (ctx: Ctx) => Promise<Value>) {
	const statements: string[] = [];
	const watched = new Proxy(db, {
		get(target, name) {
			const member: unknown = Reflect.get(target, name);
			if (typeof member !== 'function') return member;
			statements.push(String(name));
			return member.bind(target);
		}
	});
	return { answer: await run({ ...ctx, db: watched }), statements };
}
