ALTER TABLE "imports" ADD COLUMN "format" text DEFAULT 'csv' NOT NULL;--> statement-breakpoint
ALTER TABLE "imports" ADD COLUMN "existing" text DEFAULT 'skip' NOT NULL;--> statement-breakpoint
ALTER TABLE "imports" ADD COLUMN "updated_rows" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "imports" ADD COLUMN "existing_rows" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "imports" ADD COLUMN "trial" jsonb;--> statement-breakpoint
ALTER TABLE "imports" ADD COLUMN "undone_up_to" uuid;--> statement-breakpoint
ALTER TABLE "imports" ADD COLUMN "undone_records" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "imports" ADD COLUMN "kept_records" integer DEFAULT 0 NOT NULL;