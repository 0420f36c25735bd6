import { createAuth, type Auth } from '../auth/auth.ts';
import { authSecret } from '../auth/cookie.ts';
import { pool } from '../db/pool.ts';

let made: Auth | undefined;

/** The sign-in library of this process, made at first use: nothing may need a database at import. */
export const auth = (): Auth => (made ??= createAuth(pool().db, authSecret()));
