import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { afterAll, describe, expect } from 'vitest';
import { addPayment } from '#lib/features/payments/commands.server.ts';
import { addLineItem } from '#lib/features/shipments/commands.server.ts';
import type { Ctx } from '#lib/server/context.ts';
import { changes } from '#lib/server/db/tables/index.ts';
import { Forbidden } from '#lib/server/errors.ts';
import { tableFile } from '#lib/server/web/table-file.ts';
import { readWorkbook } from '#lib/server/xlsx/read.ts';
import { inRollback } from '#tests/support/database.ts';
import { aColleague, aDeal, aSalesOffice } from '#tests/support/deals.ts';
import { anItem, aPayment, aProduct, PAYMENT, theCurrencies } from '#tests/support/goods.ts';
import { rowList, rowWords } from '../../../routes/(app)/export/words.ts';
import { beginRowExport, type RowNoun } from './queries.server.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-rows-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function file(ctx: Ctx, noun: RowNoun, address = '', format: 'csv' | 'xlsx' = 'csv') {
	const params = new URLSearchParams(address);
	const taken = await beginRowExport(ctx, { noun, format, params });
	const { title, headings } = rowList(noun);
	const rows = taken.rows(rowWords('en'));
	const response = tableFile(format, { name: title, title, headings, rows });
	return Buffer.from(await response.arrayBuffer());
}

const linesOf = async (...wanted: Parameters<typeof file>) =>
	(await file(...wanted)).toString().replace('\uFEFF', '').trimEnd().split('\r\n');

async function begin(ctx: Ctx) {
	const now = { ...ctx, now: new Date('2026-11-20T10:00:00Z') };
	await theCurrencies(now);
	const office = await aSalesOffice(now, 'Hamburg');
	const ann = await aColleague(now, 'Ann', 'manager', office);
	const bob = await aColleague(now, 'Bob', 'manager', office);
	const accountant = await aColleague(now, 'Acca', 'accountant');
	const operator = await aColleague(now, 'Olga', 'operator', office);
	return { ann, bob, accountant, operator };
}

describe('a file of payments', () => {
	inRollback('holds what the list shows, and no cell that a spreadsheet would run', async (ctx) => {
		const { ann } = await begin(ctx);
		const dealId = await aDeal(ann, { name: '=HYPERLINK("http://evil.example")' });
		await aPayment(ann, {
			...{ dealId, amountMinor: 129_950n, currency: 'USD', paidOn: '2026-11-12' },
			...{ invoiceNumber: '+49', contractNumber: '@sum', orderNumber: '00123' }
		});
		await aPayment(ann, { dealId, status: 'high', paidOn: '2026-12-24', amountMinor: 5_000n });
		const [headings, ...lines] = await linesOf(ann, 'payment', 'sort=day');
		expect(headings).toBe(
			'Deal,Company,Contact,Amount,Currency,Status,Day,Products,Owner,Co-owners,Contract number,Invoice number,Order number,Through the representation,Department'
		);
		expect(lines).toEqual([
			`"'=HYPERLINK(""http://evil.example"")",,,1299.50,USD,Received,2026-11-12,,Ann,,'@sum,'+49,00123,No,Hamburg`,
			`"'=HYPERLINK(""http://evil.example"")",,,50,EUR,Probable,2026-12-24,,Ann,,,,,No,Hamburg`
		]);
		expect(await linesOf(ann, 'payment', 'status=expected&q=evil')).toHaveLength(2);
		expect(await linesOf(ann, 'payment', 'currency=USD&status=high')).toHaveLength(1);
	});

	inRollback(
		'holds no row beyond what its reader both sees and may take along, and is noted',
		async (ctx) => {
			const { ann, bob, accountant, operator } = await begin(ctx);
			for (const person of [ann, bob]) {
				const dealId = await aDeal(person, { name: `Of ${person.actor.name}` });
				await addPayment(person, { ...PAYMENT, dealId });
			}
			const deals = async (who: Ctx) =>
				(await linesOf(who, 'payment')).slice(1).map((line) => line.split(',')[0]);
			// The list shows Ann her department's payments; a manager takes along what is his.
			expect(await deals(ann)).toEqual(['Of Ann']);
			expect(await deals(accountant)).toEqual([]);
			await expect(deals(operator)).rejects.toThrow(Forbidden);
			const { 'export.create': _none, ...permissions } = ann.actor.permissions;
			const bare = { ...ann, actor: { ...ann.actor, permissions } };
			await expect(deals(bare)).rejects.toThrow(Forbidden);
			const noted = await ctx.db.select().from(changes).where(eq(changes.act, 'export'));
			expect(noted.map((row) => row.new)).toMatchObject([
				{ kind: 'payment', format: 'csv' },
				{ kind: 'payment', format: 'csv' }
			]);
		}
	);
});

describe('a file of shipments', () => {
	inRollback('is the same as CSV and as a workbook, in the order of the list', async (ctx) => {
		const { ann, bob } = await begin(ctx);
		const productId = await aProduct(ann, { name: 'Rack, heavy' });
		const dealId = await aDeal(ann, { amount: { minor: '10000', currency: 'EUR' } });
		await aPayment(ann, { dealId, amountMinor: 2_500n, orderNumber: 'O-7' });
		for (const contractOn of ['2026-12-02', '2026-12-01']) {
			await anItem(ann, { dealId, productId, quantity: 3, contractOn, serialNumber: '-1' });
		}
		await addLineItem(ann, { dealId, productId, quantity: 1, price: null, discount: '0' });
		const [headings = '', ...lines] = await linesOf(ann, 'shipment', 'sort=contract');
		expect(lines.map((line) => line.split(',')[7])).toEqual(['2026-12-01', '2026-12-02']);
		expect(lines[0]).toBe(
			`"Rack, heavy",3,Harbour cranes,,,,2026-12-01,,,25%,,,O-7,Ann,'-1,Hamburg`
		);
		expect(headings.split(',')).toHaveLength(16);
		const workbook = join(folder, 'shipments.xlsx');
		await writeFile(workbook, await file(ann, 'shipment', 'sort=contract', 'xlsx'));
		const rows = (await Array.fromAsync(readWorkbook(workbook))).flat();
		expect(rows.map((row) => row.join('|'))).toEqual([
			headings.replaceAll(',', '|'),
			...['2026-12-01', '2026-12-02'].map(
				(day) => `Rack, heavy|3|Harbour cranes||||${day}|||25%|||O-7|Ann|-1|Hamburg`
			)
		]);
		expect(await linesOf(bob, 'shipment')).toHaveLength(1);
	});
});
