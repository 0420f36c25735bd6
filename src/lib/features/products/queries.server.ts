export { getProduct, getTrashedProduct } from './queries/product.server.ts';
export { isSelling, listProductChoices } from './queries/choices.server.ts';
export { listProducts, productListing } from './queries/list.server.ts';
