import { choice, flag, money, paragraph, reference, text } from '#lib/records/fields.ts';
import { defineKind } from '#lib/records/kind.ts';

export const PRODUCT_TYPES = ['goods', 'service'] as const;

/** Something that a department sells; line items of deals refer to it. */
export const productKind = defineKind({
	name: 'product',
	schemaVersion: 1,
	fields: {
		name: text({ max: 70, required: true }),
		type: choice(PRODUCT_TYPES, { required: true }),
		price: money(),
		category: reference('productCategory'),
		onSale: flag(),
		description: paragraph({ max: 5000 }),
		// Who may see a product hangs on it.
		department: reference('department', { live: false, required: true })
	}
});
