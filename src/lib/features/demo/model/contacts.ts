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
