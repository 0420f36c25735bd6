import type { DemoPerson } from './people.ts';

/** Name, type, category, unit price in minor units, currency, description; made by one of the department. */
export const demoProducts = [
	[
		'Pallet rack R4',
		'goods',
		'Storage',
		'42500',
		'EUR',
		'Four levels, 2.7 m bays, galvanised.',
		'ann'
	],
	['Shelf board 120 × 60', 'goods', 'Storage', '3890', 'EUR', 'Carries 180 kg.', 'ann'],
	['Roller conveyor, 3 m', 'goods', 'Conveyors', '118000', 'EUR', null, 'bob'],
	['Robot cell C2', 'goods', 'Conveyors', '6840000', 'EUR', 'With fence and light curtain.', 'bob'],
	['Cold store door 2 × 3 m', 'goods', 'Doors', '482500', 'GBP', null, 'cleo'],
	['Clean room trolley', 'goods', 'Storage', '57000', 'EUR', null, 'ann'],
	[
		'Installation, per day',
		'service',
		'Services',
		'96000',
		'EUR',
		'Two fitters with tools.',
		'ann'
	],
	['Yearly inspection', 'service', 'Services', '34000', 'EUR', null, 'olga'],
	['Tool cabinet, seven drawers', 'goods', 'Storage', '189000', 'EUR', null, 'bob'],
	['Lab bench 180', 'goods', 'Benches', '895000', 'SEK', null, 'tina']
] as const satisfies readonly (readonly [
	string,
	'goods' | 'service',
	string,
	string,
	string,
	string | null,
	DemoPerson
])[];

interface DemoItem {
	/** Places in the lists of deals and products. */
	readonly deal: number;
	readonly product: number;
	readonly quantity: number;
	/** Days from today. */
	readonly contractIn?: number;
	readonly shippedIn?: number;
	readonly discount?: string;
	readonly serialNumber?: string;
}

export const demoItems: readonly DemoItem[] = [
	{ deal: 0, product: 0, quantity: 96, discount: '5' },
	{ deal: 0, product: 6, quantity: 8 },
	{ deal: 1, product: 2, quantity: 84, contractIn: 120 },
	{ deal: 3, product: 3, quantity: 1, contractIn: 45 },
	{ deal: 6, product: 4, quantity: 6, contractIn: 30 },
	{ deal: 7, product: 5, quantity: 20, contractIn: -6 },
	{ deal: 10, product: 7, quantity: 12 },
	{ deal: 15, product: 8, quantity: 31, contractIn: 5 },
	{ deal: 15, product: 8, quantity: 1, contractIn: -2, shippedIn: -1, serialNumber: 'TC-2041' },
	{ deal: 24, product: 9, quantity: 2, contractIn: 60 }
];

interface DemoPayment {
	readonly deal: number;
	readonly minor: string;
	readonly currency: string;
	readonly status: 'received' | 'guaranteed' | 'high' | 'low';
	readonly dayIn: number;
	readonly contractNumber?: string;
	readonly invoiceNumber?: string;
	readonly orderNumber?: string;
}

export const demoPayments: readonly DemoPayment[] = [
	{
		...{ deal: 15, minor: '2000000', currency: 'EUR', status: 'received', dayIn: -20 },
		...{ contractNumber: 'V-2026-118', invoiceNumber: 'R-4410', orderNumber: 'B-7781' }
	},
	{
		...{ deal: 15, minor: '1500000', currency: 'USD', status: 'received', dayIn: -4 },
		...{ contractNumber: 'V-2026-118', invoiceNumber: 'R-4432', orderNumber: 'B-7781' }
	},
	{ deal: 15, minor: '3300000', currency: 'EUR', status: 'guaranteed', dayIn: 25 },
	{ deal: 10, minor: '1250000', currency: 'EUR', status: 'high', dayIn: 9 },
	{ deal: 7, minor: '1140000', currency: 'EUR', status: 'low', dayIn: -3 },
	{ deal: 2, minor: '240000', currency: 'EUR', status: 'received', dayIn: -40 },
	{ deal: 6, minor: '1450000', currency: 'GBP', status: 'guaranteed', dayIn: 14 }
];
