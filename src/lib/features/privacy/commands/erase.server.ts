import { and, eq, inArray, or, sql } from 'drizzle-orm';
import { recollectWords } from '#lib/features/search/commands.server.ts';
import { dropContents, eraseFiles } from '#lib/features/attachments/commands.server.ts';
import { inTransaction, type Ctx } from '#lib/server/context.ts';
import {
	changes,
	comments,
	erasures,
	idempotencyKeys,
	keptEdits,
	merges,
	mutedRecords,
	notifications,
	personExports,
	recordViews,
	reminders
} from '#lib/server/db/tables/index.ts';
import { announce } from '#lib/server/records/announce.ts';
import type { ServerKind } from '#lib/server/records/kind.ts';
import { rewrite } from '#lib/server/records/rewrite.ts';
import { removeUpload } from '#lib/server/storage/uploads.ts';
import type { RecordValues } from '#lib/records/values.ts';
import { ERASED } from '../model.ts';
import { waitingErasures } from '../queries/ledger.server.ts';
import { findPerson, type OwnRecord } from '../queries/person.server.ts';
import { knowPerson } from '../queries/traces.server.ts';
import type { OnePerson } from '../schema.ts';
import { blankUser } from './blank-user.server.ts';
import { sweep } from './sweep.server.ts';

/**
 * Does the erasures that wait, each in a transaction of its own: those that were asked for, and those that a
 * restored backup knows nothing of. Safe to run twice.
 */
export async function eraseWaiting(ctx: Ctx, kinds: readonly ServerKind[]): Promise<number> {
	const waiting = await waitingErasures(ctx);
	const failures: unknown[] = [];
	// One that fails is tried again and holds up nobody else's.
	for (const erasure of waiting) {
		await eraseOne(ctx, kinds, erasure).catch((thrown: unknown) => failures.push(thrown));
	}
	// Names of those who are gone are no words to search for any more.
	if (waiting.length > 0) await recollectWords(ctx, kinds);
	if (failures.length > 0) throw new AggregateError(failures, 'not everybody was erased');
	return waiting.length;
}

async function eraseOne(ctx: Ctx, kinds: readonly ServerKind[], { id, kind, recordId }: Erasure) {
	const left = await inTransaction(ctx, (ctx) => erasePerson(ctx, kinds, { id, kind, recordId }));
	await dropContents(ctx, left.contents);
	for (const storedAs of left.uploads) await removeUpload(storedAs);
	ctx.log.info('privacy.erased', { erasureId: id });
}

interface Subject {
	readonly kind: string;
	readonly id: string;
}

interface Erasure {
	readonly id: string;
	readonly kind: OnePerson['kind'];
	readonly recordId: string;
}

/** Takes everything about a person away; answers what lies on the disk and has to follow. */
async function erasePerson(
	ctx: Ctx,
	kinds: readonly ServerKind[],
	{ id, kind, recordId }: Erasure
): Promise<{ readonly contents: readonly string[]; readonly uploads: readonly string[] }> {
	await ctx.db.execute(sql`select set_config('tandem.erasing', 'on', true),
		set_config('statement_timeout', '0', true)`);
	const person = await findPerson(ctx, { kind, id: recordId });
	// A backup of before his time: there is nobody to erase.
	const counts: Record<string, number> = {};
	const contents: string[] = [];
	const uploads: string[] = [];
	if (person) {
		const { own, traces } = await knowPerson(ctx, kinds, person);
		if (person.kind === 'user') await blankUser(ctx, person.id);
		const subjects: readonly Subject[] = own.length > 0 ? own : [person];
		for (const [kind, some] of Map.groupBy(subjects, (one) => one.kind)) {
			const ids = some.map(({ id }) => id);
			const { files, contents: gone } = await eraseFiles(ctx, kind, ids);
			contents.push(...gone);
			Object.assign(counts, { [kind]: ids.length, files: (counts.files ?? 0) + files });
			await forgetBeside(ctx, kind, ids);
		}
		for (const record of own) await blank(ctx, kinds, record);
		uploads.push(...(await forgetExports(ctx, person)));
		for (const [what, many] of Object.entries(await sweep(ctx, kinds, traces))) {
			counts[what] = (counts[what] ?? 0) + many;
		}
	}
	const done = { doneAt: ctx.now, counts };
	await ctx.db.update(erasures).set(done).where(eq(erasures.id, id));
	await announce(ctx, { kind, recordId, act: 'privacy.erased', new: { counts } });
	await ctx.db.execute(sql`select set_config('tandem.erasing', 'off', true)`);
	return { contents, uploads };
}

/** What stands beside records: their history says only that something was done, and everything else goes. */
async function forgetBeside(ctx: Ctx, kind: string, ids: readonly string[]): Promise<void> {
	const about = [...ids];
	for (const own of [keptEdits, recordViews, notifications, mutedRecords, reminders, comments]) {
		await ctx.db.delete(own).where(and(eq(own.kind, kind), inArray(own.recordId, about)));
	}
	await ctx.db
		.update(changes)
		.set({ old: null, new: sql`case when ${changes.act} = 'create' then '{}'::jsonb end` })
		.where(and(eq(changes.kind, kind), inArray(changes.recordId, about)));
	await ctx.db
		.delete(merges)
		.where(
			and(
				eq(merges.kind, kind as never),
				or(inArray(merges.keptId, about), inArray(merges.goneId, about))
			)
		);
	const named = about.map((id) => sql`${idempotencyKeys.result}::text like ${`%${id}%`}`);
	await ctx.db.delete(idempotencyKeys).where(or(...named));
}

/** Of the person himself only that there was somebody stays: deals and figures refer to him. */
async function blank(ctx: Ctx, kinds: readonly ServerKind[], { kind, id }: OwnRecord) {
	const serverKind = kinds.find((one) => one.kind.name === kind);
	if (!serverKind) return;
	const isPerson = kind !== 'request';
	await rewrite(ctx, serverKind, id, () => blanks(serverKind), {
		act: 'privacy.blanked',
		live: isPerson ? 'trash' : 'edit',
		columns: isPerson ? { deletedAt: ctx.now, deletedBy: ctx.actor.id } : { received: null }
	});
}

const WRITTEN: ReadonlySet<string> = new Set(['text', 'paragraph', 'website', 'place', 'richText']);

/** Of a person, also what he did not write: when he was born, whether he wants letters. */
const SAID: ReadonlySet<string> = new Set([...WRITTEN, 'day', 'flag', 'choice']);

/** Nothing in every field in which somebody has written something. */
function blanks({ kind }: ServerKind): RecordValues {
	const isPerson = kind.name !== 'request';
	const emptied = Object.entries(kind.fields).flatMap(
		([name, field]): [string, RecordValues[string]][] => {
			if (field.shape === 'list') return [[name, {}]];
			// What somebody asked for is what figures are made of; how a person is labelled is about him.
			if (field.shape === 'set') return isPerson ? [[name, []]] : [];
			if (!(isPerson ? SAID : WRITTEN).has(field.type)) return [];
			if (field.type === 'flag') return [[name, false]];
			const isNamed = name === 'firstName' || (field.shape === 'scalar' && field.required);
			return [[name, isNamed ? ERASED : null]];
		}
	);
	return Object.fromEntries(emptied);
}

/** What was collected about him is about him. */
async function forgetExports(ctx: Ctx, { kind, id }: OnePerson): Promise<readonly string[]> {
	const gone = await ctx.db
		.delete(personExports)
		.where(and(eq(personExports.kind, kind), eq(personExports.recordId, id)))
		.returning({ storedAs: personExports.storedAs });
	return gone.flatMap(({ storedAs }) => storedAs ?? []);
}
