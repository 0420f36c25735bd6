import type { DemoPerson } from './people.ts';

/** Name, company, stage (position in the standard pipeline), amount in minor units, currency, next step, days from today, owner, co-owner, important. */
export const demoDeals = [
	[
		'Shelving for hall 4',
		0,
		3,
		'4820000',
		'EUR',
		'Send the revised price offer',
		1,
		'ann',
		'bob',
		true
	],
	[
		'Conveyor retrofit 2027',
		0,
		1,
		'12750000',
		'EUR',
		'Walk the line with Jonas',
		3,
		'ann',
		null,
		false
	],
	[
		'Spare parts contract',
		1,
		5,
		'960000',
		'EUR',
		'Agree delivery schedule',
		-2,
		'ann',
		'cleo',
		false
	],
	['Robot cell pilot', 2, 2, '7400000', 'EUR', 'Clarify payload and reach', 0, 'bob', 'ann', true],
	[
		'Autumn container order',
		3,
		6,
		'3310000',
		'EUR',
		'Check contract wording',
		2,
		'ann',
		'bob',
		false
	],
	['Showroom lighting Lyon', 4, 0, null, null, 'Make first contact', 0, 'bob', null, false],
	[
		'Cold store doors, Leeds',
		5,
		4,
		'2895000',
		'GBP',
		'Present the proposal',
		4,
		'cleo',
		'ann',
		false
	],
	[
		'Clean room trolleys',
		6,
		3,
		'1140000',
		'EUR',
		'Chase answer on the offer',
		-5,
		'ann',
		null,
		false
	],
	['Packing line advice', 7, 0, '350000', 'EUR', 'Make first contact', 1, 'bob', null, false],
	['Site office furniture', 8, 2, '615000', 'EUR', 'Ask for floor plan', 5, 'cleo', null, false],
	[
		'Dealer agreement 2027',
		9,
		7,
		'5000000',
		'EUR',
		'Send the invoice for the deposit',
		1,
		'ann',
		'bob',
		true
	],
	[
		'Bulk bins, organic range',
		10,
		1,
		'428000',
		'EUR',
		'Sample visit in Freiburg',
		7,
		'bob',
		null,
		false
	],
	['Tile pallets return system', 11, 0, null, null, 'Make first contact', 2, 'cleo', null, false],
	[
		'Linen logistics for six houses',
		12,
		4,
		'2240000',
		'EUR',
		'Present to the directors',
		6,
		'ann',
		'cleo',
		false
	],
	['Quay crane spare set', 13, 5, '9980000', 'NOK', 'Confirm freight cost', -1, 'bob', null, false],
	[
		'Tool storage, plant 2',
		14,
		8,
		'6720000',
		'EUR',
		'Watch for first payment',
		3,
		'ann',
		'bob',
		true
	],
	['Training day for fitters', 14, 1, '180000', 'EUR', 'Propose two dates', 9, 'ann', null, false],
	[
		'Rack protection, hall B',
		15,
		3,
		'1975000',
		'PLN',
		'Answer questions on load',
		2,
		'cleo',
		null,
		false
	],
	[
		'Catalogue listing Spain',
		16,
		2,
		'240000',
		'EUR',
		'Send dealer conditions',
		8,
		'bob',
		null,
		false
	],
	['Inverter housing series', 18, 6, '8450000', 'HUF', 'Get signature', 1, 'cleo', 'bob', false],
	['Office move Glasgow', 19, 0, '720000', 'GBP', 'Make first contact', 0, 'bob', null, false],
	[
		'Hospital cart programme for the West Coast distribution centers',
		20,
		4,
		'15600000',
		'USD',
		'Call with the whole procurement board',
		5,
		'ann',
		'bob',
		true
	],
	['House kit storage', 21, 2, '38000000', 'SEK', 'Visit Vadstena', 4, 'tina', null, false],
	['Bike rack programme', 22, 3, '9400000', 'SEK', 'Send price list', 1, 'tina', null, false],
	[
		'Sample fridge shelves',
		23,
		1,
		'2150000',
		'SEK',
		'Ask about temperatures',
		6,
		'tina',
		null,
		false
	]
] as const;

export const demoNotes = [
	'Wants one supplier for racks and doors. Decision by the end of the quarter, budget is approved.',
	'Met at the fair in Hanover. Prefers phone before ten, e-mail otherwise. Two competitors are in the race.',
	'Existing customer since 2019; pays on time. Asked for delivery in two lots and training for the night shift.'
] as const;

/** Of which deal, which signal of its department, and what happened. */
export const demoQuality = [
	[0, 'Is a reference for others', 'Showed our racks to two neighbours'],
	[1, 'Looks at the price alone', 'Asked for another discount after the offer'],
	[1, 'Answers late', 'Three weeks for the floor plan']
] as const;

/** Deal, who, what: said about some deals, the oldest first. */
export const demoComments: readonly (readonly [deal: number, by: DemoPerson, text: string])[] = [
	[
		0,
		'bob',
		'They measured again: hall 4 is 40 cm lower at the north wall. @Ann Becker, does the offer still fit?'
	],
	[
		0,
		'ann',
		'It does with the lower uprights. I have asked the workshop for the price by tomorrow.'
	],
	[0, 'carl', 'Please keep an eye on the delivery date, they have been let down before.'],
	[1, 'ann', 'Spoke to purchasing: the budget is approved, they want two references.']
];
