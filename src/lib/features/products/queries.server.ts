export { getProduct, getTrashedProduct } from './queries/product.server.ts';
export { listProducts, productListing } from './queries/list.server.ts';
