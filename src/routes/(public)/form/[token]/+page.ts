/** A form in somebody else's page: it works as it is and brings no program along. */
export const csr = false;
