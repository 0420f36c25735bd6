import type { ImportKind } from '../schema.ts';

const words = (text: string) => text.trim().split(/\s+/);

/** How columns are called in files from elsewhere, English and German, folded by `foldHeader`. */
const SHARED: Readonly<Record<string, readonly string[]>> = {
	emails: words(`email emails mail emailaddress emailaddresses emailadresse mailadresse emailwork
		workemail emailprivate secondaryemail`),
	phones: words(`phone phones phonenumber telephone telephonenumber tel telefon telefonnummer
		telnr rufnummer mobile mobilephone mobil mobilnummer mobiltelefon handy
		otherphone businessphone workphone cell cellphone`),
	country: words('country countrycode nation land laendercode landescode laenderkennzeichen'),
	city: words('city cityname town ort ortsname stadt wohnort sitz'),
	tags: words(`tag tags label labels segment segments schlagwort schlagworte schlagwoerter
		kundengruppe gruppe`),
	notes: words(`note notes description comment comments remark remarks notiz notizen
		beschreibung bemerkung bemerkungen kommentar anmerkung`),
	region: words('region state province county bundesland kanton provinz staat'),
	district: words('district bezirk landkreis kreis stadtteil'),
	address: words(`address street streetaddress adresse anschrift strasse strassehausnummer
		strasseundhausnummer`),
	source: words('source leadsource quelle leadquelle herkunft'),
	sex: words('sex gender geschlecht'),
	bornOn: words('birthday birthdate dateofbirth born geburtstag geburtsdatum'),
	lastContactOn: words('lastcontact lastcontactdate letzterkontakt'),
	disqualified: words('disqualified disqualifiziert ungeeignet'),
	unsubscribed: words('nomailings unsubscribed optout keinemailings abgemeldet'),
	number: words('number id recordid nummer nr kennung'),
	owner: words(`owner owneremail responsible salesrep salesperson accountmanager verantwortlich
		verantwortlicher zustaendig betreuer besitzer vertriebler`)
};

const COMPANY_NAMES =
	words(`company companyname firma firmenname firmierung unternehmen unternehmensname
		organisation organization organisationname organizationname account accountname
		employer arbeitgeber`);
const CUSTOMER_NAMES = words(
	'name fullname customer customername client clientname kunde kundenname'
);

const COMPANY: Readonly<Record<string, readonly string[]>> = {
	name: [...COMPANY_NAMES, ...CUSTOMER_NAMES, ...words('bezeichnung')],
	alternativeNames: words(`alternativename alternativenames alias aliases aka shortname kurzname
		weiterename weiterenamen alternativernamen suchname alsoknownas auchbekanntals`),
	website: words('website web url homepage webseite internet internetseite domain www'),
	registrationNumber:
		words(`registrationnumber registrationno companynumber registernummer handelsregister
		handelsregisternummer hrb hrbnummer`),
	type: words('type clienttype customertype typ art kundentyp kundenart'),
	industries: words('industry industries sector branche branchen industrie')
};

const CONTACT: Readonly<Record<string, readonly string[]>> = {
	fullName: [
		...CUSTOMER_NAMES,
		...words(`contact contactname person kontakt kontaktname ansprechpartner ansprechpartnerin
		vollername vorundnachname kontaktperson`)
	],
	firstName: words('firstname first givenname forename vorname'),
	middleName: words('middlename secondname zweitervorname mittelname weiterenamen'),
	lastName: words('lastname last surname familyname nachname familienname zuname'),
	title: words('title jobtitle position role titel funktion berufsbezeichnung stelle'),
	company: COMPANY_NAMES
};

const LEAD: Readonly<Record<string, readonly string[]>> = {
	...{ ...CONTACT, company: [] },
	companyName: [...COMPANY_NAMES, ...words('namederfirma')],
	companyEmails: words('companyemail companyemails emailderfirma firmenemail'),
	companyPhones: words('companyphone companyphones telefonderfirma firmentelefon'),
	disqualified: words('disqualified ungeeignet'),
	...Object.fromEntries(
		['website', 'region', 'district', 'address', 'type', 'industries', 'source'].map((key) => [
			key,
			COMPANY[key] ?? []
		])
	)
};

const DEAL: Readonly<Record<string, readonly string[]>> = {
	name: words(`name deal dealname opportunity opportunityname title subject geschaeft
		chance verkaufschance titel betreff`),
	stage: words('stage dealstage salesstage phase stufe status'),
	pipeline: words('pipeline'),
	nextStep: words('nextstep naechsterschritt'),
	nextStepOn: words('nextstepon nextstepdate naechsterschrittam'),
	amount: words('amount value dealvalue betrag wert summe'),
	currency: words('currency waehrung'),
	important: words('important wichtig'),
	coOwners: words('coowners coowner mitverantwortlich mitverantwortliche'),
	company: [...COMPANY_NAMES, 'kunde', 'customer', 'client'],
	contact: words('contact contactname person kontakt ansprechpartner'),
	partner: words('partner partnercontact haendler')
};

/** A heading without case, accents, blanks and signs: "E-Mail (Büro)" and "email buero" become alike. */
export const foldHeader = (text: string) =>
	text
		.toLowerCase()
		.replaceAll('ß', 'ss')
		.replaceAll('ä', 'ae')
		.replaceAll('ö', 'oe')
		.replaceAll('ü', 'ue')
		.normalize('NFD')
		.replace(/[^a-z0-9]/g, '');

const table = (own: Readonly<Record<string, readonly string[]>>) =>
	new Map(
		Object.entries({ ...own, ...SHARED }).flatMap(([key, names]) =>
			names.map((name) => [name, key])
		)
	);
const BY_KIND: Readonly<Record<ImportKind, ReadonlyMap<string, string>>> = {
	company: table(COMPANY),
	contact: table(CONTACT),
	lead: table(LEAD),
	deal: table(DEAL)
};

/** The target that a heading names, or null; a number behind it ("Phone 2") does not matter. */
export function targetOfHeader(kind: ImportKind, heading: string): string | null {
	const folded = foldHeader(heading);
	const names = BY_KIND[kind];
	return names.get(folded) ?? names.get(folded.replace(/\d+$/, '')) ?? null;
}
