import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { eq } from 'drizzle-orm';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { createCompany } from '#lib/features/companies/commands.server.ts';
import { dealRecords } from '#lib/features/deals/record.server.ts';
import { trashDeal } from '#lib/features/deals/commands.server.ts';
import { tellPeople } from '#lib/features/notifications/commands.server.ts';
import { installStandardRoles } from '#lib/features/users/commands.server.ts';
import { kinds } from '#lib/registry.server.ts';
import type { Ctx } from '#lib/server/context.ts';
import {
	attachments,
	blobs,
	changes,
	deals,
	fileStore,
	notifications,
	pictures,
	roles,
	userRoles
} from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import { erase } from '#lib/server/records/erase.ts';
import { blobFile, stageBlob } from '#lib/server/storage/blobs.ts';
import { newId } from '#lib/shared/ids.ts';
import { systemCtx, testDatabase } from '#tests/support/database.ts';
import { aColleague, aDeal, aSalesOffice } from '#tests/support/deals.ts';
import {
	attachFile,
	checkBlobs,
	copyFiles,
	makePreview,
	removeFile,
	removePicture,
	restoreFile,
	saveFileLimits,
	setPicture,
	tidyFiles
} from './commands.server.ts';
import { missingFileNotices } from './events.ts';
import { getFile, getPicture, getStore, listFiles } from './queries.server.ts';
import type { PictureOf } from './schema.ts';

const { db } = await testDatabase();
const home = mkdtempSync(path.join(tmpdir(), 'tandem-files-'));
process.env.DATA_DIR = home;
afterAll(() => rmSync(home, { recursive: true, force: true }));

const ctx = systemCtx(db);
const office = await aSalesOffice(ctx, 'Hamburg');
const ann = await aColleague(ctx, 'Ann', 'manager', office);
const cleo = await aColleague(ctx, 'Cleo', 'manager', office);
const tina = await aColleague(ctx, 'Tina', 'manager', await aSalesOffice(ctx, 'Malmö'));
const adam = await aColleague(ctx, 'Adam', 'administrator');

beforeEach(async () => {
	await db.delete(attachments);
	await db.delete(pictures);
	await db.update(blobs).set({ preview: null });
	await db.delete(blobs);
	await db.delete(fileStore);
	rmSync(path.join(home, 'uploads'), { recursive: true, force: true });
});

/** Brings a file with this content to a record, as an upload does. */
async function bring(by: Ctx, recordId: string, content: string | Buffer, name = 'offer.txt') {
	const staged = await stageBlob(once(Buffer.from(content)), { limitBytes: 1e9 });
	if (staged === 'too_large') throw new Error('no file of a test is');
	return attachFile(by, kinds, { kind: 'deal', recordId }, { name, staged });
}

async function attached(by: Ctx, recordId: string, content: string | Buffer, name?: string) {
	const brought = await bring(by, recordId, content, name);
	if (!brought.ok) throw new Error(brought.reason);
	return brought.id;
}

async function* once(bytes: Buffer) {
	yield bytes;
}

const shaOf = (content: string | Buffer) => createHash('sha256').update(content).digest('hex');
const filesOf = async (recordId: string) =>
	(await listFiles(ann, { kind: 'deal', recordId })).files.map(({ name }) => name);
const actsOf = async (recordId: string) =>
	(await db.select().from(changes).where(eq(changes.recordId, recordId)).orderBy(changes.id)).map(
		({ act }) => act
	);
const revOf = async (id: string) =>
	(await db.select({ rev: deals.rev }).from(deals).where(eq(deals.id, id)))[0]?.rev ?? 0;
/** Everything that lies in the store, without what is only on its way. */
const onDisk = () =>
	existsSync(path.join(home, 'uploads/blobs'))
		? readdirSync(path.join(home, 'uploads/blobs'), { recursive: true, withFileTypes: true })
				.filter((entry) => entry.isFile())
				.map((entry) => entry.name)
		: [];

describe('a file at a record', () => {
	test('lies outside of the web under the name of its content, and the record tells of it', async () => {
		const deal = await aDeal(ann);
		const before = await revOf(deal);
		const id = await attached(ann, deal, 'An offer');
		expect(await filesOf(deal)).toEqual(['offer.txt']);
		expect(readFileSync(blobFile(shaOf('An offer')), 'utf8')).toBe('An offer');
		expect(statSync(blobFile(shaOf('An offer'))).mode & 0o077).toBe(0);
		expect(await actsOf(deal)).toContain('file.added');
		expect(await revOf(deal)).toBe(before + 1);
		const file = await getFile(cleo, kinds, id);
		expect(file).toMatchObject({ name: 'offer.txt', type: 'text/plain', uploadedBy: 'Ann' });
	});

	test('is not there for who may not read the record [core 13: no plain media addresses]', async () => {
		const deal = await aDeal(ann);
		const id = await attached(ann, deal, 'Secret');
		await expect(getFile(tina, kinds, id)).rejects.toThrow(NotFound);
		await expect(bring(tina, deal, 'Mine')).rejects.toThrow(NotFound);
		await expect(removeFile(tina, kinds, { fileId: id })).rejects.toThrow(NotFound);
	});

	test('is added and removed only by who may change the record [core 3.4]', async () => {
		const deal = await aDeal(ann);
		const id = await attached(ann, deal, 'Read only');
		await expect(bring(cleo, deal, 'Not mine')).rejects.toThrow(Forbidden);
		await expect(removeFile(cleo, kinds, { fileId: id })).rejects.toThrow(Forbidden);
		expect(onDisk()).toEqual([shaOf('Read only')]);
		const carl = await aColleague(ctx, 'Carl', 'chief');
		expect((await bring(carl, deal, 'A chief may, on deals')).ok).toBe(true);
	});

	test('cannot be reached any more once its record is in the trash, but for who may restore it', async () => {
		const deal = await aDeal(ann);
		const id = await attached(ann, deal, 'Gone');
		await trashDeal(ann, { dealId: deal });
		await expect(getFile(cleo, kinds, id)).rejects.toThrow(NotFound);
		expect((await getFile(ann, kinds, id)).name).toBe('offer.txt');
		await expect(bring(ann, deal, 'More')).rejects.toThrow(NotFound);
	});

	test('twice under the same name at the same record is once', async () => {
		const deal = await aDeal(ann);
		const [first, second] = [await attached(ann, deal, 'Same'), await attached(ann, deal, 'Same')];
		expect(second).toBe(first);
		expect(await filesOf(deal)).toHaveLength(1);
	});

	test('goes away and comes back, and both are told', async () => {
		const deal = await aDeal(ann);
		const fileId = await attached(ann, deal, 'To and fro');
		await removeFile(ann, kinds, { fileId });
		expect(await filesOf(deal)).toEqual([]);
		await expect(getFile(ann, kinds, fileId)).rejects.toThrow(NotFound);
		const rev = await revOf(deal);
		await removeFile(ann, kinds, { fileId });
		expect(await revOf(deal)).toBe(rev);
		await restoreFile(ann, kinds, { fileId });
		expect(await filesOf(deal)).toEqual(['offer.txt']);
		expect(await actsOf(deal)).toEqual(expect.arrayContaining(['file.removed', 'file.restored']));
	});
});

describe('a content', () => {
	const DAYS_31 = 31 * 86_400_000;
	const later = { ...ctx, now: new Date(Date.now() + DAYS_31) };

	test('[C409] is stored once however often it is used, and goes only with the last file that uses it', async () => {
		const [one, other] = [await aDeal(ann), await aDeal(ann)];
		const first = await attached(ann, one, 'Price list', 'prices.txt');
		const second = await attached(ann, other, 'Price list', 'Preise.txt');
		expect(onDisk()).toEqual([shaOf('Price list')]);
		expect((await getStore(adam)).use).toEqual({ sizeBytes: 10, files: 1 });

		await removeFile(ann, kinds, { fileId: first });
		expect(await tidyFiles(later)).toEqual({ removed: 0 });
		expect(onDisk()).toEqual([shaOf('Price list')]);

		await removeFile(ann, kinds, { fileId: second });
		expect(await tidyFiles(ctx)).toEqual({ removed: 0 });
		expect(onDisk()).toEqual([shaOf('Price list')]);
		expect(await tidyFiles(later)).toEqual({ removed: 1 });
		expect(onDisk()).toEqual([]);
		expect((await getStore(adam)).use).toEqual({ sizeBytes: 0, files: 0 });
	});

	test('comes along by reference when the files of a record are copied [core 2.5]', async () => {
		const [from, to] = [await aDeal(ann), await aDeal(ann)];
		await attached(ann, from, 'One', 'one.txt');
		await attached(ann, from, 'Two', 'two.txt');
		const copied = await copyFiles(ann, kinds, {
			from: { kind: 'deal', recordId: from },
			to: { kind: 'deal', recordId: to }
		});
		expect(copied).toBe(2);
		expect((await filesOf(to)).sort()).toEqual(['one.txt', 'two.txt']);
		expect(onDisk()).toHaveLength(2);
	});

	test('of an erased record goes as well: no file is orphaned [core 4.17]', async () => {
		const deal = await aDeal(ann);
		await attached(ann, deal, 'To be erased');
		await erase(ctx, dealRecords, [deal]);
		expect(await tidyFiles(later)).toEqual({ removed: 1 });
		expect(onDisk()).toEqual([]);
	});

	test('that the disk has lost is noted once, told, shown to administrators, and mended by the same file', async () => {
		const deal = await aDeal(ann);
		await installStandardRoles(ctx);
		const [role] = await db.select().from(roles).where(eq(roles.key, 'administrator'));
		await db.insert(userRoles).values({ userId: adam.actor.id, roleId: role?.id ?? '' });
		await attached(ann, deal, 'To be lost');
		rmSync(blobFile(shaOf('To be lost')));
		expect(await checkBlobs(ctx)).toEqual({ missing: 1 });
		expect(await checkBlobs(ctx)).toEqual({ missing: 1 });
		const told = await db.select().from(changes).where(eq(changes.act, 'file.missing'));
		// Of the store as a whole, and at the deal, which names whoever looks after the installation.
		expect(told.map(({ kind }) => kind).sort()).toEqual(['deal', 'installation']);
		const atDeal = told.filter(({ kind }) => kind === 'deal').map(({ id }) => id);
		await tellPeople(ctx, { kinds, rules: missingFileNotices }, { changeIds: atDeal });
		const notified = await db.select().from(notifications);
		expect(notified).toMatchObject([
			{ userId: adam.actor.id, act: 'file.missing', recordId: deal, params: { file: 'offer.txt' } }
		]);
		expect((await getStore(adam)).missing).toMatchObject([{ name: 'offer.txt', recordId: deal }]);
		await expect(getStore(ann)).rejects.toThrow(Forbidden);
		const { files } = await listFiles(ann, { kind: 'deal', recordId: deal });
		expect(files).toMatchObject([{ missing: true }]);

		await attached(ann, deal, 'To be lost', 'again.txt');
		expect((await getStore(adam)).missing).toEqual([]);
		expect(readFileSync(blobFile(shaOf('To be lost')), 'utf8')).toBe('To be lost');
	});

	test('that was brought while the same one was tidied away is there', async () => {
		const deal = await aDeal(ann);
		const fileId = await attached(ann, deal, 'Race');
		await removeFile(ann, kinds, { fileId });
		const brought: Promise<unknown>[] = [];
		for (let round = 0; round < 5; round++) {
			brought.push(tidyFiles(later), bring(ann, deal, 'Race', `race ${round}.txt`));
		}
		await Promise.all(brought);
		expect(readFileSync(blobFile(shaOf('Race')), 'utf8')).toBe('Race');
		expect(await filesOf(deal)).toHaveLength(5);
	});
});

describe('what is refused', () => {
	test('leaves nothing on the disk and says why', async () => {
		const deal = await aDeal(ann);
		const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
		const huge = Buffer.concat([png, Buffer.alloc(8)]);
		huge.writeUInt32BE(200_000, 16);
		huge.writeUInt32BE(200_000, 20);
		const refused = [
			await bring(ann, deal, '', 'empty.txt'),
			await bring(ann, deal, 'MZ\0\0 not a picture', 'holiday.png'),
			await bring(ann, deal, huge, 'bomb.png'),
			await bring(ann, deal, zipClaiming(4_200_000_000), 'bomb.zip')
		];
		expect(refused.map((one) => (one.ok ? 'taken' : one.reason))).toEqual([
			'empty',
			'not_what_it_says',
			'too_many_pixels',
			'bomb'
		]);
		expect(onDisk()).toEqual([]);
		expect(await filesOf(deal)).toEqual([]);
	});

	test('more than one person may add in a day, or than the store holds, by the limits that an administrator sets', async () => {
		const deal = await aDeal(ann);
		await expect(saveFileLimits(ann, { fileMb: 1, dayMb: 1, totalGb: 1 })).rejects.toThrow(
			Forbidden
		);
		await saveFileLimits(adam, { fileMb: 2, dayMb: 1, totalGb: 1 });
		expect((await bring(ann, deal, 'x'.repeat(600_000), 'one.txt')).ok).toBe(true);
		expect(await bring(ann, deal, 'y'.repeat(600_000), 'two.txt')).toMatchObject({
			reason: 'day_full'
		});
		const tomorrow = { ...ann, now: new Date(Date.now() + 86_400_001) };
		expect((await bring(tomorrow, deal, 'y'.repeat(600_000), 'two.txt')).ok).toBe(true);
		expect(await bring(tomorrow, deal, 'z'.repeat(2_000_001), 'big.txt')).toMatchObject({
			reason: 'too_large'
		});
		await db.update(fileStore).set({ sizeBytes: 1e9 });
		expect(await bring(tomorrow, deal, 'w', 'one more.txt')).toMatchObject({
			reason: 'store_full'
		});
	});
});

describe('a picture', () => {
	test('gets a small one, once; what is none is not tried again', async () => {
		const { default: sharp } = await import('sharp');
		const photo = await sharp({
			create: { width: 1200, height: 800, channels: 3, background: '#4060c0' }
		})
			.jpeg()
			.toBuffer();
		const deal = await aDeal(ann);
		const id = await attached(ann, deal, photo, 'hall.jpg');
		await makePreview(ctx, shaOf(photo));
		await makePreview(ctx, shaOf(photo));
		const { preview } = await getFile(ann, kinds, id);
		const [small] = await db
			.select()
			.from(blobs)
			.where(eq(blobs.sha256, preview ?? ''));
		expect(small).toMatchObject({ type: 'image/webp', width: 480, height: 320 });
		expect(onDisk()).toHaveLength(2);

		const broken = Buffer.concat([photo.subarray(0, 400), Buffer.alloc(50)]);
		await attached(ann, deal, broken, 'broken.jpg');
		await makePreview(ctx, shaOf(broken));
		const [row] = await db
			.select()
			.from(blobs)
			.where(eq(blobs.sha256, shaOf(broken)));
		expect(row).toMatchObject({ preview: null, previewFailedAt: expect.any(Date) });
	});
});

describe('a face or a logo', () => {
	const bringPicture = async (by: Ctx, of: PictureOf, content: Buffer) => {
		const staged = await stageBlob(once(content), { limitBytes: 1e9 });
		if (staged === 'too_large') throw new Error('no file of a test is');
		return setPicture(by, kinds, of, staged);
	};
	const photo = async () => {
		const { default: sharp } = await import('sharp');
		return sharp({ create: { width: 900, height: 600, channels: 3, background: '#208040' } })
			.jpeg()
			.toBuffer();
	};

	test('is a PNG of at most 200 by 200, everybody’s own or the company’s [core 4.1, 4.20]', async () => {
		const me = { kind: 'user', id: ann.actor.id } as const;
		expect(await bringPicture(ann, me, await photo())).toEqual({ ok: true, value: me });
		const { sha256, type } = await getPicture(cleo, kinds, me);
		const [blob] = await db.select().from(blobs).where(eq(blobs.sha256, sha256));
		expect({ type, width: blob?.width, height: blob?.height }).toEqual({
			...{ type: 'image/png', width: 200, height: 133 }
		});
		await expect(bringPicture(cleo, me, await photo())).rejects.toThrow(NotFound);
		expect((await bringPicture(adam, me, await photo())).ok).toBe(true);
		expect(await bringPicture(ann, me, Buffer.from('no picture'))).toEqual({
			...{ ok: false, error: 'no_picture' }
		});
		await removePicture(ann, kinds, me);
		await expect(getPicture(ann, kinds, me)).rejects.toThrow(NotFound);
	});

	test('[C150] is refused over 5 MB, and the one before it leaves the disk as soon as another or none is set', async () => {
		const me = { kind: 'user', id: ann.actor.id } as const;
		const { default: sharp } = await import('sharp');
		const noise = {
			create: { width: 64, height: 64, channels: 3, background: '#204080' }
		} as const;
		const other = await sharp(noise).png().toBuffer();
		const large = Buffer.concat([other, Buffer.alloc(5_000_001 - other.length)]);
		expect(await bringPicture(ann, me, large)).toEqual({ ok: false, error: 'too_large' });
		expect(onDisk()).toEqual([]);

		await bringPicture(ann, me, await photo());
		const first = await getPicture(ann, kinds, me);
		expect(onDisk()).toEqual([first.sha256]);
		await bringPicture(ann, me, other);
		const second = await getPicture(ann, kinds, me);
		expect(second.sha256).not.toBe(first.sha256);
		expect(onDisk()).toEqual([second.sha256]);
		// The same one again stays, and what somebody else shows, too.
		await bringPicture(ann, me, other);
		const adams = { kind: 'user', id: adam.actor.id } as const;
		await bringPicture(adam, adams, other);
		await removePicture(ann, kinds, me);
		expect(onDisk()).toEqual([second.sha256]);
		await removePicture(adam, kinds, adams);
		expect(onDisk()).toEqual([]);
		expect(await getStore(adam)).toMatchObject({ use: { files: 0, sizeBytes: 0 } });
	});

	test('of a company is read by who reads it and changed by who changes it', async () => {
		const made = await createCompany(ann, { values: { name: 'Kontor Nord' } });
		if (!made.ok) throw new Error(JSON.stringify(made));
		const of = { kind: 'company', id: made.value.id } as const;
		await expect(bringPicture(tina, of, await photo())).rejects.toThrow(NotFound);
		await expect(bringPicture(cleo, of, await photo())).rejects.toThrow(Forbidden);
		expect((await bringPicture(ann, of, await photo())).ok).toBe(true);
		expect((await getPicture(cleo, kinds, of)).type).toBe('image/png');
		await expect(getPicture(tina, kinds, of)).rejects.toThrow(NotFound);
		expect((await actsOf(of.id)).sort()).toEqual(['create', 'picture.set']);
	});
});

/** An archive whose list says that its one entry unpacks to so much. */
function zipClaiming(unpacked: number): Buffer {
	const local = Buffer.concat([Buffer.from('504b0304', 'hex'), Buffer.alloc(26)]);
	const entry = Buffer.alloc(46);
	entry.writeUInt32LE(0x02014b50, 0);
	entry.writeUInt32LE(unpacked, 24);
	const end = Buffer.alloc(22);
	end.writeUInt32LE(0x06054b50, 0);
	end.writeUInt32LE(entry.length, 12);
	end.writeUInt32LE(local.length, 16);
	return Buffer.concat([local, entry, end]);
}

test('a file that nobody knows is not there', async () => {
	await expect(getFile(ann, kinds, newId())).rejects.toThrow(NotFound);
	await expect(getFile(ann, kinds, '../../secret')).rejects.toThrow(NotFound);
});
