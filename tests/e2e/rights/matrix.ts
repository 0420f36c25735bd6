import { apiRows } from './api.ts';
import { counterpartyRows } from './counterparties.ts';
import { dealRows } from './deals.ts';
import { workRows } from './work.ts';
import { listRows } from './lists.ts';
import { accountRows } from './account.ts';
import { besideRows } from './beside.ts';
import { settingsRows } from './settings.ts';
import {
	HAMBURG,
	SELLERS,
	EVERYBODY,
	WRITERS,
	DELETERS,
	WORKERS,
	STEERERS,
	BESIDE_READERS,
	BESIDE_WRITERS,
	SHIPPERS,
	ANYONE,
	NAME,
	type RightsRow
} from './rows.ts';

/** One row for each page, endpoint (method) and form action of src/routes, by its place in the tree. */
export const MATRIX: Readonly<Record<string, RightsRow>> = {
	...counterpartyRows,
	...dealRows,
	...workRows,
	...apiRows(
		{
			anyone: ANYONE,
			everybody: EVERYBODY,
			readers: HAMBURG,
			sellers: SELLERS,
			writers: WRITERS,
			deleters: DELETERS,
			workers: WORKERS,
			steerers: STEERERS,
			besideReaders: BESIDE_READERS,
			besideWriters: BESIDE_WRITERS,
			shippers: SHIPPERS
		},
		NAME
	),
	...listRows,
	...accountRows,
	...besideRows,
	...settingsRows
};
