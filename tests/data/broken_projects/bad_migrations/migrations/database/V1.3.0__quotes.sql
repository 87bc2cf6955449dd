create schema if not exists shop_q;
create table shop_q.x (a varchar default 'x);
