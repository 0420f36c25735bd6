import type { DemoPerson } from './people.ts';

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
