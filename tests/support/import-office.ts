import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { eq } from 'drizzle-orm';
import { beginImport, setUpImport, startImport } from '#lib/features/imports/commands.server.ts';
import { getImport } from '#lib/features/imports/queries.server.ts';
import type { ImportKind } from '#lib/features/imports/schema.ts';
import { createDepartment } from '#lib/features/settings/commands.server.ts';
import { addUser, installStandardRoles } from '#lib/features/users/commands.server.ts';
import { actorOfUser } from '#lib/server/auth/actor.ts';
import type { Ctx, Db } from '#lib/server/context.ts';
import { EncodingSniffer } from '#lib/server/csv/encoding.ts';
import { roles } from '#lib/server/db/tables/index.ts';
import { storeUpload } from '#lib/server/storage/uploads.ts';
import { newId } from '#lib/shared/ids.ts';
import { systemCtx } from './database.ts';

/** A folder of its own for uploads; the answer removes it. */
export function ownDataFolder(): () => void {
	const folder = mkdtempSync(path.join(tmpdir(), 'tandem-imports-'));
	process.env.DATA_DIR = folder;
	return () => rmSync(folder, { recursive: true, force: true });
}

export async function aDepartment(db: Db, name = `Sales ${newId()}`): Promise<string> {
	const made = await createDepartment(systemCtx(db), {
		name,
		defaultCountry: 'DE',
		defaultCurrency: 'EUR'
	});
	if (!made.ok) throw new Error(made.error);
	return made.value.departmentId;
}

/** A person of a role in a department, with everything a command needs to act for her. */
export async function aPerson(
	db: Db,
	departmentId: string,
	{ role = 'manager', email = `${newId()}@tandem.example` } = {}
): Promise<Ctx> {
	const ctx = systemCtx(db);
	await installStandardRoles(ctx);
	const held = await db.select().from(roles).where(eq(roles.key, role));
	const added = await addUser(ctx, {
		name: 'Ann Becker',
		email,
		password: 'tandem-demo',
		departmentIds: [departmentId],
		roleIds: held.map(({ id }) => id)
	});
	if (!added.ok) throw new Error(added.error);
	const actor = await actorOfUser(db, added.value.userId);
	if (!actor) throw new Error('inactive');
	return { ...ctx, actor };
}

type Pieces = Iterable<Buffer> | AsyncIterable<Buffer>;

/** Uploads a file the way the page does and answers the command's outcome. */
export async function upload(ctx: Ctx, kind: ImportKind, departmentId: string, bytes: Pieces) {
	const sniffer = new EncodingSniffer();
	async function* pieces() {
		yield* bytes;
	}
	const stored = await storeUpload(pieces(), (piece) => sniffer.push(piece));
	const file = { ...stored, fileName: 'people.csv' };
	return beginImport(ctx, { kind, departmentId, file, sniffed: sniffer.result() });
}

export async function uploaded(ctx: Ctx, kind: ImportKind, departmentId: string, bytes: Pieces) {
	const begun = await upload(ctx, kind, departmentId, bytes);
	if (!begun.ok) throw new Error(begun.error);
	return getImport(ctx, begun.value.id);
}

/** Starts an uploaded import with what was guessed, or with another mapping. */
export async function started(
	ctx: Ctx,
	importId: string,
	changes: Partial<Parameters<typeof setUpImport>[1]> = {}
) {
	const { encoding, delimiter, hasHeader, mapping } = await getImport(ctx, importId);
	const choices = { importId, encoding, delimiter, hasHeader, mapping: [...mapping], ...changes };
	if (changes.delimiter || changes.encoding || changes.hasHeader) {
		await setUpImport(ctx, choices);
		const again = await getImport(ctx, importId);
		Object.assign(choices, { mapping: changes.mapping ?? [...again.mapping] });
	}
	return startImport(ctx, choices);
}
