export { type DealItems, type LineItem, listItemsOf } from './queries/items.server.ts';
export { getShipment, listShipments, listSoldProducts } from './queries/shipments.server.ts';
