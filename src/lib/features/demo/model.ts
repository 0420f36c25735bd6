/** The people of the demo company; all of them sign in with `DEMO_PASSWORD`. */
export const DEMO_PASSWORD = 'tandem-demo';

export type DemoDepartment = 'hamburg' | 'malmo';

export const demoPeople = [
	{ key: 'ann', name: 'Ann Becker', role: 'manager', department: 'hamburg', language: 'en' },
	{
		key: 'bob',
		name: 'Bob Okafor',
		role: 'manager',
		department: 'hamburg',
		language: 'en',
		isHead: true
	},
	{ key: 'cleo', name: 'Cleo Martin', role: 'manager', department: 'hamburg', language: 'de' },
	{ key: 'olga', name: 'Olga Petrova', role: 'operator', department: 'hamburg', language: 'en' },
	{ key: 'carl', name: 'Carl Weiss', role: 'chief', department: null, language: 'en' },
	{ key: 'adam', name: 'Adam Novak', role: 'administrator', department: 'hamburg', language: 'en' },
	{
		key: 'tina',
		name: 'Tina Lindqvist',
		role: 'manager',
		department: 'malmo',
		language: 'en',
		isHead: true
	},
	{ key: 'erik', name: 'Erik Dahl', role: 'co_worker', department: 'malmo', language: 'en' }
] as const;

export type DemoPerson = (typeof demoPeople)[number]['key'];

export const demoEmail = (key: DemoPerson) => `${key}@tandem.example`;

/** Name, website, country, city, client type, industry, owner, tags; all of them invented. */
export const demoCompanies = [
	[
		'Nordlicht Logistik GmbH',
		'nordlicht-logistik.example',
		'DE',
		'Hamburg',
		'End customer',
		'Logistics',
		'ann',
		['Key account']
	],
	[
		'Elbtal Präzisionsteile AG',
		'elbtal-praezision.example',
		'DE',
		'Dresden',
		'End customer',
		'Machinery',
		'ann',
		[]
	],
	[
		'Hafenwerk Automation',
		'hafenwerk.example',
		'DE',
		'Bremerhaven',
		'Dealer',
		'Machinery',
		'bob',
		['Trade fair']
	],
	[
		'Brouwer & Zonen B.V.',
		'brouwer-zonen.example',
		'NL',
		'Rotterdam',
		'Distributor',
		'Retail',
		'ann',
		['Key account']
	],
	[
		'Atelier Lumière SARL',
		'atelier-lumiere.example',
		'FR',
		'Lyon',
		'End customer',
		'Construction',
		'bob',
		[]
	],
	[
		'Kestrel Cold Chain Ltd',
		'kestrel-coldchain.example',
		'GB',
		'Leeds',
		'End customer',
		'Logistics',
		'cleo',
		['Newsletter']
	],
	[
		'Ostsee Pharma Service',
		'ostsee-pharma.example',
		'DE',
		'Rostock',
		'End customer',
		'Healthcare',
		'ann',
		['Newsletter']
	],
	[
		'Molino Verde S.p.A.',
		'molinoverde.example',
		'IT',
		'Bologna',
		'Reseller',
		'Food and drink',
		'bob',
		[]
	],
	[
		'Tatra Stavby s.r.o.',
		'tatra-stavby.example',
		'SK',
		'Žilina',
		'End customer',
		'Construction',
		'cleo',
		[]
	],
	[
		'Weber Intralogistik KG',
		'weber-intralogistik.example',
		'DE',
		'Kassel',
		'Dealer',
		'Logistics',
		'ann',
		['Trade fair']
	],
	[
		'Grüne Woche Biohandel eG',
		'gruenewoche-bio.example',
		'DE',
		'Freiburg im Breisgau',
		'Reseller',
		'Food and drink',
		'bob',
		[]
	],
	[
		'Lisboa Cerâmica Lda',
		'lisboa-ceramica.example',
		'PT',
		'Lisbon',
		'Distributor',
		'Retail',
		'cleo',
		[]
	],
	[
		'Alpenblick Hotels',
		'alpenblick-hotels.example',
		'AT',
		'Innsbruck',
		'End customer',
		'Retail',
		'ann',
		['Newsletter']
	],
	[
		'Fjordline Marine AS',
		'fjordline-marine.example',
		'NO',
		'Bergen',
		'End customer',
		'Logistics',
		'bob',
		[]
	],
	[
		'Schäfer & Töchter Maschinenbau',
		'schaefer-toechter.example',
		'DE',
		'Augsburg',
		'End customer',
		'Machinery',
		'ann',
		['Key account', 'Trade fair']
	],
	[
		'Vistula Data Centers',
		'vistula-dc.example',
		'PL',
		'Warsaw',
		'End customer',
		'Electronics',
		'cleo',
		[]
	],
	['Casa Robles Muebles', 'casarobles.example', 'ES', 'Valencia', 'Reseller', 'Retail', 'bob', []],
	[
		'Helvetia Messtechnik',
		'helvetia-messtechnik.example',
		'CH',
		'Winterthur',
		'Competitor',
		'Machinery',
		'ann',
		[]
	],
	[
		'Pannonia Energie Zrt.',
		'pannonia-energie.example',
		'HU',
		'Győr',
		'End customer',
		'Energy',
		'cleo',
		[]
	],
	[
		'Clyde Bridge Consulting',
		'clydebridge.example',
		'GB',
		'Glasgow',
		'End customer',
		'Construction',
		'bob',
		['Newsletter']
	],
	[
		'Bayside Medical Supplies International Trading and Distribution Company',
		'bayside-medical.example',
		'US',
		'San Diego',
		'Distributor',
		'Healthcare',
		'ann',
		[]
	],
	[
		'Vadstena Trähus AB',
		'vadstena-trahus.example',
		'SE',
		'Vadstena',
		'End customer',
		'Construction',
		'tina',
		[]
	],
	['Öresund Cykel AB', 'oresund-cykel.example', 'SE', 'Malmö', 'Reseller', 'Retail', 'tina', []],
	['Lund Biolabs', 'lund-biolabs.example', 'SE', 'Lund', 'End customer', 'Healthcare', 'tina', []]
] as const;

/** First name, last name, title, position of the company above (null: not known yet). */
export const demoContacts = [
	['Katrin', 'Hoffmann', 'Head of Purchasing', 0],
	['Jonas', 'Lindemann', 'Site Manager', 0],
	['Mehmet', 'Yılmaz', 'Fleet Manager', 0],
	['Sabine', 'Krüger', 'Managing Director', 1],
	['Paul', 'Neumann', 'Production Planner', 1],
	['Torben', 'Hansen', 'Owner', 2],
	['Maaike', 'Brouwer', 'Owner', 3],
	['Sander', 'de Wit', 'Sales Director', 3],
	['Chloé', 'Garnier', 'Architect', 4],
	['Étienne', 'Roux', 'Buyer', 4],
	['Oliver', 'Kestrel', 'Operations Director', 5],
	['Priya', 'Nair', 'Quality Manager', 5],
	['Frauke', 'Petersen', 'Head of Lab', 6],
	['Giulia', 'Ferri', 'Purchasing', 7],
	['Marek', 'Kováč', 'Site Engineer', 8],
	['Andreas', 'Weber', 'Managing Partner', 9],
	['Heike', 'Sommer', 'Assistant to the Board', 9],
	['Lena', 'Vogt', 'Category Manager', 10],
	['Rui', 'Almeida', 'Export Manager', 11],
	['Magdalena', 'Gruber', 'Hotel Director', 12],
	['Sindre', 'Haugen', 'Technical Manager', 13],
	['Ute', 'Schäfer', 'Managing Director', 14],
	['Nina', 'Schäfer', 'Head of Sales', 14],
	['Krzysztof', 'Zieliński', 'Facility Lead', 15],
	['Lucía', 'Robles', 'Owner', 16],
	['Beat', 'Aebischer', 'Product Manager', 17],
	['Ágnes', 'Horváth', 'Procurement', 18],
	['Fiona', 'MacLeod', 'Partner', 19],
	[
		'Wilhelmina Alexandra',
		'van der Meer-Oosterhuis',
		'Vice President Global Procurement and Supply Chain',
		20
	],
	['Astrid', 'Bergström', 'Project Lead', 21],
	['Nils', 'Öberg', 'Owner', 22],
	['Hanna', 'Sjögren', 'Lab Manager', 23],
	['Ida', 'Falk', 'Freelance Planner', null]
] as const;

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

/** Name, owner, responsible people, tags, days until it is due, next step, days until that. */
export const demoProjects = [
	{
		name: 'Trade fair in Hanover',
		owner: 'bob',
		responsible: ['bob', 'ann'],
		tags: ['Marketing'],
		dueIn: 48,
		nextStep: 'Sign the contract for the stand',
		stepIn: 3
	},
	{
		name: 'Price list for next year',
		owner: 'cleo',
		responsible: ['cleo'],
		tags: [],
		dueIn: 21,
		nextStep: 'Collect purchase prices',
		stepIn: -1
	},
	{
		name: 'Move of the Malmö warehouse',
		owner: 'tina',
		responsible: ['tina', 'erik'],
		tags: ['Logistics'],
		dueIn: 35,
		nextStep: 'Walk through the new hall',
		stepIn: 4
	}
] as const satisfies readonly DemoProject[];

interface DemoProject {
	readonly name: string;
	readonly owner: DemoPerson;
	readonly responsible: readonly DemoPerson[];
	readonly tags: readonly string[];
	readonly dueIn: number;
	readonly nextStep: string;
	readonly stepIn: number;
}

/** A task of the demo; `parent` and `project` count within their lists. */
export interface DemoTask {
	readonly name: string;
	readonly owner: DemoPerson;
	/** Himself when nobody is named. */
	readonly responsible?: readonly DemoPerson[];
	readonly subscribers?: readonly DemoPerson[];
	readonly parent?: number;
	readonly project?: number;
	readonly priority?: 'low' | 'high';
	readonly stage?: 'in_progress' | 'completed' | 'postponed' | 'canceled';
	readonly tags?: readonly string[];
	readonly dueIn?: number;
	readonly nextStep: string;
	readonly stepIn: number;
	readonly notes?: string;
}

export const demoTasks: readonly DemoTask[] = [
	{
		name: 'Send rack samples to Dresden',
		owner: 'ann',
		priority: 'high',
		stage: 'in_progress',
		tags: ['Samples'],
		dueIn: 2,
		nextStep: 'Get the packing list from the warehouse',
		stepIn: 0,
		notes: 'Two frames and a set of brackets. Elbtal wants them before their planning meeting.'
	},
	{
		name: 'Prepare the stand in Hanover',
		owner: 'bob',
		responsible: ['ann', 'cleo', 'olga'],
		subscribers: ['carl'],
		project: 0,
		stage: 'in_progress',
		tags: ['Trade fair'],
		dueIn: 40,
		nextStep: 'Agree on the floor plan',
		stepIn: 2,
		notes:
			'Hall 14, 36 square metres, corner position. Power and water are ordered with the contract.'
	},
	{
		name: 'Order carpets and lamps',
		owner: 'bob',
		responsible: ['cleo'],
		parent: 1,
		dueIn: 12,
		nextStep: 'Compare three offers',
		stepIn: 1
	},
	{
		name: 'Book rooms for the team',
		owner: 'ann',
		parent: 1,
		stage: 'completed',
		dueIn: 10,
		nextStep: 'Done',
		stepIn: 0
	},
	{
		name: 'Invite the key accounts',
		owner: 'bob',
		responsible: ['olga'],
		parent: 1,
		priority: 'high',
		tags: ['Key accounts'],
		dueIn: 18,
		nextStep: 'Make the list of guests',
		stepIn: -2
	},
	{
		name: 'Check dealer conditions for Spain',
		owner: 'cleo',
		priority: 'low',
		dueIn: 9,
		nextStep: 'Read the old contract',
		stepIn: 5
	},
	{
		name: 'Translate the price list',
		owner: 'cleo',
		project: 1,
		dueIn: -1,
		nextStep: 'Send the German text to the agency',
		stepIn: -1
	},
	{
		name: 'Collect the prices of the steel mills',
		owner: 'cleo',
		project: 1,
		stage: 'completed',
		nextStep: 'Done',
		stepIn: 0
	},
	{
		name: 'Figures of the quarter for the board',
		owner: 'carl',
		responsible: ['ann', 'tina'],
		priority: 'high',
		dueIn: 6,
		nextStep: 'Close the open offers first',
		stepIn: 3
	},
	{
		name: 'Clean up contacts that exist twice',
		owner: 'olga',
		stage: 'postponed',
		nextStep: 'Wait for the import of the fair',
		stepIn: 14
	},
	{
		name: 'Call Tatra Stavby about the floor plan',
		owner: 'cleo',
		dueIn: 1,
		nextStep: 'Call before ten',
		stepIn: 0
	},
	{
		name: 'Count the shelves in hall 2',
		owner: 'tina',
		responsible: ['erik'],
		project: 2,
		stage: 'in_progress',
		dueIn: 4,
		nextStep: 'Borrow the counter from the office',
		stepIn: 1
	},
	{
		name: 'Label the pallets',
		owner: 'erik',
		project: 2,
		tags: ['Warehouse'],
		dueIn: 8,
		nextStep: 'Print the labels',
		stepIn: 2
	},
	{
		name: 'Return the rented forklift',
		owner: 'tina',
		responsible: ['erik'],
		project: 2,
		stage: 'canceled',
		nextStep: 'We keep it until the move is over',
		stepIn: 0
	}
];

export interface DemoRequest {
	readonly requestFor: string;
	readonly name: string;
	readonly company?: string;
	readonly email?: string;
	readonly phone?: string;
	readonly place?: { readonly country: string; readonly city: string | null };
	readonly text: string;
	/** Products that he names, by their place in the list. */
	readonly products?: readonly number[];
	/** A source of the standard lists. */
	readonly from?: 'Website form' | 'Website e-mail' | 'Exhibition';
	/** Who took it in, and whose it is by now; nobody's: it waits. */
	readonly by: DemoPerson;
	readonly owner?: DemoPerson;
	readonly hoursAgo: number;
	readonly is?: 'duplicate' | 'case';
}

/** What people ask the demo company for; some of them are known. */
export const demoRequests: readonly DemoRequest[] = [
	{
		requestFor: 'Pallet boxes for the new depot',
		from: 'Website form',
		name: 'Katrin Hoffmann',
		company: 'Nordlicht Logistik',
		email: 'katrin.hoffmann@nordlicht-logistik.example',
		place: { country: 'DE', city: 'Hamburg' },
		text: 'We open a second depot in spring and need about 200 pallet boxes with lids.\nCould you send an offer with delivery in two lots?',
		products: [0, 1],
		by: 'olga',
		hoursAgo: 2
	},
	{
		requestFor: 'Forty bicycle stands for a school',
		from: 'Website e-mail',
		name: 'Jörn Petersen',
		company: 'Fahrradhaus Jörn Petersen e. K.',
		email: 'jp@fahrradhaus-petersen.example',
		phone: '+49 40 66969 871',
		place: { country: 'DE', city: 'Lübeck' },
		text: 'The school wants them before the summer holidays. Galvanised, to be screwed to the ground.',
		by: 'olga',
		hoursAgo: 5
	},
	{
		requestFor: 'Lighting for the assembly hall',
		name: 'Sabine Krüger',
		company: 'Elbtal Präzisionsteile',
		phone: '+49 351 4466 20',
		text: 'Called this morning. Please call back before noon; she has measured the hall herself.',
		by: 'olga',
		hoursAgo: 29
	},
	{
		requestFor: 'Catalogue and price list',
		from: 'Website form',
		name: 'Lars Winther',
		email: 'lars.winther@winther-handel.example',
		place: { country: 'DK', city: 'Odense' },
		text: 'Vi vil gerne have jeres katalog og en prisliste.',
		by: 'olga',
		hoursAgo: 76
	},
	{
		requestFor: 'Conveyor for the second line',
		from: 'Exhibition',
		name: 'Maaike Brouwer',
		company: 'Brouwer & Zonen',
		email: 'maaike.brouwer@brouwer-zonen.example',
		place: { country: 'NL', city: 'Rotterdam' },
		text: 'The same model as last year, two metres longer.',
		by: 'olga',
		owner: 'ann',
		hoursAgo: 26
	},
	{
		requestFor: 'Pallet boxes',
		from: 'Website e-mail',
		name: 'Katrin Hoffmann',
		email: 'katrin.hoffmann@nordlicht-logistik.example',
		text: 'Did my request arrive? We need pallet boxes for the new depot.',
		by: 'olga',
		hoursAgo: 1,
		is: 'duplicate'
	},
	{
		requestFor: 'Loose hinge on a roller door',
		name: 'Torben Hansen',
		company: 'Hafenwerk Automation',
		text: 'Door 12 rattles since the storm. Not urgent, but please have somebody look at it.',
		by: 'olga',
		owner: 'bob',
		hoursAgo: 50,
		is: 'case'
	},
	{
		requestFor: 'Cykelställ till skolan',
		from: 'Website form',
		name: 'Elin Norén',
		company: 'Öresund Cykel AB',
		place: { country: 'SE', city: 'Malmö' },
		text: 'Vi behöver trettio cykelställ före sommaren.',
		by: 'tina',
		hoursAgo: 20
	}
];

export const demoNotes = [
	'Wants one supplier for racks and doors. Decision by the end of the quarter, budget is approved.',
	'Met at the fair in Hanover. Prefers phone before ten, e-mail otherwise. Two competitors are in the race.',
	'Existing customer since 2019; pays on time. Asked for delivery in two lots and training for the night shift.'
] as const;

/** Numbers that regulators keep free for fiction, so that nobody is ever called by the demo. */
const FICTION = {
	DE: (n: number) => `+49 40 66969 ${String(n).padStart(3, '0')}`,
	GB: (n: number) => `+44 113 496 ${String(n).padStart(4, '0')}`,
	US: (n: number) => `+1 619 555 01${String(n % 100).padStart(2, '0')}`
};

/** A telephone number of that country that belongs to nobody; null where none are reserved. */
export const demoPhone = (country: string, n: number): string | null =>
	country === 'DE' || country === 'GB' || country === 'US' ? FICTION[country](n) : null;

/** A mail box at a company's domain, from the person's name without accents. */
export function demoMailbox(first: string, last: string, domain: string): string {
	const plain = (name: string) =>
		name
			.normalize('NFD')
			.replace(/[^a-zA-Z]/g, '')
			.toLowerCase();
	return `${plain(first)}.${plain(last)}@${domain}`;
}

export interface DemoLead {
	readonly name: string;
	readonly title?: string;
	readonly email?: string;
	readonly phone?: string;
	readonly company?: string;
	readonly country?: string;
	readonly city?: string;
	readonly source: string;
	readonly owner: DemoPerson;
	readonly notes?: string;
	readonly disqualified?: true;
}

/** People who may become customers; the second and the fourth are at companies that the demo knows. */
export const demoLeads = [
	{
		name: 'Henrike Vogel',
		title: 'Head of logistics',
		email: 'h.vogel@vogel-frucht.example',
		phone: '+49 421 900800',
		company: 'Vogel Fruchtimport GmbH',
		country: 'DE',
		city: 'Bremen',
		source: 'Exhibition',
		owner: 'ann',
		notes: 'Asked for cold-store racking, two aisles, before the autumn season.'
	},
	{
		name: 'Jonas Petersen',
		email: 'jonas.petersen@nordlicht-logistik.example',
		company: 'Nordlicht Logistik',
		country: 'DE',
		city: 'Hamburg',
		source: 'Website form',
		owner: 'ann',
		notes: 'Wants the same shelving as hall 4 for the new site.'
	},
	{
		name: 'Marta Zielińska',
		title: 'Purchasing',
		email: 'marta@zielone-pole.example',
		phone: '+48 22 555 01 23',
		company: 'Zielone Pole Sp. z o.o.',
		country: 'PL',
		city: 'Poznań',
		source: 'Website e-mail',
		owner: 'bob'
	},
	{
		name: 'Dr. Paul Adler',
		phone: '+49 381 445566',
		company: 'Ostsee Pharma Service',
		country: 'DE',
		source: 'Exhibition',
		owner: 'cleo'
	},
	{
		name: 'Kim Anders',
		email: 'kim.anders.sells@gmail.com',
		source: 'Website form',
		owner: 'bob',
		notes: 'Only wanted to sell us advertising.',
		disqualified: true
	},
	{
		name: 'Linnea Åkesson',
		email: 'linnea@akesson-snickeri.example',
		company: 'Åkesson Snickeri AB',
		country: 'SE',
		city: 'Lund',
		source: 'Distributor',
		owner: 'tina'
	}
] as const satisfies readonly DemoLead[];

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
