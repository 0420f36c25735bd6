CREATE TABLE "request_products" (
	"request_id" uuid NOT NULL,
	"product_id" uuid NOT NULL,
	CONSTRAINT "request_products_request_id_product_id_pk" PRIMARY KEY("request_id","product_id")
);
--> statement-breakpoint
ALTER TABLE "request_products" ADD CONSTRAINT "request_products_request_id_requests_id_fk" FOREIGN KEY ("request_id") REFERENCES "public"."requests"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "request_products" ADD CONSTRAINT "request_products_product_id_products_id_fk" FOREIGN KEY ("product_id") REFERENCES "public"."products"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "request_products_product_id_index" ON "request_products" USING btree ("product_id");