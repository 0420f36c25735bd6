CREATE TABLE "search_words" (
	"key" text NOT NULL,
	"word" text NOT NULL,
	CONSTRAINT "search_words_key_word_pk" PRIMARY KEY("key","word")
);
--> statement-breakpoint
CREATE INDEX "companies_folded_trigrams" ON "companies" USING gin (search_fold(coalesce("name", '') || ' ' || coalesce("alternative_names", '')) gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "contacts_folded_trigrams" ON "contacts" USING gin (search_fold("full_name") gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "leads_folded_trigrams" ON "leads" USING gin (search_fold(coalesce("full_name", '') || ' ' || coalesce("company_name", '')) gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "deals_folded_trigrams" ON "deals" USING gin (search_fold("name") gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "requests_folded_trigrams" ON "requests" USING gin (search_fold(coalesce("request_for", '') || ' ' || coalesce("full_name", '') || ' ' || coalesce("company_name", '') || ' ' || coalesce("description", '') || ' ' || coalesce("translation", '')) gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "projects_folded_trigrams" ON "projects" USING gin (search_fold("name") gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "tasks_folded_trigrams" ON "tasks" USING gin (search_fold("name") gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "products_folded_trigrams" ON "products" USING gin (search_fold(coalesce("name", '') || ' ' || coalesce("description", '')) gin_trgm_ops);