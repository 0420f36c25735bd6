/** Parts of the names of generated records: those of one script go together, `weight` is how often it is taken. */
export interface Script {
	readonly weight: number;
	readonly given: readonly string[];
	/** A family name is a beginning and an ending. */
	readonly family: readonly [beginnings: readonly string[], endings: readonly string[]];
	/** A company is two words, written as one where that is the custom, its town and its form. */
	readonly company: readonly [first: readonly string[], second: readonly string[]];
	readonly between: '' | ' ';
	readonly town: readonly string[];
	readonly form: readonly string[];
}

const words = (text: string) => text.split(text.includes('|') ? '|' : ' ');

export const SCRIPTS: readonly Script[] = [
	{
		weight: 16,
		given: words(
			'Anna Ben Clara David Elena Felix Greta Hugo Ida Jonas Katrin Lars Mia Nils Olga Paul Quinn Rosa Sven Tina Uwe Vera Willi Xenia Yara Zoe Ágnes Björn Chloé Éric Petra Markus Ingrid Thomas Sabine Søren Maria José Łukasz Zofia Ömer Ayşe Giulia Marco Emma Oliver Charlotte Jack Hannah Noah Sophie Luis Aoife Ciarán Nora Håkon Linnea Mateusz Renée Tomáš'
		),
		family: [
			words(
				'Linden Stein Rosen Hof Berg Wald Bach Eich Feld Kirch Lang Neu Ober Schön Schwarz Silber Sommer Thal Unter Weiß Winter Gold Grün Holz Königs Lauter Mühl Nieder Reich Sand Lind Öster Söder Norr Falken Hirsch Wolfs Baum Blumen Engel'
			),
			words(
				'mann er berg bach hoff feld quist sen son stedt burg müller meier ström gren land dahl haus hardt eder'
			)
		],
		company: [
			words(
				'Nord Süd Elb Rhein Alpen Hafen Berg Wald Stern Silber Kupfer Blau Rot Grün Atlas Delta Orion Vega Luna Terra Aqua Nova Prima Kestrel Harbor Summit Cedar Maple River Stone Iron Bright Swift Noble Grand Royal Union Global Metro Vertex'
			),
			words(
				'licht werk bau technik stahl holz glas chemie pharma data soft net log fracht mobil energie solar wind wasser food agrar textil mode druck papier medien foto ton bild garten haus hof markt handel kontor point line works craft field'
			)
		],
		between: '',
		town: words(
			'Hamburg|Berlin|München|Köln|Leipzig|Dresden|Kiel|Bremen|Lyon|Paris|Leeds|Glasgow|Rotterdam|Utrecht|Malmö|Lund|Oslo|Bergen|Wien|Graz|Bologna|Torino|Valencia|Porto'
		),
		form: words('GmbH|AG|KG|SE|Ltd|Inc.|S.A.|B.V.|AB|Oy|SpA|s.r.o.|Lda|& Co. KG|Group|Partners')
	},
	{
		weight: 2,
		given: words(
			'Иван Мария Сергей Ольга Дмитрий Наталья Алексей Екатерина Жанна Юрий Светлана Тимур Щепан Фёдор Галина Людмила Хасан Цветана Чеслав Шамиль'
		),
		family: [
			words(
				'Иван Петр Щук Жук Соловь Кузнец Морз Волк Лебед Нов Зайц Павл Голуб Виногра Богда Воробь Фёдор Михайл Белк Тарас'
			),
			words('ов ова енко ский ин ина ук ич')
		],
		company: [
			words('Северный Южный Новый Красный Золотой Первый Волжский Уральский Щедрый Живой'),
			words('завод ветер мост сад металл экспресс берег дом лес свет')
		],
		between: ' ',
		town: words('Казань|Київ|Самара|София|Пловдив|Харків|Минск|Алматы'),
		form: words('ООО|ЗАО|ТОВ|ЕООД|АО')
	},
	{
		weight: 2,
		given: words(
			'Γιώργος Μαρία Ελένη Νίκος Κώστας Σοφία Άννα Δημήτρης Θεοδώρα Χρήστος Ψηλή Ιωάννης Ξένια Φωτεινή'
		),
		family: [
			words('Παπαδ Νικολα Γεωργι Δημητρ Θεοδωρ Κωνσταντιν Αθανασ Βασιλ Χριστοδουλ Αντων'),
			words('όπουλος άδης ίδης άκης ίου έλλης')
		],
		company: [
			words('Ελληνική Νέα Αιγαίο Χρυσή Πρώτη Θάλασσα'),
			words('ναυτιλία ενέργεια ελιά τεχνική αγορά οικία')
		],
		between: ' ',
		town: words('Αθήνα|Θεσσαλονίκη|Πάτρα|Ηράκλειο'),
		form: words('ΑΕ|ΕΠΕ|ΙΚΕ')
	}
];

export const TITLES = words(
	'Purchasing|Managing director|Head of logistics|Office|Buyer|Technical director|Owner|Accounting'
);

export const ORDERS = words(
	'order|pallets|spare parts|service contract|delivery|fit-out|licence|pilot|renewal|machines'
);
