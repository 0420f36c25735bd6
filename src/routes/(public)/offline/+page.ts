// Shown from the cache while nothing else can be loaded, so it may not need a script.
export const csr = false;
