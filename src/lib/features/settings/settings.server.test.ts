import { and, eq, inArray } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { actorOfUser } from '#lib/server/auth/actor.ts';
import { isPasswordOf } from '#lib/server/auth/password.ts';
import type { Ctx } from '#lib/server/context.ts';
import {
	changes,
	companies,
	companyTags,
	dealClosures,
	deals,
	roles,
	stages,
	users
} from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import { companyRecords } from '#lib/features/companies/record.server.ts';
import { kinds } from '#lib/registry.server.ts';
import { trash } from '#lib/server/records/trash.ts';
import { newId } from '#lib/shared/ids.ts';
import {
	addUser,
	installStandardRoles,
	issueSetUpToken
} from '#lib/features/users/commands.server.ts';
import { aCompany } from '#tests/support/requests.ts';
import { inRollback } from '#tests/support/database.ts';
import {
	addEntry,
	addReason,
	addStage,
	changeDepartment,
	createDepartment,
	createTag,
	makeDefault,
	mergeEntry,
	makeSuccess,
	moveReason,
	moveStage,
	removeEntry,
	removeReason,
	removeStage,
	renameEntry,
	renameReason,
	saveCountries,
	setUpWorkspace
} from './commands.server.ts';
import {
	countUses,
	getWorkspaceName,
	listClientTypes,
	listClosingReasons,
	listCountries,
	listDepartments,
	listIndustries,
	listLeadSources,
	listPipelines,
	listTags,
	offeredCountries
} from './queries.server.ts';
import { SaveCountries, type SetUp } from './schema.ts';

async function aDepartment(ctx: Ctx, name = 'Sales Hamburg', language: 'en' | 'de' = 'en') {
	const made = await createDepartment(ctx, {
		name,
		defaultCountry: 'DE',
		defaultCurrency: 'EUR',
		language
	});
	if (!made.ok) throw new Error(made.error);
	return made.value;
}

async function as(ctx: Ctx, role: string, departmentIds: string[]): Promise<Ctx> {
	await installStandardRoles(ctx);
	const held = await ctx.db.select().from(roles).where(eq(roles.key, role));
	const added = await addUser(ctx, {
		name: role,
		email: `${newId()}@tandem.example`,
		password: 'tandem-demo',
		departmentIds,
		roleIds: held.map(({ id }) => id)
	});
	if (!added.ok) throw new Error(added.error);
	const actor = await actorOfUser(ctx.db, added.value.userId);
	if (!actor) throw new Error('inactive');
	return { ...ctx, actor };
}

const namesOf = (rows: readonly { name: string }[]) => rows.map(({ name }) => name);

describe('a new department', () => {
	inRollback(
		'can start at once: twelve stages, types, industries, sources [core 11]',
		async (ctx) => {
			const { departmentId } = await aDepartment(ctx);
			const [pipeline] = await listPipelines(ctx, [departmentId]);
			expect(pipeline?.stages.map(({ name, outcome }) => `${name}: ${outcome}`)).toEqual([
				'Request: open',
				'Analysis: open',
				'Clarification: open',
				'Price offer: open',
				'Proposal: open',
				'Commercial offer: open',
				'Agreement: open',
				'Invoice: open',
				'First payment: open',
				'Shipment: shipped',
				'Closed won: won',
				'Closed lost: lost'
			]);
			expect(pipeline?.stages.filter(({ isDefault }) => isDefault)).toMatchObject([
				{ name: 'Request' }
			]);
			expect(await listClientTypes(ctx, [departmentId])).toHaveLength(5);
			expect(await listIndustries(ctx, [departmentId])).toHaveLength(10);
			expect(await listLeadSources(ctx, [departmentId])).toHaveLength(5);
			expect(await listTags(ctx, [departmentId])).toEqual([]);
		}
	);

	inRollback('speaks the language it was made in', async (ctx) => {
		const { departmentId } = await aDepartment(ctx, 'Vertrieb', 'de');
		const [pipeline] = await listPipelines(ctx, [departmentId]);
		expect(pipeline?.stages[0]?.name).toBe('Anfrage');
	});

	inRollback('needs a name of its own', async (ctx) => {
		await aDepartment(ctx, 'One');
		const { departmentId } = await aDepartment(ctx, 'Two');
		const facts = { defaultCountry: null, defaultCurrency: null };
		const taken = { ok: false, error: 'name_taken' };
		expect(await createDepartment(ctx, { name: 'ONE', ...facts })).toEqual(taken);
		expect(await changeDepartment(ctx, { departmentId, name: 'One', ...facts })).toEqual(taken);
		expect(await changeDepartment(ctx, { departmentId, name: 'Two', ...facts })).toMatchObject({
			ok: true
		});
	});

	inRollback('is made by an administrator, not by a manager', async (ctx) => {
		const { departmentId } = await aDepartment(ctx);
		const ann = await as(ctx, 'manager', [departmentId]);
		expect(() =>
			createDepartment(ann, { name: 'X', defaultCountry: null, defaultCurrency: null })
		).toThrow(Forbidden);
		const adam = await as(ctx, 'administrator', []);
		expect(
			await createDepartment(adam, { name: 'X', defaultCountry: null, defaultCurrency: null })
		).toMatchObject({ ok: true });
	});
});

describe('what a person sees of the settings', () => {
	inRollback('are the lists of his departments; a chief sees all', async (ctx) => {
		const hamburg = await aDepartment(ctx);
		const malmo = await aDepartment(ctx, 'Sales Malmö');
		await createTag(ctx, { departmentId: hamburg.departmentId, name: 'fair' });
		await createTag(ctx, { departmentId: malmo.departmentId, name: 'mässa' });
		const ann = await as(ctx, 'manager', [hamburg.departmentId]);
		expect(namesOf(await listDepartments(ann))).toEqual(['Sales Hamburg']);
		expect(namesOf(await listTags(ann))).toEqual(['fair']);
		expect(await listTags(ann, [malmo.departmentId])).toEqual([]);
		expect(await listPipelines(ann)).toHaveLength(1);
		const carl = await as(ctx, 'chief', []);
		expect(namesOf(await listTags(carl))).toEqual(['fair', 'mässa']);
		expect(await listPipelines(carl)).toHaveLength(2);
	});

	inRollback('includes every country of ISO 3166-1', async (ctx) => {
		const codes = await listCountries(ctx);
		expect(codes).toHaveLength(249);
		expect(codes).toEqual(expect.arrayContaining(['AX', 'DE', 'SE', 'ZW']));
	});
});

describe('a tag', () => {
	inRollback(
		'is taken in any letters within its department, not in another [core 7]',
		async (ctx) => {
			const { departmentId } = await aDepartment(ctx);
			const malmo = await aDepartment(ctx, 'Sales Malmö');
			const ann = await as(ctx, 'manager', [departmentId]);
			expect(await createTag(ann, { departmentId, name: 'Fair 2026' })).toMatchObject({ ok: true });
			const again = { departmentId, name: 'fair 2026' };
			expect(await createTag(ann, again)).toEqual({ ok: false, error: 'name_taken' });
			await expect(createTag(ann, { ...again, departmentId: malmo.departmentId })).rejects.toThrow(
				Forbidden
			);
			expect(await createTag(ctx, { ...again, departmentId: malmo.departmentId })).toMatchObject({
				ok: true
			});
		}
	);

	inRollback('may be saved unchanged, but not take another one’s name [core 7]', async (ctx) => {
		const { departmentId } = await aDepartment(ctx);
		const fair = await createTag(ctx, { departmentId, name: 'Fair' });
		await createTag(ctx, { departmentId, name: 'Partner' });
		if (!fair.ok) throw new Error(fair.error);
		const rename = (name: string) =>
			renameEntry(ctx, { list: 'tags', entryId: fair.value.id, name });
		expect(await rename('Fair')).toMatchObject({ ok: true });
		expect(await rename('FAIR')).toMatchObject({ ok: true });
		expect(await rename('partner')).toEqual({ ok: false, error: 'name_taken' });
		expect(namesOf(await listTags(ctx))).toEqual(['FAIR', 'Partner']);
	});

	inRollback('is removed by an administrator, and only when nothing carries it', async (ctx) => {
		const { departmentId } = await aDepartment(ctx);
		const tag = await createTag(ctx, { departmentId, name: 'Fair' });
		if (!tag.ok) throw new Error(tag.error);
		const entry = { list: 'tags', entryId: tag.value.id } as const;
		const ann = await as(ctx, 'manager', [departmentId]);
		await expect(removeEntry(ann, entry)).rejects.toThrow(Forbidden);
		const tina = await as(ctx, 'manager', []);
		await expect(renameEntry(tina, { ...entry, name: 'x' })).rejects.toThrow(NotFound);
		const companyId = newId();
		await ctx.db.insert(companies).values({ id: companyId, name: 'Acme', departmentId });
		await ctx.db.insert(companyTags).values({ companyId, tagId: tag.value.id });
		expect(await removeEntry(ctx, entry)).toEqual({ ok: false, error: 'in_use' });
		await ctx.db.delete(companyTags);
		expect(await removeEntry(ctx, entry)).toMatchObject({ ok: true });
		expect(await listTags(ctx)).toEqual([]);
	});

	inRollback('is a manager’s to make, an industry is not', async (ctx) => {
		const { departmentId } = await aDepartment(ctx);
		const ann = await as(ctx, 'manager', [departmentId]);
		const industry = { list: 'industries', departmentId, name: 'Shipping' } as const;
		await expect(addEntry(ann, industry)).rejects.toThrow(Forbidden);
		expect(await addEntry(ctx, industry)).toMatchObject({ ok: true });
	});
});

describe('the stages of a pipeline', () => {
	const order = async (ctx: Ctx) => (await listPipelines(ctx))[0]?.stages ?? [];

	inRollback('move, grow and shrink, and keep one beginning', async (ctx) => {
		const { pipelineId, departmentId } = await aDepartment(ctx);
		const [request, analysis] = await order(ctx);
		if (!request || !analysis) throw new Error('no stages');
		await moveStage(ctx, { stageId: analysis.id, direction: 'up' });
		await moveStage(ctx, { stageId: analysis.id, direction: 'up' });
		expect(namesOf(await order(ctx)).slice(0, 2)).toEqual(['Analysis', 'Request']);
		await addStage(ctx, { pipelineId, name: 'Waiting' });
		expect(namesOf(await order(ctx)).slice(8, 11)).toEqual([
			'First payment',
			'Waiting',
			'Shipment'
		]);
		expect(await removeStage(ctx, { stageId: request.id })).toEqual({
			ok: false,
			error: 'is_default'
		});
		await makeDefault(ctx, { stageId: analysis.id });
		const beginnings = (await order(ctx)).filter(({ isDefault }) => isDefault);
		expect(namesOf(beginnings)).toEqual(['Analysis']);
		const deal = { id: newId(), name: 'x', departmentId, pipelineId, position: 'a' };
		await ctx.db.insert(deals).values({ ...deal, stageId: request.id });
		expect(await removeStage(ctx, { stageId: request.id })).toEqual({ ok: false, error: 'in_use' });
		await ctx.db.delete(deals);
		expect(await removeStage(ctx, { stageId: request.id })).toMatchObject({ ok: true });
	});

	inRollback('that end a deal stay, and no deal begins in them', async (ctx) => {
		await aDepartment(ctx);
		const won = (await order(ctx)).find(({ outcome }) => outcome === 'won');
		if (!won) throw new Error('no stage');
		expect(await removeStage(ctx, { stageId: won.id })).toEqual({ ok: false, error: 'not_open' });
		expect(await makeDefault(ctx, { stageId: won.id })).toEqual({ ok: false, error: 'not_open' });
	});
});

describe('the reasons for which deals end', () => {
	const reasonsOf = async (ctx: Ctx, departmentId: string) =>
		await listClosingReasons(ctx, [departmentId]);

	inRollback('[C357] are added, renamed and put in order, one step at a time', async (ctx) => {
		const { departmentId } = await aDepartment(ctx);
		const added = await addReason(ctx, { departmentId, name: 'Too late' });
		if (!added.ok) throw new Error(added.error);
		const { reasonId } = added.value;
		expect(await addReason(ctx, { departmentId, name: 'TOO LATE' })).toEqual({
			...{ ok: false, error: 'name_taken' }
		});
		await renameReason(ctx, { reasonId, name: 'We were late' });
		await moveReason(ctx, { reasonId, direction: 'up' });
		await moveReason(ctx, { reasonId, direction: 'up' });
		expect(namesOf(await reasonsOf(ctx, departmentId))).toEqual([
			...['Won', 'No response', 'Does not fit their specification'],
			...['We were late', 'Price', 'Postponed']
		]);
		const ann = await as(ctx, 'manager', [departmentId]);
		await expect(removeReason(ann, { reasonId })).rejects.toThrow(Forbidden);
	});

	inRollback(
		'[B359] have exactly one of success, as a pipeline has one beginning and one of each end',
		async (ctx) => {
			const { departmentId, pipelineId } = await aDepartment(ctx);
			const [won, silent] = await reasonsOf(ctx, departmentId);
			if (!won || !silent) throw new Error('no reasons');
			expect(await removeReason(ctx, { reasonId: won.id })).toEqual({
				...{ ok: false, error: 'is_success' }
			});
			await makeSuccess(ctx, { reasonId: silent.id });
			const successes = (await reasonsOf(ctx, departmentId)).filter(
				({ outcome }) => outcome === 'won'
			);
			expect(namesOf(successes)).toEqual(['No response']);
			await makeSuccess(ctx, { reasonId: won.id });
			const steps = (await listPipelines(ctx, [departmentId]))[0]?.stages ?? [];
			for (const { id, outcome, isDefault, name } of steps) {
				if (isDefault || outcome !== 'open') {
					const twin = { id: newId(), pipelineId, name, outcome, isDefault, position: 'z' };
					const added = ctx.db.transaction((tx) => tx.insert(stages).values(twin));
					await expect(added).rejects.toThrow();
					expect(await removeStage(ctx, { stageId: id })).toMatchObject({ ok: false });
				}
			}
			// What ended a deal stays what it was, and stays.
			const [stage] = (await listPipelines(ctx, [departmentId]))[0]?.stages ?? [];
			const deal = { id: newId(), name: 'x', departmentId, pipelineId, position: 'a' };
			await ctx.db.insert(deals).values({ ...deal, stageId: stage?.id ?? '' });
			await ctx.db.insert(dealClosures).values({
				...{ dealId: deal.id, outcome: 'lost', reasonId: silent.id, closedAt: ctx.now },
				fromStageId: stage?.id ?? ''
			});
			for (const attempt of [makeSuccess, removeReason]) {
				expect(await attempt(ctx, { reasonId: silent.id })).toEqual({ ok: false, error: 'in_use' });
			}
		}
	);
});

describe('setting up', () => {
	const wish: Omit<SetUp, 'token'> = {
		workspaceName: 'Nordlicht',
		departmentName: 'Vertrieb',
		name: 'Ada Admin',
		email: 'ada@nordlicht.example',
		password: 'a long enough one',
		country: 'DE',
		currency: 'EUR',
		language: 'de',
		timeZone: 'Europe/Berlin'
	};

	inRollback('makes the first administrator of a working installation, once', async (ctx) => {
		const token = (await issueSetUpToken(ctx)) ?? '';
		expect(await setUpWorkspace(ctx, { ...wish, token: 'guess' })).toEqual({
			ok: false,
			error: 'wrong_token'
		});
		expect(await setUpWorkspace(ctx, { ...wish, token })).toMatchObject({ ok: true });
		expect(await getWorkspaceName(ctx)).toBe('Nordlicht');
		const [ada] = await ctx.db.select().from(users);
		if (!ada) throw new Error('nobody');
		expect(await isPasswordOf(ctx.db, ada.id, wish.password)).toBe(true);
		const actor = await actorOfUser(ctx.db, ada.id);
		expect(actor).toMatchObject({
			language: 'de',
			timeZone: 'Europe/Berlin',
			permissions: { 'user.create': 'all', 'deal.update': 'all' }
		});
		expect(namesOf(await listDepartments(ctx))).toEqual(['Vertrieb']);
		expect(await setUpWorkspace(ctx, { ...wish, token })).toEqual({
			ok: false,
			error: 'wrong_token'
		});
	});

	inRollback('that is refused for its department leaves the token usable', async (ctx) => {
		await aDepartment(ctx, 'Vertrieb');
		const token = (await issueSetUpToken(ctx)) ?? '';
		expect(await setUpWorkspace(ctx, { ...wish, token })).toEqual({
			ok: false,
			error: 'name_taken'
		});
		const other = { ...wish, departmentName: 'Service', token };
		expect(await setUpWorkspace(ctx, other)).toMatchObject({ ok: true });
	});
});

describe('what a list holds', () => {
	inRollback(
		'is counted, and merged into another entry in records, documents and the trash, in one batch that the history shows',
		async (ctx) => {
			const { departmentId } = await aDepartment(ctx);
			const adam = await as(ctx, 'administrator', [departmentId]);
			const olga = await as(ctx, 'operator', [departmentId]);
			const tag = async (name: string) => {
				const made = await createTag(adam, { departmentId, name });
				if (!made.ok) throw new Error(made.error);
				return made.value.id;
			};
			const [fair, fare, else_] = [await tag('Fair'), await tag('Fare'), await tag('Else')];
			const one = await aCompany(olga, 'One', { tags: [fare, else_] });
			const both = await aCompany(olga, 'Both', { tags: [fair, fare] });
			const gone = await aCompany(olga, 'Gone', { tags: [fare] });
			await trash(olga, companyRecords, gone);
			const uses = await countUses(ctx, kinds, 'tags');
			expect([uses.get(fair), uses.get(fare), uses.get(else_)]).toEqual([1, 2, 1]);

			const merge = { list: 'tags', entryId: fare, intoId: fair } as const;
			await expect(mergeEntry(olga, kinds, merge)).rejects.toThrow(Forbidden);
			expect(await mergeEntry(adam, kinds, { ...merge, intoId: fare })).toMatchObject({
				error: 'same_entry'
			});
			expect(await mergeEntry(adam, kinds, merge)).toEqual({ ok: true, value: { records: 3 } });
			const tagsOf = async (id: string) =>
				(await ctx.db.select().from(companyTags).where(eq(companyTags.companyId, id)))
					.map(({ tagId }) => tagId)
					.sort();
			expect(await tagsOf(one)).toEqual([fair, else_].sort());
			expect(await tagsOf(both)).toEqual([fair]);
			expect(await tagsOf(gone)).toEqual([fair]);
			expect((await listTags(adam)).map(({ name }) => name)).toEqual(['Else', 'Fair']);
			const told = await ctx.db
				.select()
				.from(changes)
				.where(and(eq(changes.recordId, fare), eq(changes.act, 'merge')));
			expect(told).toMatchObject([{ new: { into: 'Fair', records: 3 } }]);
			const batches = await ctx.db
				.selectDistinct({ batch: changes.batchId })
				.from(changes)
				.where(and(inArray(changes.recordId, [one, both]), eq(changes.field, 'tags')));
			expect(batches).toHaveLength(1);
		}
	);

	inRollback('of fields with one value, too; never across departments', async (ctx) => {
		const { departmentId } = await aDepartment(ctx);
		const other = await aDepartment(ctx, 'Sales Malmö');
		const adam = await as(ctx, 'administrator', [departmentId]);
		const types = await listClientTypes(adam, [departmentId]);
		const [from, into] = [types[0]?.id ?? '', types[1]?.id ?? ''];
		const [foreign] = await listClientTypes(adam, [other.departmentId]);
		const id = await aCompany(adam, 'Typed', { type: from });
		const merge = { list: 'client_types', entryId: from, intoId: into } as const;
		expect(await mergeEntry(adam, kinds, { ...merge, intoId: foreign?.id ?? '' })).toMatchObject({
			error: 'other_department'
		});
		expect(await mergeEntry(adam, kinds, merge)).toMatchObject({ ok: true });
		const [row] = await ctx.db.select().from(companies).where(eq(companies.id, id));
		expect(row?.typeId).toBe(into);
	});
});

describe('single settings', () => {
	inRollback('say which countries are offered, audited, for administrators alone', async (ctx) => {
		const { departmentId } = await aDepartment(ctx);
		const adam = await as(ctx, 'administrator', [departmentId]);
		const ann = await as(ctx, 'manager', [departmentId]);
		expect(() => saveCountries(ann, { offered: ['DE'] })).toThrow(Forbidden);
		await saveCountries(adam, { offered: ['DE', 'SE'] });
		expect(await offeredCountries(adam)).toEqual(['DE', 'SE']);
		const [told] = await ctx.db.select().from(changes).where(eq(changes.field, 'countries'));
		expect(told).toMatchObject({ actorId: adam.actor.id, new: ['DE', 'SE'] });
		await saveCountries(adam, { offered: [] });
		expect(await offeredCountries(adam)).toHaveLength((await listCountries(adam)).length);
		expect(SaveCountries.safeParse({ offered: ['XX'] }).success).toBe(false);
	});
});
