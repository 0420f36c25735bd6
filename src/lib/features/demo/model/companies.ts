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
