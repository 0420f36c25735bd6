import type { RightsRow, Targets, Visitor } from './rows.ts';

interface Circles {
	readonly anyone: readonly Visitor[];
	readonly everybody: readonly Visitor[];
	readonly readers: readonly Visitor[];
	readonly sellers: readonly Visitor[];
	readonly writers: readonly Visitor[];
	/** Who deletes requests, which not everybody does who changes them. */
	readonly deleters: readonly Visitor[];
	/** Who sees and changes Ann's task and project, and who may say who does them. */
	readonly workers: readonly Visitor[];
	readonly steerers: readonly Visitor[];
	/** Who reads and who writes what stands beside Ann's deal, and who reads what leaves the house. */
	readonly besideReaders: readonly Visitor[];
	readonly besideWriters: readonly Visitor[];
	readonly shippers: readonly Visitor[];
}

type Body = (at: Targets) => object;

/** A kind of record as the API offers it: what a new one needs, a field to change, and its commands. */
interface ApiKind {
	readonly path: string;
	readonly target: (at: Targets) => string;
	readonly fresh: Body;
	readonly change: object;
	readonly commands: Readonly<Record<string, Body>>;
	readonly readers: readonly Visitor[];
	readonly creators: readonly Visitor[];
	readonly writers: readonly Visitor[];
	/** Who may delete and restore, when not every writer may. */
	readonly deleters?: readonly Visitor[];
	/** Who may run a command that not every writer may. */
	readonly runners?: Readonly<Record<string, readonly Visitor[]>>;
}

function kinds(circles: Circles, name: string): readonly ApiKind[] {
	const { readers, sellers, writers, deleters, workers, steerers, everybody } = circles;
	const sales = { readers, creators: sellers, writers };
	const work = {
		fresh: () => ({ name }),
		change: { name },
		...{ readers: workers, creators: everybody, writers: workers },
		runners: { assign: steerers }
	};
	const unowned = () => ({ coOwner: null });
	return [
		{
			...sales,
			path: 'companies',
			target: (at) => at.company,
			fresh: (at) => ({ name, department: at.hamburg }),
			change: { name },
			commands: { assign: (at) => ({ owner: at.ann, department: at.hamburg }) }
		},
		{
			...sales,
			path: 'contacts',
			target: (at) => at.contact,
			fresh: (at) => ({ firstName: name, company: at.company }),
			change: { lastName: name },
			commands: {
				assign: (at) => ({ owner: at.ann, department: at.hamburg }),
				move: () => ({ company: null })
			}
		},
		{
			...sales,
			path: 'leads',
			target: (at) => at.lead,
			fresh: (at) => ({ firstName: name, department: at.hamburg }),
			change: { lastName: name },
			commands: { assign: (at) => ({ owner: at.ann, department: at.hamburg }) }
		},
		{
			...sales,
			path: 'deals',
			target: (at) => at.deal,
			fresh: (at) => ({ name, pipeline: at.pipeline }),
			change: { name },
			commands: {
				assign: (at) => ({ owner: at.ann }),
				link: () => ({ company: null, contact: null }),
				pipeline: (at) => ({ pipeline: at.pipeline }),
				move: (at) => ({ stage: at.stage }),
				close: () => ({ outcome: 'irrelevant' }),
				'change-closing': () => ({ outcome: 'irrelevant' }),
				reopen: () => ({})
			}
		},
		{
			...sales,
			deleters,
			path: 'requests',
			target: (at) => at.apiRequest,
			fresh: (at) => ({ requestFor: name, firstName: name, department: at.hamburg }),
			change: { requestFor: name },
			commands: {
				assign: (at) => ({ owner: at.ann }),
				link: (at) => ({ company: null, contact: at.contact }),
				verify: () => ({}),
				'mark-duplicate': () => ({}),
				'unmark-duplicate': () => ({}),
				'mark-case': () => ({}),
				close: () => ({}),
				activate: () => ({}),
				'unmark-case': () => ({}),
				copy: () => ({}),
				deal: () => ({})
			},
			runners: { copy: sellers }
		},
		{
			...work,
			path: 'tasks',
			target: (at) => at.task,
			commands: { assign: unowned, link: () => ({ project: null }) }
		},
		{ ...work, path: 'projects', target: (at) => at.project, commands: { assign: unowned } },
		{
			...sales,
			writers: sellers,
			path: 'products',
			target: (at) => at.product,
			fresh: (at) => ({ name, department: at.hamburg }),
			change: { name },
			commands: {}
		}
	];
}

/** Rows beside Ann's deal as the API offers them; what is not made or taken away here has no `fresh`. */
interface ApiRowKind {
	readonly path: string;
	readonly target: (at: Targets) => string;
	readonly fresh?: Body;
	readonly change: object;
	readonly readers: readonly Visitor[];
}

const rowKinds = ({ besideReaders, shippers }: Circles, name: string): readonly ApiRowKind[] => [
	{
		path: 'line-items',
		target: (at) => at.item,
		fresh: (at) => ({ deal: at.deal, product: at.sold }),
		change: { serialNumber: name },
		readers: besideReaders
	},
	{
		path: 'shipments',
		target: (at) => at.shipment,
		change: { serialNumber: name },
		readers: shippers
	},
	{
		path: 'payments',
		target: (at) => at.payment,
		fresh: (at) => ({
			...{ deal: at.deal, amount: { minor: '9900', currency: 'EUR' } },
			...{ paidOn: '2026-01-02', status: 'received' }
		}),
		change: { orderNumber: name },
		readers: besideReaders
	}
];

/** The rows of one of them. */
function rowsBeside(
	{ path, target, fresh, change, readers }: ApiRowKind,
	{ everybody, besideWriters }: Circles
): Readonly<Record<string, RightsRow>> {
	const all = `/api/v1/${path}`;
	const address = (at: Targets) => `${all}/${target(at)}`;
	const open = besideWriters;
	return {
		[`${all} GET`]: { address: () => `${all}?limit=200`, open: everybody },
		[`${all}/[id] GET`]: { address, open: readers },
		[`${all}/[id] PATCH`]: {
			...{ address, open, method: 'PATCH' as const, headers: whatever },
			json: () => ({ fields: change })
		},
		...(fresh && {
			[`${all} POST`]: {
				...{ address: () => all, open },
				json: (at: Targets) => ({ id: at.fresh, fields: fresh(at) })
			},
			[`${all}/[id] DELETE`]: { address, open, method: 'DELETE' as const }
		})
	};
}

const whatever = { 'if-match': '*' };

/** The rows of /api/v1: one for each operation of each kind. */
export function apiRows(circles: Circles, name: string): Readonly<Record<string, RightsRow>> {
	const rows = kinds(circles, name).map((kind) => {
		const { path, target, fresh, change, commands, writers, runners, deleters = writers } = kind;
		const all = `/api/v1/${path}`;
		const one = (at: Targets) => `${all}/${target(at)}`;
		return {
			[`${all} GET`]: { address: () => `${all}?limit=200`, open: circles.everybody },
			[`${all} POST`]: {
				address: () => all,
				open: kind.creators,
				json: (at: Targets) => ({ id: at.fresh, fields: fresh(at) })
			},
			[`${all}/[id] GET`]: { address: one, open: kind.readers },
			[`${all}/[id] PATCH`]: {
				...{ address: one, open: writers, method: 'PATCH' as const, headers: whatever },
				json: () => ({ fields: change })
			},
			[`${all}/[id] DELETE`]: { address: one, open: deleters, method: 'DELETE' as const },
			[`${all}/[id]/restore POST`]: {
				address: (at: Targets) => `${one(at)}/restore`,
				open: deleters,
				json: () => ({})
			},
			...Object.fromEntries(
				Object.entries(commands).map(([command, json]) => [
					`${all}/[id]/${command} POST`,
					{
						address: (at: Targets) => `${one(at)}/${command}`,
						open: runners?.[command] ?? writers,
						json
					}
				])
			)
		};
	});
	const description = { address: () => '/api/v1/openapi.json', open: circles.anyone };
	const beside = rowKinds(circles, name).map((kind) => rowsBeside(kind, circles));
	return Object.assign({ '/api/v1/openapi.json GET': description }, ...rows, ...beside);
}
