create schema if not exists shop_more;

create schema if not exists {{ schema_nme }};
