import {
	action,
	BESIDE_READERS,
	BESIDE_WRITERS,
	CREATORS,
	dealAt,
	EVERYBODY,
	HAMBURG,
	NAME,
	page,
	payment,
	productAt,
	renamed,
	type RightsRow,
	SELLERS,
	SHIPPERS,
	WRITERS
} from './rows.ts';

/** Deals, and what they are about and bring. */
export const dealRows: Readonly<Record<string, RightsRow>> = {
	'/deals': page('/deals', EVERYBODY),
	'/deals?/restore': action(
		() => '/deals?/restore',
		WRITERS,
		(at) => ({ dealId: at.deal })
	),
	'/deals/board': page('/deals/board', EVERYBODY),
	'/deals/board?/move': action(
		() => '/deals/board?/move',
		WRITERS,
		(at) => ({ dealId: at.deal, stageId: at.stage })
	),
	'/deals/board?/close': action(
		() => '/deals/board?/close',
		WRITERS,
		(at) => ({ dealId: at.deal, outcome: 'irrelevant' })
	),
	'/deals/board?/reopen': action(
		() => '/deals/board?/reopen',
		WRITERS,
		(at) => ({ dealId: at.deal })
	),
	'/deals/new': page('/deals/new', CREATORS),
	'/deals/new?/default': action(
		() => '/deals/new',
		SELLERS,
		(at) => ({ id: at.fresh, name: NAME, companyId: at.company, pipelineId: at.pipeline })
	),
	'/deals/[dealId]': { address: (at) => `/deals/${at.deal}`, open: HAMBURG },
	'/deals/[dealId]?/save': action(dealAt('save'), WRITERS, renamed('Gnomon order')),
	'/deals/[dealId]?/look': action(dealAt('look'), HAMBURG),
	// A chief may write this field.
	'/deals/[dealId]?/revert': action(dealAt('revert'), [...WRITERS, 'carl'], (at) => ({
		revert: `${at.dealBegan}.nextStep.new`
	})),
	'/deals/[dealId]?/assign': action(dealAt('assign'), WRITERS, (at) => ({ ownerId: at.ann })),
	'/deals/[dealId]?/link': action(dealAt('link'), WRITERS, () => ({
		companyId: '',
		contactId: ''
	})),
	'/deals/[dealId]?/pipeline': action(dealAt('pipeline'), WRITERS, (at) => ({
		pipelineId: at.pipeline
	})),
	'/deals/[dealId]?/close': action(dealAt('close'), WRITERS, () => ({ outcome: 'irrelevant' })),
	'/deals/[dealId]?/changeClosing': action(dealAt('changeClosing'), WRITERS, () => ({
		outcome: 'irrelevant'
	})),
	'/deals/[dealId]?/reopen': action(dealAt('reopen'), WRITERS),
	'/deals/[dealId]?/noteQuality': action(dealAt('noteQuality'), WRITERS, (at) => ({
		signalId: at.signal
	})),
	'/deals/[dealId]?/removeQuality': action(dealAt('removeQuality'), WRITERS, (at) => ({
		eventId: at.qualityEvent
	})),
	'/deals/[dealId]?/trash': action(dealAt('trash'), WRITERS),
	'/deals/[dealId]?/addItem': action(dealAt('addItem'), BESIDE_WRITERS, (at) => ({
		itemId: at.fresh,
		productId: at.sold,
		quantity: '1'
	})),
	'/deals/[dealId]?/changeItem': action(dealAt('changeItem'), BESIDE_WRITERS, (at) => ({
		itemId: at.item,
		rev: '1',
		quantity: '99',
		contractOn: '2026-01-02'
	})),
	'/deals/[dealId]?/removeItem': action(dealAt('removeItem'), BESIDE_WRITERS, (at) => ({
		itemId: at.goingItem
	})),
	'/deals/[dealId]?/ship': action(dealAt('ship'), BESIDE_WRITERS, (at) => ({ itemId: at.item })),
	'/deals/[dealId]?/unship': action(dealAt('unship'), BESIDE_WRITERS, (at) => ({
		itemId: at.item
	})),
	'/deals/[dealId]?/addPayment': action(dealAt('addPayment'), BESIDE_WRITERS, (at) => ({
		paymentId: at.fresh,
		...payment
	})),
	'/deals/[dealId]?/changePayment': action(dealAt('changePayment'), BESIDE_WRITERS, (at) => ({
		paymentId: at.payment,
		rev: '1',
		...payment
	})),
	'/deals/[dealId]?/removePayment': action(dealAt('removePayment'), BESIDE_WRITERS, (at) => ({
		paymentId: at.goingPayment
	})),
	'/payments': page('/payments', EVERYBODY),
	'/payments/[id]': { address: (at) => `/payments/${at.booked}`, open: BESIDE_READERS },
	'/payments/[id]?/save': action(
		(at) => `/payments/${at.booked}?/save`,
		BESIDE_WRITERS,
		(at) => ({ paymentId: at.booked, rev: '1', ...payment })
	),
	'/payments/[id]?/remove': action(
		(at) => `/payments/${at.booked}?/remove`,
		BESIDE_WRITERS,
		(at) => ({ paymentId: at.booked })
	),
	'/shipments': page('/shipments', EVERYBODY),
	'/shipments/[id]': { address: (at) => `/shipments/${at.shipment}`, open: SHIPPERS },
	'/shipments/[id]?/save': action(
		(at) => `/shipments/${at.shipment}?/save`,
		BESIDE_WRITERS,
		(at) => ({ itemId: at.shipment, rev: '1', serialNumber: NAME })
	),
	'/products': page('/products', EVERYBODY),
	'/products?/restore': action(
		() => '/products?/restore',
		SELLERS,
		(at) => ({ id: at.product })
	),
	'/products/new': page('/products/new', CREATORS),
	'/products/new?/default': action(
		() => '/products/new',
		SELLERS,
		(at) => ({ id: at.fresh, name: NAME, departmentId: at.hamburg, onSale: 'true' })
	),
	'/products/[id]': { address: (at) => `/products/${at.product}`, open: HAMBURG },
	'/products/[id]?/save': action(productAt('save'), SELLERS, renamed('Gnomon rack')),
	'/products/[id]?/look': action(productAt('look'), HAMBURG),
	'/products/[id]?/revert': action(productAt('revert'), SELLERS, (at) => ({
		revert: `${at.productBegan}.description.new`
	})),
	'/products/[id]?/trash': action(productAt('trash'), SELLERS),
	'/products/[id]?/restore': action(productAt('restore'), SELLERS)
};
