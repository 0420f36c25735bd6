import { eq } from 'drizzle-orm';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { markArrived, saveMailSettings, sendAgain } from '#lib/features/mail/commands.server.ts';
import { getMailSettings } from '#lib/features/mail/queries.server.ts';
import { mailSettings, outgoingMails } from '#lib/server/db/tables/index.ts';
import { Forbidden } from '#lib/server/errors.ts';
import { systemCtx, testDatabase } from '#tests/support/database.ts';
import { aColleague } from '#tests/support/deals.ts';
import { startMailServer } from '#tests/support/mail-server.ts';
import type { Ctx } from '../context.ts';
import { queueMail } from './outgoing.ts';
import { sendMail, tidyMails } from './send.ts';

process.env.SECRET = 'a secret of at least thirty-two characters';
const { db } = await testDatabase();
const ctx = systemCtx(db);
const server = await startMailServer({ user: 'tandem', pass: 'correct horse' });
afterAll(() => server.stop());

const adam = await aColleague(ctx, 'Adam', 'administrator');
const SETTINGS = {
	...{ host: '127.0.0.1', port: server.port, security: 'none' as const },
	...{ username: 'tandem', password: 'correct horse' },
	...{ senderName: 'Tandem', senderAddress: 'crm@tandem.example' },
	address: 'https://crm.example.com'
};

beforeEach(async () => {
	await db.delete(outgoingMails);
	await db.delete(mailSettings);
	await saveMailSettings(adam, SETTINGS);
	server.taken.length = 0;
	server.tried.length = 0;
	server.next();
});

async function aMail(): Promise<string> {
	const { id } = await queueMail(ctx, {
		...{ purpose: 'test', userId: null, recipient: 'bob@tandem.example' },
		...{ subject: 'Grüße', text: 'Schöne Grüße', html: '<p>Schöne Grüße</p>' }
	});
	return id;
}

const mailOf = async (id: string) => {
	const [mail] = await db.select().from(outgoingMails).where(eq(outgoingMails.id, id));
	if (!mail) throw new Error('gone');
	return mail;
};

const at = (now: Date): Ctx => ({ ...ctx, now });
const minutes = (count: number) => new Date(ctx.now.getTime() + count * 60_000);
const mailsOf = () => server.taken.length;

describe('a mail', () => {
	test('[A-001] goes out once, with its subject, its body and one recipient', async () => {
		const mailId = await aMail();
		await Promise.all([sendMail(ctx, { mailId }), sendMail(ctx, { mailId })]);
		await sendMail(ctx, { mailId });
		expect(await mailOf(mailId)).toMatchObject({ state: 'sent', captured: false, attempts: 1 });
		expect(server.taken).toHaveLength(1);
		expect(server.tried).toEqual(['bob@tandem.example']);
		const [source = ''] = server.taken;
		expect(source).toContain(`Message-ID: <${mailId}@crm.example.com>`);
		expect(source).toMatch(/Subject: =\?UTF-8\?/);
		expect(source).toContain('From: Tandem <crm@tandem.example>');
		expect(source).toContain('Auto-Submitted: auto-generated');
		expect(source).toContain('text/html');
	});

	test('is captured while no mail server is set: it goes nowhere and says so', async () => {
		await db.delete(mailSettings);
		const mailId = await aMail();
		await sendMail(ctx, { mailId });
		expect(await mailOf(mailId)).toMatchObject({ state: 'sent', captured: true });
		expect(server.tried).toEqual([]);
	});

	test('[A-007] that is clearly not taken is tried again at once, then with growing pauses', async () => {
		const mailId = await aMail();
		server.next(
			'hangs up early',
			{ at: 'recipient', code: 450 },
			{ at: 'data', code: 451 },
			'takes'
		);
		await sendMail(ctx, { mailId });
		const first = await mailOf(mailId);
		expect(first).toMatchObject({ state: 'waiting', attempts: 1, nextAttemptAt: ctx.now });
		await sendMail(ctx, { mailId });
		expect((await mailOf(mailId)).nextAttemptAt).toEqual(minutes(1));
		// Not before its time, however often it is asked for.
		await sendMail(at(minutes(0.5)), { mailId });
		expect((await mailOf(mailId)).attempts).toBe(2);
		await sendMail(at(minutes(1)), { mailId });
		expect((await mailOf(mailId)).nextAttemptAt).toEqual(minutes(6));
		await sendMail(at(minutes(6)), { mailId });
		expect(await mailOf(mailId)).toMatchObject({ state: 'sent', attempts: 4 });
		expect(mailsOf()).toBe(1);
	});

	test('that is refused for good has failed, with what the server said, until a person tries again', async () => {
		const mailId = await aMail();
		server.next({ at: 'recipient', code: 550 });
		await sendMail(ctx, { mailId });
		expect(await mailOf(mailId)).toMatchObject({
			state: 'failed',
			answer: expect.stringContaining('Not now')
		});
		await tidyMails(at(minutes(600)));
		await sendMail(at(minutes(600)), { mailId });
		expect(mailsOf()).toBe(0);
		await sendAgain(adam, { mailId });
		await sendMail(ctx, { mailId });
		expect(await mailOf(mailId)).toMatchObject({ state: 'sent' });
		expect(mailsOf()).toBe(1);
	});

	test('never stops being tried in silence: after the last attempt it has failed', async () => {
		const mailId = await aMail();
		server.next(...Array.from({ length: 20 }, () => ({ at: 'data', code: 451 }) as const));
		for (let hour = 0; hour < 40; hour++) await sendMail(at(minutes(hour * 60)), { mailId });
		expect(await mailOf(mailId)).toMatchObject({ state: 'failed', attempts: 9 });
	});

	test('that was handed over and not answered is unknown: nobody sends it again by himself', async () => {
		const mailId = await aMail();
		server.next('hangs up after the mail');
		await sendMail(ctx, { mailId });
		expect(await mailOf(mailId)).toMatchObject({ state: 'unknown' });
		await tidyMails(at(minutes(600)));
		await sendMail(at(minutes(600)), { mailId });
		expect(server.tried).toHaveLength(1);
		await markArrived(adam, { mailId });
		expect(await mailOf(mailId)).toMatchObject({ state: 'sent' });
	});

	test('whose worker died while it sent is unknown as well, and what really happened counts', async () => {
		const mailId = await aMail();
		const { promise: stuck, resolve } = Promise.withResolvers<{
			outcome: 'sent';
			answer: string;
		}>();
		const slow = sendMail(ctx, { mailId }, () => stuck);
		await expect.poll(async () => (await mailOf(mailId)).state).toBe('sending');
		await tidyMails(at(minutes(1)));
		expect((await mailOf(mailId)).state).toBe('sending');
		await tidyMails(at(minutes(10)));
		expect((await mailOf(mailId)).state).toBe('unknown');
		// It was only slow.
		resolve({ outcome: 'sent', answer: '250' });
		await slow;
		expect((await mailOf(mailId)).state).toBe('sent');
	});

	test('with a wrong password waits for somebody to correct it', async () => {
		await saveMailSettings(adam, { ...SETTINGS, password: 'wrong' });
		const mailId = await aMail();
		await sendMail(ctx, { mailId });
		expect(await mailOf(mailId)).toMatchObject({ state: 'waiting', attempts: 1 });
		await saveMailSettings(adam, SETTINGS);
		await sendMail(ctx, { mailId });
		expect(await mailOf(mailId)).toMatchObject({ state: 'sent' });
	});

	test('cannot be sent with a password that was sealed under another secret, and says why', async () => {
		const [row] = await db.select().from(mailSettings);
		await db.update(mailSettings).set({ password: `${row?.password?.slice(0, -2)}AA` });
		const mailId = await aMail();
		await sendMail(ctx, { mailId });
		expect(await mailOf(mailId)).toMatchObject({ state: 'failed', answer: 'password_unreadable' });
	});
});

describe('the mail server', () => {
	test('is set by who may set everything, and its password lies sealed and is shown to nobody', async () => {
		const ann = await aColleague(ctx, 'Ann', 'manager');
		await expect(saveMailSettings(ann, SETTINGS)).rejects.toThrow(Forbidden);
		await expect(getMailSettings(ann)).rejects.toThrow(Forbidden);
		expect(JSON.stringify(await getMailSettings(adam))).not.toContain('correct horse');
		const [row] = await db.select().from(mailSettings);
		expect(JSON.stringify(row)).not.toContain('correct horse');
	});

	test('keeps its password when none is typed, and needs one where somebody signs in', async () => {
		await saveMailSettings(adam, { ...SETTINGS, password: '', senderName: 'CRM' });
		const mailId = await aMail();
		await sendMail(ctx, { mailId });
		expect(await mailOf(mailId)).toMatchObject({ state: 'sent' });
		await saveMailSettings(adam, { ...SETTINGS, username: null, password: '' });
		expect(await saveMailSettings(adam, { ...SETTINGS, password: '' })).toEqual({
			ok: false,
			error: 'password_needed'
		});
	});
});
