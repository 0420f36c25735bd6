import { m } from '#lib/messages/messages.js';

type Language = 'en' | 'de';

/** Steps of a standard pipeline in their order; the first is where deals begin. */
export const standardStages = (locale: Language) =>
	[
		open(m.settings_stage_request({}, { locale }), 10, 7),
		open(m.settings_stage_analysis({}, { locale }), 20, 14),
		open(m.settings_stage_clarification({}, { locale }), 30, 14),
		open(m.settings_stage_price_offer({}, { locale }), 40, 14),
		open(m.settings_stage_proposal({}, { locale }), 50, 21),
		open(m.settings_stage_commercial_offer({}, { locale }), 60, 21),
		open(m.settings_stage_agreement({}, { locale }), 70, 30),
		open(m.settings_stage_invoice({}, { locale }), 80, 30),
		{ ...open(m.settings_stage_first_payment({}, { locale }), 90, 30), isConditionalSuccess: true },
		{ name: m.settings_stage_shipment({}, { locale }), outcome: 'shipped' },
		{ name: m.settings_stage_won({}, { locale }), outcome: 'won' },
		{ name: m.settings_stage_lost({}, { locale }), outcome: 'lost' }
	] as const;

/** How many of a hundred deals in it are won, and after how many days there they are marked. */
const open = (name: string, probability: number, staleAfterDays: number) =>
	({ name, outcome: 'open', probability, staleAfterDays }) as const;

export const standardPipelineName = (locale: Language) => m.settings_pipeline_sales({}, { locale });

export const standardClientTypes = (locale: Language) => [
	m.settings_type_distributor({}, { locale }),
	m.settings_type_dealer({}, { locale }),
	m.settings_type_reseller({}, { locale }),
	m.settings_type_end_customer({}, { locale }),
	m.settings_type_competitor({}, { locale })
];

export const standardIndustries = (locale: Language) => [
	m.settings_industry_automotive({}, { locale }),
	m.settings_industry_chemicals({}, { locale }),
	m.settings_industry_construction({}, { locale }),
	m.settings_industry_electronics({}, { locale }),
	m.settings_industry_energy({}, { locale }),
	m.settings_industry_food({}, { locale }),
	m.settings_industry_healthcare({}, { locale }),
	m.settings_industry_logistics({}, { locale }),
	m.settings_industry_machinery({}, { locale }),
	m.settings_industry_retail({}, { locale })
];

export const standardLeadSources = (locale: Language) => [
	m.settings_source_distributor({}, { locale }),
	m.settings_source_website_form({}, { locale }),
	m.settings_source_website_email({}, { locale }),
	m.settings_source_exhibition({}, { locale }),
	m.settings_source_embedded_form({}, { locale })
];

/** Why deals end, in their order; exactly one is the success. */
export const standardClosingReasons = (locale: Language) =>
	[
		{ name: m.settings_reason_won({}, { locale }), outcome: 'won' },
		{ name: m.settings_reason_no_response({}, { locale }), outcome: 'lost' },
		{ name: m.settings_reason_unsuitable({}, { locale }), outcome: 'lost' },
		{ name: m.settings_reason_price({}, { locale }), outcome: 'lost' },
		{ name: m.settings_reason_postponed({}, { locale }), outcome: 'lost' }
	] as const;

/** What counts for and against deals, with its weight in per cent. */
export const standardQualitySignals = (locale: Language) =>
	[
		{ name: m.settings_quality_reference({}, { locale }), weight: 5 },
		{ name: m.settings_quality_prepaid({}, { locale }), weight: 5 },
		{ name: m.settings_quality_only_us({}, { locale }), weight: 10 },
		{ name: m.settings_quality_slow({}, { locale }), weight: -5 },
		{ name: m.settings_quality_changing({}, { locale }), weight: -5 },
		{ name: m.settings_quality_price_only({}, { locale }), weight: -10 },
		{ name: m.settings_quality_complaint({}, { locale }), weight: -15 }
	] as const;
