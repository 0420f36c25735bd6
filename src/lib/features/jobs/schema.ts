import { z } from 'zod';
import { isId } from '#lib/shared/ids.ts';

export const OneJob = z.object({ jobId: z.string().refine(isId, 'not_found') });
