export {
	addLineItem,
	carryProducts,
	changeLineItem,
	removeLineItem
} from './commands/items.server.ts';
export { changeShipment, shipItem, unshipItem } from './commands/ship.server.ts';
