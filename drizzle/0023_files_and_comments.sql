CREATE TABLE "attachments" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"record_id" uuid NOT NULL,
	"blob" text NOT NULL,
	"name" text NOT NULL,
	"uploaded_by" uuid,
	"uploaded_at" timestamp with time zone DEFAULT now() NOT NULL,
	"removed_at" timestamp with time zone,
	"removed_by" uuid
);
--> statement-breakpoint
CREATE TABLE "blobs" (
	"sha256" text PRIMARY KEY NOT NULL,
	"size_bytes" bigint NOT NULL,
	"type" text NOT NULL,
	"width" integer,
	"height" integer,
	"stored_at" timestamp with time zone DEFAULT now() NOT NULL,
	"preview" text,
	"preview_failed_at" timestamp with time zone,
	"missing_at" timestamp with time zone,
	CONSTRAINT "blobs_sha256" CHECK ("blobs"."sha256" ~ '^[0-9a-f]{64}$')
);
--> statement-breakpoint
CREATE TABLE "comments" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"record_id" uuid NOT NULL,
	"author_id" uuid NOT NULL,
	"body" text NOT NULL,
	"mentions" uuid[] DEFAULT '{}' NOT NULL,
	"written_at" timestamp with time zone DEFAULT now() NOT NULL,
	"edited_at" timestamp with time zone,
	"removed_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "file_store" (
	"only" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"size_bytes" bigint DEFAULT 0 NOT NULL,
	"files" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "file_store_only" CHECK ("file_store"."only")
);
--> statement-breakpoint
CREATE TABLE "pictures" (
	"kind" text NOT NULL,
	"record_id" uuid NOT NULL,
	"blob" text NOT NULL,
	CONSTRAINT "pictures_kind_record_id_pk" PRIMARY KEY("kind","record_id")
);
--> statement-breakpoint
ALTER TABLE "attachments" ADD CONSTRAINT "attachments_blob_blobs_sha256_fk" FOREIGN KEY ("blob") REFERENCES "public"."blobs"("sha256") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "blobs" ADD CONSTRAINT "blobs_preview_blobs_sha256_fk" FOREIGN KEY ("preview") REFERENCES "public"."blobs"("sha256") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "comments" ADD CONSTRAINT "comments_author_id_users_id_fk" FOREIGN KEY ("author_id") REFERENCES "public"."users"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pictures" ADD CONSTRAINT "pictures_blob_blobs_sha256_fk" FOREIGN KEY ("blob") REFERENCES "public"."blobs"("sha256") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "attachments_kind_record_id_uploaded_at_id_index" ON "attachments" USING btree ("kind","record_id","uploaded_at","id") WHERE "attachments"."removed_at" is null;--> statement-breakpoint
CREATE INDEX "attachments_kind_record_id_index" ON "attachments" USING btree ("kind","record_id");--> statement-breakpoint
CREATE INDEX "attachments_blob_index" ON "attachments" USING btree ("blob");--> statement-breakpoint
CREATE INDEX "attachments_uploaded_by_uploaded_at_index" ON "attachments" USING btree ("uploaded_by","uploaded_at");--> statement-breakpoint
CREATE INDEX "attachments_removed_at_index" ON "attachments" USING btree ("removed_at") WHERE "attachments"."removed_at" is not null;--> statement-breakpoint
CREATE INDEX "blobs_preview_index" ON "blobs" USING btree ("preview") WHERE "blobs"."preview" is not null;--> statement-breakpoint
CREATE INDEX "blobs_missing_at_index" ON "blobs" USING btree ("missing_at") WHERE "blobs"."missing_at" is not null;--> statement-breakpoint
CREATE INDEX "comments_kind_record_id_written_at_index" ON "comments" USING btree ("kind","record_id","written_at");--> statement-breakpoint
CREATE INDEX "pictures_blob_index" ON "pictures" USING btree ("blob");--> statement-breakpoint
CREATE INDEX "changes_beside_fields" ON "changes" USING btree ("kind","record_id","rev") WHERE "changes"."field" is null;--> statement-breakpoint
CREATE INDEX "changes_by_actor" ON "changes" USING btree ("actor_id","id");