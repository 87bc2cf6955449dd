create schema if not exists shop_sizes;
-- ÿþ
