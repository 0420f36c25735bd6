CREATE INDEX "companies_by_department_folded_name" ON "companies" USING btree ("department_id",search_fold("name")) WHERE "companies"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "company_emails_by_address" ON "company_emails" USING btree ("address");--> statement-breakpoint
CREATE INDEX "contacts_by_department_folded_name" ON "contacts" USING btree ("department_id",search_fold("full_name")) WHERE "contacts"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "deals_by_department_folded_name" ON "deals" USING btree ("department_id",search_fold("name")) WHERE "deals"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "request_emails_by_address" ON "request_emails" USING btree ("address");