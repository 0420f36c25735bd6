CREATE TABLE "import_fingerprints" (
	"import_id" uuid NOT NULL,
	"fingerprint" "bytea" NOT NULL,
	CONSTRAINT "import_fingerprints_import_id_fingerprint_pk" PRIMARY KEY("import_id","fingerprint")
);
--> statement-breakpoint
ALTER TABLE "import_fingerprints" ADD CONSTRAINT "import_fingerprints_import_id_imports_id_fk" FOREIGN KEY ("import_id") REFERENCES "public"."imports"("id") ON DELETE cascade ON UPDATE no action;