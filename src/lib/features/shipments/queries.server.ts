export {
	type DealItems,
	itemRows,
	type LineItem,
	listItemsOf,
	type StoredItem
} from './queries/items.server.ts';
export {
	getShipment,
	listShipments,
	listSoldProducts,
	pageOfShipments,
	type ShipmentRow,
	shipmentRows
} from './queries/shipments.server.ts';
