import { eq } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Ctx } from '#lib/server/context.ts';
import { changes, deals, lineItems, payments } from '#lib/server/db/tables/index.ts';
import { newId } from '#lib/shared/ids.ts';
import { systemCtx, testDatabase } from '#tests/support/database.ts';
import { aColleague, aDeal, aSalesOffice } from '#tests/support/deals.ts';
import { aProduct, aShippedStage, theCurrencies } from '#tests/support/goods.ts';
import { callerWith, ORIGIN, type Call } from './support/calls.ts';

const { db } = await testDatabase();
let ann: Call;
let olga: Call;
let walter: Call;
let tina: Call;
let annCtx: Ctx;
let shipped: string;

const callsOf = ({ actor: session }: Ctx): Call => {
	const call = callerWith(db, null, { session });
	return (method, path, sent = {}) =>
		call(method, path, { ...sent, headers: { origin: ORIGIN, ...sent.headers } });
};

beforeAll(async () => {
	const system = systemCtx(db);
	await theCurrencies(system);
	const hamburg = await aSalesOffice(system, 'Hamburg');
	const munich = await aSalesOffice(system, 'Munich');
	shipped = await aShippedStage(system, hamburg);
	annCtx = await aColleague(system, 'Ann', 'manager', hamburg);
	ann = callsOf(annCtx);
	olga = callsOf(await aColleague(system, 'Olga', 'operator', hamburg));
	walter = callsOf(await aColleague(system, 'Walter', 'task_operator'));
	tina = callsOf(await aColleague(system, 'Tina', 'manager', munich));
});

const EUR = (minor: string) => ({ minor, currency: 'EUR' });
const PAID = { amount: EUR('12000'), paidOn: '2026-11-10', status: 'received' };

async function made(path: string, fields: object) {
	const told = await ann('POST', `/${path}`, { body: { fields } });
	expect(told.status, JSON.stringify(told.body)).toBe(201);
	return told.body as { id: string; rev: number; fields: Record<string, unknown> };
}

const aPayment = async (fields: object = {}) =>
	made('payments', { deal: await aDeal(annCtx), ...PAID, ...fields });

async function anItem(fields: object = {}) {
	const [deal, product] = [await aDeal(annCtx), await aProduct(annCtx)];
	return made('line-items', { deal, product, quantity: 3, ...fields });
}

const ifMatch = (tag: string) => ({ headers: { 'if-match': tag } });
const codes = ({ body }: { body: { errors?: { field: string; code: string }[] } }) =>
	body.errors?.map(({ field, code }) => `${field}: ${code}`);

describe('[API-1] payments', () => {
	test('are booked, found, changed and taken away with all that they say, and the history knows', async () => {
		const deal = await aDeal(annCtx);
		const id = newId();
		const booked = await ann('POST', '/payments', {
			body: { id, fields: { ...PAID, deal, invoiceNumber: 'R-7' } }
		});
		expect([booked.status, booked.headers.get('etag')]).toEqual([201, '"1"']);
		expect(booked.headers.get('location')).toBe(`${ORIGIN}/api/v1/payments/${id}`);
		expect(booked.body).toMatchObject({ id, rev: 1, createdBy: annCtx.actor.id });
		expect(booked.body.fields).toEqual({
			...{ ...PAID, deal, invoiceNumber: 'R-7', contractNumber: null, orderNumber: null },
			...{ throughRepresentation: false, setAside: false }
		});
		const again = await ann('POST', '/payments', { body: { id, fields: { ...PAID, deal } } });
		expect([again.status, codes(again)]).toEqual([422, ['id: not_a_reference']]);
		const known = await ann('GET', `/payments/${id}`, { headers: { 'if-none-match': '"1"' } });
		expect(known.status).toBe(304);

		const changed = await ann('PATCH', `/payments/${id}`, {
			body: { fields: { amount: EUR('13000') }, base: { amount: PAID.amount } }
		});
		expect([changed.status, changed.body.rev, changed.body.fields.amount]).toEqual([
			...[200, 2],
			EUR('13000')
		]);
		const listed = await ann('GET', `/payments?deal=${deal}&status=received`);
		expect(listed.body.items).toEqual([changed.body]);
		expect((await ann('DELETE', `/payments/${id}`, ifMatch('"1"'))).status).toBe(412);
		expect((await ann('DELETE', `/payments/${id}`, ifMatch('"2"'))).status).toBe(204);
		expect((await ann('GET', `/payments/${id}`)).status).toBe(404);
		const told = await db
			.select({ act: changes.act, source: changes.source })
			.from(changes)
			.where(eq(changes.recordId, id))
			.orderBy(changes.id);
		expect(told).toEqual(
			['added', 'changed', 'removed'].map((act) => ({ act: `payment.${act}`, source: 'api' }))
		);
	});

	test('say what is wrong with which field, and change by halves nothing', async () => {
		const deal = await aDeal(annCtx);
		const wrong = await ann('POST', '/payments', {
			body: {
				fields: {
					...{ deal, amount: EUR('0'), paidOn: '2026-02-30', status: 'soon', rate: 1 },
					invoiceNumber: 'x'.repeat(41)
				}
			}
		});
		expect([wrong.status, codes(wrong)?.sort()]).toEqual([
			422,
			[
				'amount: amount_zero',
				'invoiceNumber: too_long',
				'paidOn: not_a_day',
				'rate: unrecognized_keys',
				'status: not_a_choice'
			]
		]);
		const foreign = { ...PAID, deal, amount: { minor: '5', currency: 'XTS' } };
		const unknown = await ann('POST', '/payments', { body: { fields: foreign } });
		expect([unknown.status, codes(unknown)]).toEqual([422, ['amount: currency_unknown']]);
		expect(await db.select().from(payments).where(eq(payments.dealId, deal))).toEqual([]);
	});
});

describe.each(['payments', 'line-items'])('[API-2] %s', (path) => {
	const one = () => (path === 'payments' ? aPayment() : anItem());
	const [field, value, other] =
		path === 'payments'
			? (['contractNumber', 'C-1', 'C-2'] as const)
			: (['serialNumber', 'S-1', 'S-2'] as const);

	test('are replaced only by somebody who says what he saw', async () => {
		const { id } = await one();
		const change = (body: object, headers = {}) =>
			ann('PATCH', `/${path}/${id}`, { body, headers });
		const blind = await change({ fields: { [field]: value } });
		expect([blind.status, codes(blind)]).toEqual([428, [`${field}: base_required`]]);
		expect((await change({ fields: { [field]: value }, base: { [field]: null } })).status).toBe(
			200
		);
		const late = await change({ fields: { [field]: other }, base: { [field]: null } });
		expect(late.status).toBe(409);
		expect(late.body.errors).toMatchObject([{ field, code: 'stale', current: value }]);
		const old = await change({ fields: { [field]: other } }, { 'if-match': '"1"' });
		expect([old.status, old.headers.get('etag')]).toEqual([412, '"2"']);
		const whatever = await change({ fields: { [field]: other } }, { 'if-match': '*' });
		expect([whatever.status, whatever.body.rev]).toEqual([200, 3]);
		// What says nothing new is no change.
		const same = await change({ fields: { [field]: other } }, { 'if-match': '"3"' });
		expect([same.status, same.body.rev]).toEqual([200, 3]);
	});

	test('[API-8] are made once under an Idempotency-Key, however often they are asked for', async () => {
		const { fields } = await one();
		const { deal, product, amount, paidOn, status } = fields;
		const body = {
			fields: path === 'payments' ? { deal, amount, paidOn, status } : { deal, product }
		};
		const headers = { 'idempotency-key': newId() };
		const told = [
			await ann('POST', `/${path}`, { body, headers }),
			await ann('POST', `/${path}`, { body, headers })
		];
		expect(told.map(({ status }) => status)).toEqual([201, 201]);
		expect(told[1]?.body).toEqual(told[0]?.body);
		expect((await ann('GET', `/${path}?deal=${String(deal)}`)).body.items).toHaveLength(2);
	});

	test('of foreign deals are not there, and operators have no part in them', async () => {
		const { id, fields } = await one();
		for (const call of [tina, olga]) {
			expect((await call('GET', `/${path}/${id}`)).status).toBe(404);
			expect((await call('PATCH', `/${path}/${id}`, { body: { fields: {} } })).status).toBe(404);
			expect((await call('DELETE', `/${path}/${id}`)).status).toBe(404);
			expect((await call('GET', `/${path}?deal=${String(fields.deal)}`)).body.items).toEqual([]);
			const { amount, paidOn, status, product, deal } = fields;
			const body = {
				fields: path === 'payments' ? { deal, amount, paidOn, status } : { deal, product }
			};
			expect((await call('POST', `/${path}`, { body })).status).toBe(404);
		}
	});
});

describe('[API-1] line items', () => {
	test('are worth their pieces less the discount, at the product’s price when none is given', async () => {
		const product = await aProduct(annCtx, { price: EUR('1000') });
		const deal = await aDeal(annCtx);
		const cheap = await made('line-items', { deal, product, quantity: 3, discount: 12.5 });
		expect(cheap.fields).toMatchObject({ price: EUR('1000'), discount: 12.5, amount: EUR('2625') });
		const changed = await ann('PATCH', `/line-items/${cheap.id}`, {
			body: { fields: { price: EUR('500'), discount: 0 } },
			...ifMatch('"1"')
		});
		expect(changed.body.fields).toMatchObject({ quantity: 3, amount: EUR('1500') });
		const wrong = await ann('PATCH', `/line-items/${cheap.id}`, {
			body: { fields: { quantity: 0, discount: 100.5, amount: EUR('1') } },
			...ifMatch('*')
		});
		expect(codes(wrong)?.sort()).toEqual([
			'amount: unrecognized_keys',
			'discount: not_a_discount',
			'quantity: quantity_zero'
		]);
		const unknown = await ann('POST', '/line-items', {
			body: { fields: { deal, product: newId() } }
		});
		expect([unknown.status, codes(unknown)]).toEqual([422, ['product: product_unknown']]);
	});

	test('[API-4] come page by page in the order in which they were added', async () => {
		const { fields } = await anItem();
		for (let n = 0; n < 4; n++) {
			await made('line-items', { deal: fields.deal, product: fields.product });
		}
		const seen: string[] = [];
		for (let after = ''; ;) {
			const query = `deal=${String(fields.deal)}&limit=2&sort=id${after && `&after=${after}`}`;
			const { body } = await ann('GET', `/line-items?${query}`);
			seen.push(...body.items.map(({ id }: { id: string }) => id));
			if (body.next === null) break;
			after = body.next;
		}
		expect(seen).toHaveLength(5);
		expect(seen).toEqual(seen.toSorted());
		const trash = await ann('GET', '/line-items?trash=true');
		expect([trash.status, codes(trash)]).toEqual([400, ['trash: bad_parameter']]);
	});
});

describe('[API-1] shipments', () => {
	test('are the line items with a day by the contract; a day sends one out, and the deal follows', async () => {
		const plain = await anItem();
		expect((await ann('GET', `/shipments/${plain.id}`)).status).toBe(404);
		const { id, fields } = await anItem({ contractOn: '2026-12-01', price: EUR('100') });
		const dealId = String(fields.deal);
		const seen = await walter('GET', `/shipments/${id}`);
		expect(seen.status).toBe(200);
		expect(Object.keys(seen.body.fields)).not.toContain('price');
		const day = '2026-11-26';
		const sent = (call: Call, shippedOn: string | null, base: string | null) =>
			call('PATCH', `/shipments/${id}`, {
				body: { fields: { shippedOn }, base: { shippedOn: base } }
			});
		expect((await sent(walter, day, null)).status).toBe(403);
		const out = await sent(ann, day, null);
		expect([out.status, out.body.fields.shippedOn]).toEqual([200, day]);
		const stageOf = async () => {
			const [deal] = await db.select().from(deals).where(eq(deals.id, dealId));
			return deal?.stageId;
		};
		expect(await stageOf()).toBe(shipped);
		expect((await ann('DELETE', `/line-items/${id}`)).body).toMatchObject({
			...{ code: 'refused', errors: [{ code: 'item_shipped' }] }
		});
		expect((await sent(ann, null, null)).status).toBe(409);
		expect((await sent(ann, null, day)).body.fields.shippedOn).toBeNull();
		expect(await stageOf()).not.toBe(shipped);
		expect((await ann('POST', '/shipments', { body: { fields: {} } })).status).toBe(405);
		expect((await ann('DELETE', `/shipments/${id}`)).status).toBe(405);
		expect(await db.select().from(lineItems).where(eq(lineItems.id, id))).toHaveLength(1);
	});
});
