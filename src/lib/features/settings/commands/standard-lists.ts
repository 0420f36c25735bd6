import { m } from '#lib/messages/messages.js';

type Language = 'en' | 'de';

/** Steps of a standard pipeline in their order; the first is where deals begin. */
export const standardStages = (locale: Language) =>
	[
		{ name: m.settings_stage_request({}, { locale }), outcome: 'open' },
		{ name: m.settings_stage_analysis({}, { locale }), outcome: 'open' },
		{ name: m.settings_stage_clarification({}, { locale }), outcome: 'open' },
		{ name: m.settings_stage_price_offer({}, { locale }), outcome: 'open' },
		{ name: m.settings_stage_proposal({}, { locale }), outcome: 'open' },
		{ name: m.settings_stage_commercial_offer({}, { locale }), outcome: 'open' },
		{ name: m.settings_stage_agreement({}, { locale }), outcome: 'open' },
		{ name: m.settings_stage_invoice({}, { locale }), outcome: 'open' },
		{ name: m.settings_stage_first_payment({}, { locale }), outcome: 'open' },
		{ name: m.settings_stage_shipment({}, { locale }), outcome: 'shipped' },
		{ name: m.settings_stage_won({}, { locale }), outcome: 'won' },
		{ name: m.settings_stage_lost({}, { locale }), outcome: 'lost' }
	] as const;

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
